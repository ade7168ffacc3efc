"""The list of runs."""

import dataclasses
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


def test_a_narrower_terminal_gets_less_of_each_run_and_no_cell_is_folded():
    """Every column was folded alike, and a time took six lines."""
    run = dataclasses.replace(
        FIRST, created="2026-01-05T10:15:30.123+00:00", environments=("a" * 20, "b" * 20)
    )
    (line,) = drawing.terminal(runs.page([run]), 110).splitlines()[1:]
    assert line.split("  ")[:2] == ["20260105-first", "2026-01-05 10:15"]
    assert line.endswith(f"  {'a' * 20} and 1 more  complete")
    assert drawing.terminal(runs.page([run]), 60) == (
        "run             size    status\n20260105-first  1.5 kB  complete\n"
    )


def test_a_long_status_is_folded_beside_a_whole_name():
    lines = drawing.terminal(runs.page([FIRST, BROKEN]), 40).splitlines()
    assert all(len(line) <= 40 for line in lines)
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
