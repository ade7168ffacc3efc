"""The page of a gate."""

import dataclasses

import pytest

from profiler.comparison.gate.document import ConditionResult, Gate
from profiler.report.pages.gate import page, said, summary
from tests.report import drawing
from tests.report.gates.made_gate import FAST, gate


def test_the_outcome_comes_first_with_the_exit_code():
    assert drawing.terminal(page(gate())).splitlines()[0] == (
        "gate fails: 1 fails, 1 is open, 1 passes (exit code 1)"
    )


def test_an_open_gate_says_what_that_counts_as():
    unsure = dataclasses.replace(gate("pass"), judgements=gate().judgements[2:])
    assert summary(unsure) == "gate cannot tell, which counts as pass: 1 is open (exit code 0)"
    assert summary(dataclasses.replace(unsure, cannot_tell=None)).endswith("(exit code 4)")
    assert summary(Gate("run", None, None, ())) == "gate passes: nothing judged (exit code 0)"


def test_those_that_fail_come_first_and_each_condition_has_its_numbers():
    lines = drawing.terminal(page(gate())).splitlines()
    assert [line.split()[0] for line in lines[3:7]] == ["fails", "verdict", "cannot", "passes"]
    for word in ("12.0 %", "10.0 %..14.0 %", "differs"):
        assert word in "\n".join(lines[3:5])
    assert "the interval holds the threshold" in lines[5]


@pytest.mark.parametrize("render", [drawing.terminal, drawing.markdown])
def test_what_was_not_judged_and_what_decides_beside_the_conditions_is_said(render):
    text = render(page(gate())).replace("\\", "")
    assert "not judged by grows: tiny/compiled/predict/b32: what grows was not read" in text
    assert "not judged: env:x: it is in the first run only" in text
    assert "both are one measurement" in text


def test_environments_that_differ_are_a_warning():
    text = drawing.terminal(page(dataclasses.replace(gate(), warnings=("the environments differ: x",))))
    assert text.splitlines()[-1] == "  - the environments differ: x"


def test_a_narrow_terminal_keeps_the_reason():
    text = drawing.terminal(page(gate()), 80)
    assert max(map(len, text.splitlines())) <= 80
    assert "the interval holds the threshold" in " ".join(text.split())


@pytest.mark.parametrize(
    ("unit", "value", "interval", "text"),
    [
        ("fraction", -0.019, (-0.154, 0.138), "-1.9 % (-15.4 %..13.8 %)"),
        ("fraction", 218.0, (120.0, 395.0), "219 times (121 times..396 times)"),
        ("ratio", 0.01, (0.0095, 0.0105), "1/100 (1/105..1/95.2)"),
        ("ms", 113.4, (78.56, 163.8), "113 ms (78.6 ms..164 ms)"),
        ("count", 3.0, (3.0, 3.0), "3"),
        ("bytes", 2048.0, (1024.0, 3072.0), "2.00 KiB (1.00 KiB..3.00 KiB)"),
        ("ms", None, None, "-"),
    ],
)
def test_a_number_is_written_with_its_unit(unit, value, interval, text):
    assert said(ConditionResult("x > 1", None, value, interval, unit, None, None)) == text


def test_the_flat_table_has_a_row_for_each_condition():
    found = page(gate()).records()
    rows = [dict(zip(found.header, row, strict=True)) for row in found.rows]
    assert len(rows) == 4
    assert (rows[0]["variant"], rows[0]["outcome"], rows[0]["holds"]) == (FAST, "passes", False)
    assert (rows[2]["condition"], rows[2]["word"], rows[2]["value"]) == (
        "verdict == differs",
        "differs",
        None,
    )
    assert (rows[3]["interval_low"], rows[3]["interval_high"], rows[3]["unit"]) == (0.01, 0.11, "fraction")
