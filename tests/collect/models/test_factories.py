"""The user's factory: what it does wrong is said in a line that names it."""

import sys

import pytest

from profiler.collect.models import factories
from profiler.protocol.errors import UsageError


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write a module into the current folder, from which a factory is found."""
    monkeypatch.chdir(tmp_path)
    # as the worker has it: the current folder comes last
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    written = []

    def write(source, name="made_up_factory"):
        (tmp_path / f"{name}.py").write_text(source)
        written.append(name)
        sys.modules.pop(name, None)
        return name

    yield write
    for name in written:
        sys.modules.pop(name, None)


def refused(spec):
    with pytest.raises(UsageError) as caught:
        factories.find(spec)()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_module_that_lacks_another_of_a_like_name_is_not_called_missing(write):
    said = refused(f"{write('import made_up', 'made_up_factory')}:f")
    assert "No module named 'made_up'" in said and "no module 'made_up_factory'" not in said


@pytest.mark.parametrize(
    "source",
    ["import sys\ndef f():\n    sys.exit(0)\n", "raise SystemExit(0)\n"],
    ids=["called", "imported"],
)
def test_a_factory_that_ends_the_process_is_named(write, source):
    """The interpreter used to be blamed: it had left no file."""
    assert refused(write(source) + ":f").startswith("made_up_factory:f: the factory ended the process")


def test_what_a_factory_raises_is_told_with_the_line_of_the_user_s_file(write):
    """The error arises in a package; the user's own line that led there is what they can mend."""
    name = write(
        "import json\n\n\ndef load():\n    return json.loads('{')\n\n\ndef f():\n    return load()\n"
    )
    said = refused(f"{name}:f")
    assert said.startswith("made_up_factory:f: JSONDecodeError: ")
    assert said.endswith("made_up_factory.py:5 in load)")


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("x = 1\ny = x / 0\n", "ZeroDivisionError: division by zero"),
        ("x = 1\ndef f(:\n", "SyntaxError: "),
        ("x = 1\nimport no_such_package\n", "No module named 'no_such_package'"),
    ],
)
def test_a_module_that_does_not_import_is_told_with_its_line(write, source, says):
    said = refused(write(source) + ":f")
    assert says in said
    assert "made_up_factory.py:2" in said


def test_a_module_of_the_current_folder_goes_before_one_of_the_standard_library(write):
    """``test:f`` used to find the standard library's ``test``."""
    before = list(sys.path)
    assert factories.find(write("def f():\n    return 'mine'\n", "test") + ":f")() == "mine"
    assert sys.path == before


def test_a_module_without_the_factory_is_named_with_its_file(write):
    assert "made_up_factory.py) has no callable 'gone'" in refused(write("def f(): pass\n") + ":gone")
    assert "(built into Python) has no callable 'f'" in refused("sys:f")
