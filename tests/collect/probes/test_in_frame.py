"""A function's source, compiled again with its events, is the same function."""

import ast
import sys

import pytest

from profiler.collect.probes import in_frame
from profiler.collect.probes.tape import Marks, Tape
from profiler.protocol.errors import Unusable
from tests.collect.probes.watched import PATH, import_watched


def compiled(function):
    return in_frame.watched(function.__code__, Marks.of(0), Tape(8), in_frame.Sources())


def test_it_keeps_name_file_first_line_arguments_closure_and_docstring(tmp_path, monkeypatch):
    module = import_watched(tmp_path, monkeypatch)
    for function in (module.plain, module.kept, module.Derived.method, module.counting):
        before, after = function.__code__, compiled(function)
        for name in ("co_name", "co_filename", "co_firstlineno", "co_argcount", "co_freevars", "co_flags"):
            assert getattr(after, name) == getattr(before, name), name
        assert set(before.co_varnames) <= set(after.co_varnames)
        assert after.co_consts[0] == before.co_consts[0]


def test_the_names_of_the_module_stay_as_they_are(tmp_path, monkeypatch):
    module = import_watched(tmp_path, monkeypatch)
    before = set(vars(module))
    compiled(module.plain)
    assert set(vars(module)) == before


def test_a_file_that_is_gone_or_broken_is_refused(tmp_path, monkeypatch):
    module = import_watched(tmp_path, monkeypatch)
    (tmp_path / PATH).write_text("def plain(:")
    with pytest.raises(Unusable, match="its source cannot be read"):
        compiled(module.plain)
    (tmp_path / PATH).unlink()
    with pytest.raises(Unusable, match="its source cannot be read"):
        compiled(module.plain)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="older Pythons compile such calls alike")
def test_an_imported_name_is_known_as_one(tmp_path, monkeypatch):
    """CPython 3.11 compiles ``time.sleep()`` in another way where ``time`` was imported by the module."""
    module = import_watched(tmp_path, monkeypatch)
    assert compiled(module.busy).co_name == "busy"


def test_a_file_is_parsed_once(tmp_path, monkeypatch):
    module = import_watched(tmp_path, monkeypatch)
    parsed = []
    parse = ast.parse
    monkeypatch.setattr(in_frame.ast, "parse", lambda *args: parsed.append(1) or parse(*args))
    sources = in_frame.Sources()
    for function in (module.plain, module.keyed):
        in_frame.watched(function.__code__, Marks.of(0), Tape(8), sources)
    assert parsed == [1]
