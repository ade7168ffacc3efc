import importlib
import sys
import textwrap

import pytest

from profiler.collect import places
from profiler.protocol.errors import Unusable

SOURCE = """
import functools


def plain():
    def inner():
        return 1
    return inner()


class Outer:
    @functools.lru_cache()
    def method(self):
        return [x for x in (1, 2)]

    class Nested:
        def __init__(self):
            pass
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    folder = tmp_path / "site" / "located_package"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "code.py").write_text(textwrap.dedent(SOURCE))
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    yield folder
    sys.modules.pop("located_package", None)
    sys.modules.pop("located_package.code", None)


@pytest.mark.parametrize("name", ["plain", "plain.<locals>.inner", "Outer.method", "Outer.Nested.__init__"])
def test_a_function_is_found_where_python_itself_says_it_begins(package, name):
    module = importlib.import_module("located_package.code")
    found = places.locate(f"located_package/code.py::{name}")
    target = {
        "plain": module.plain.__code__,
        "plain.<locals>.inner": next(c for c in module.plain.__code__.co_consts if hasattr(c, "co_code")),
        "Outer.method": module.Outer.method.__wrapped__.__code__,
        "Outer.Nested.__init__": module.Outer.Nested.__init__.__code__,
    }[name]
    assert found.lines == (target.co_firstlineno,)
    assert found.path == "located_package/code.py"


def test_locating_runs_none_of_the_code(package):
    (package / "bomb.py").write_text("int('ran')\ndef f(): pass\n")
    assert places.locate("located_package/bomb.py::f").lines == (2,)


@pytest.mark.parametrize("key", ["located_package/code.py::missing", "located_package/none.py::plain"])
def test_what_a_release_lacks_has_no_place(package, key):
    assert places.locate(key) is None


def test_a_class_is_no_function(package):
    assert places.locate("located_package/code.py::Outer") is None


def test_a_file_name_loses_its_folder_on_the_path(package):
    assert places.portable(str(package / "code.py")) == "located_package/code.py"


def test_other_names_stay_as_they_are():
    assert places.portable("<frozen importlib._bootstrap>") == "<frozen importlib._bootstrap>"


def test_qualified_names_are_found_by_line_and_name(package):
    names = places.qualified_names(str(package / "code.py"))
    assert "plain.<locals>.inner" in names.values()
    assert places.qualified_names("<string>") == {}


def test_a_file_that_cannot_be_parsed_says_so_and_gives_no_names(package):
    (package / "broken.py").write_text("def f(:\n")
    with pytest.raises(Unusable, match=r"located_package/broken\.py: cannot be parsed \(SyntaxError"):
        places.locate("located_package/broken.py::f")
    assert places.qualified_names(str(package / "broken.py")) == {}
