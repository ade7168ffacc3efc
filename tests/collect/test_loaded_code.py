"""What the worker says of the files that a trace can mean."""

import importlib
import sys

import pytest

from profiler.collect import loaded_code
from profiler.protocol.inspection import LoadedCode


@pytest.fixture
def packages(tmp_path, monkeypatch):
    """Two loaded packages with a file of the same name, one line of which differs."""
    for name, body in (("first", "def f():\n    pass\n"), ("second", "\ndef f():\n    pass\n")):
        folder = tmp_path / f"loaded_{name}"
        folder.mkdir()
        (folder / "__init__.py").write_text("")
        (folder / "twice_named.py").write_text(body)
        (folder / f"only_{name}.py").write_text("def g():\n    pass\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    names = [
        f"loaded_{name}.{part}" for name in ("first", "second") for part in ("twice_named", f"only_{name}")
    ]
    for name in names:
        importlib.import_module(name)
    yield tmp_path
    for name in list(sys.modules):
        if name.startswith(("loaded_first", "loaded_second")):
            del sys.modules[name]


def described(tmp_path, *events):
    trace = tmp_path / "host.xplane.pb"
    trace.write_bytes(b"\x0a\x20" + b"\x12".join(event.encode() for event in events) + b"\x00")
    return loaded_code.describe([str(trace)])


def test_files_are_named_below_the_folders_of_sys_path(packages):
    found = described(packages, "$only_first.py:1 g")
    assert found.files == {"only_first.py": ["loaded_first/only_first.py"]}
    assert found.functions == []


def test_files_of_one_name_are_told_apart_by_the_functions_on_the_traces_lines(packages):
    found = described(packages, "$twice_named.py:1 f")
    assert found.files == {"twice_named.py": ["loaded_first/twice_named.py", "loaded_second/twice_named.py"]}
    assert found.functions == [("loaded_first/twice_named.py", 1, "f")]


def test_what_is_in_no_trace_is_not_listed(packages):
    assert described(packages, "MakeIterator", "$builtins len") == LoadedCode({}, [])
