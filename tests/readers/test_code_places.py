"""Base names and lines of a trace's events as files."""

import json

import pytest

from profiler.protocol.errors import RunError
from profiler.readers.code_places import CodePlaces, Frame

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


def test_without_the_description_base_names_are_left():
    assert str(CodePlaces.read(None).frame("$trainer.py:521 predict")) == "trainer.py:521 predict"


def test_the_description_resolves_by_base_name_then_by_line_and_name(tmp_path):
    value = {
        "schema": "kprof.code/1",
        "files": {"f.py": ["a/f.py", "b/f.py"], "g.py": ["a/g.py"]},
        "functions": [["a/f.py", 3, "run"], ["b/f.py", 3, "walk"]],
    }
    (tmp_path / "code.json").write_text(json.dumps(value))
    places = CodePlaces.read(tmp_path / "code.json")
    assert [
        places.frame(name).path for name in ("$f.py:3 run", "$f.py:3 walk", "$g.py:9 x", "$f.py:9 x")
    ] == [
        "a/f.py",
        "b/f.py",
        "a/g.py",
        "f.py",
    ]


def test_half_a_surrogate_pair_in_a_path_is_escaped(tmp_path):
    """UTF-8 has no such text: the export of folded stacks ended in an internal error."""
    value = {"schema": "kprof.code/1", "files": {"a.py": ["\ud800/a.py"]}, "functions": []}
    (tmp_path / "code.json").write_text(json.dumps(value))

    assert CodePlaces.read(tmp_path / "code.json").frame("$a.py:1 f").path == "\\ud800/a.py"


@pytest.mark.parametrize(
    "value",
    [
        {"schema": "kprof.code/1"},
        {"schema": "kprof.code/1", "files": [], "functions": []},
        {"schema": "kprof.code/1", "files": {"a.py": 3}, "functions": []},
        {"schema": "kprof.code/1", "files": {}, "functions": [["a.py", "x", "f"]]},
        {"schema": "kprof.code/1", "files": {}, "functions": [["a.py"]]},
        {"schema": "kprof.code/1", "files": {}, "functions": [["a.py", 1.5, "f"]]},
    ],
)
def test_a_damaged_description_is_one_line(value, tmp_path):
    (tmp_path / "code.json").write_text(json.dumps(value))

    with pytest.raises(RunError, match=r"code\.json: a field is missing or wrong"):
        CodePlaces.read(tmp_path / "code.json")
