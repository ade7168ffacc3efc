"""The list of runs."""

import json
from pathlib import Path

from profiler.report.pages import runs
from profiler.runs.find import RunSummary
from tests.report import drawing

FIRST = RunSummary(
    "20260105-first",
    Path("t/20260105-first"),
    "2026-01-05",
    "complete",
    ("a", "b"),
    ("tiny", "medium"),
    10,
    1500,
)
BROKEN = RunSummary("broken", Path("t/broken"), "", "unreadable: run.json: not valid JSON", (), (), 0, 7)


def test_each_run_is_a_line_below_the_headers():
    assert drawing.terminal(runs.page([FIRST, BROKEN])).splitlines() == [
        "run             created     captures  size    workloads     environments  status",
        "20260105-first  2026-01-05  10        1.5 kB  tiny, medium  a, b          complete",
        "broken                      0         7 B                                 "
        "unreadable: run.json: not valid JSON",
    ]


def test_a_narrow_terminal_keeps_the_names_whole():
    lines = drawing.terminal(runs.page([FIRST, BROKEN]), 60).splitlines()
    assert all(len(line) <= 60 for line in lines)
    assert any(line.startswith("20260105-first ") for line in lines)


def test_no_runs_are_no_table():
    assert drawing.terminal(runs.page([])) == ""


def test_the_json_says_where_each_run_lies():
    found = json.loads(json.dumps(runs.page([FIRST]).document()))
    assert found["schema"] == "kprof.runs/1"
    assert found["runs"] == [
        {
            "name": "20260105-first",
            "path": "t/20260105-first",
            "created": "2026-01-05",
            "status": "complete",
            "environments": ["a", "b"],
            "workloads": ["tiny", "medium"],
            "captures": 10,
            "bytes": 1500,
        }
    ]


def test_the_flat_table_has_sizes_as_numbers():
    (row,) = runs.page([FIRST]).records().rows
    assert dict(zip(runs.FIELDS, row, strict=True))["bytes"] == 1500
