"""Base names and lines of a trace's events as files."""

import json

import pytest

from profiler.protocol.errors import RunError
from profiler.readers.code_places import CodePlaces, Frame
from profiler.runs import record
from tests import reference

PLACES = CodePlaces(
    {
        "trainer.py": ("keras/src/trainers/trainer.py",),
        "utils.py": ("a/utils.py", "b/utils.py"),
    },
    {
        ("utils.py", 10, "f"): ("b/utils.py",),
        ("utils.py", 20, "f"): ("a/utils.py", "b/utils.py"),
    },
)


@pytest.mark.parametrize(
    ("event", "text"),
    [
        ("$trainer.py:521 predict", "keras/src/trainers/trainer.py:521 predict"),
        ("$utils.py:10 f", "b/utils.py:10 f"),
        ("$utils.py:20 f", "utils.py?:20 f"),
        ("$utils.py:30 g", "utils.py?:30 g"),
        ("$other.py:3 <lambda>", "other.py:3 <lambda>"),
        ("$<frozen abc>:117 __instancecheck__", "<frozen abc>:117 __instancecheck__"),
        ("$builtins len", "builtins.len"),
        ("$<unknown> get", "get"),
        ("MakeIterator::RootDataset", "MakeIterator::RootDataset"),
        ("$", "$"),
        ("", ""),
    ],
)
def test_what_an_event_means(event, text):
    assert str(PLACES.frame(event)) == text


def test_what_stays_ambiguous_names_the_files_that_it_can_be():
    assert PLACES.frame("$utils.py:20 f").candidates == ("a/utils.py", "b/utils.py")
    assert PLACES.frame("$utils.py:10 f") == Frame("b/utils.py", 10, "f")


def test_a_capture_without_the_description_leaves_base_names():
    capture = next(
        one
        for one in record.read(reference.CURRENT).captures
        if one.instrument == "tfprofiler" and "code.json" not in one.manifest.files
    )
    assert str(CodePlaces.of(capture).frame("$trainer.py:521 predict")) == "trainer.py:521 predict"


def test_half_a_surrogate_pair_in_a_path_is_escaped(tmp_path):
    """UTF-8 has no such text: the export of folded stacks ended in an internal error."""
    value = {"schema": "kprof.code/1", "files": {"a.py": ["\ud800/a.py"]}, "functions": []}
    (tmp_path / "code.json").write_text(json.dumps(value))

    class Capture:
        def file(self, name):
            return tmp_path / name

    assert CodePlaces.of(Capture()).frame("$a.py:1 f").path == "\\ud800/a.py"


@pytest.mark.parametrize(
    "value",
    [
        {"schema": "kprof.code/1"},
        {"schema": "kprof.code/1", "files": [], "functions": []},
        {"schema": "kprof.code/1", "files": {"a.py": 3}, "functions": []},
        {"schema": "kprof.code/1", "files": {}, "functions": [["a.py", "x", "f"]]},
        {"schema": "kprof.code/1", "files": {}, "functions": [["a.py"]]},
        {"schema": "kprof.code/1", "files": {}, "functions": [["a.py", float("inf"), "f"]]},
    ],
)
def test_a_damaged_description_is_one_line(value, tmp_path):
    (tmp_path / "code.json").write_text(json.dumps(value))

    class Capture:
        def file(self, name):
            return tmp_path / name

    with pytest.raises(RunError, match=r"code\.json: a field is missing or wrong"):
        CodePlaces.of(Capture())
