"""What a report's section says of calls that are split."""

import dataclasses

from profiler.report.blocks import Lines, Table
from profiler.report.pages import frames
from profiler.report.pages.sections import sections
from profiler.results.document import CallSplit, FrameRatio, Mode
from tests.report import sample


def section(modes=()):
    """Return tiny's section, the predict of both states split."""
    made = sample.report()
    variants = [
        dataclasses.replace(one, split=CallSplit(100.0, 2.5, modes) if one.entry_point == "predict" else None)
        for one in made.variants
        if one.workload == "tiny"
    ]
    comparisons = [
        dataclasses.replace(one, frame=FrameRatio(1.01, (0.99, 1.02), "same"))
        for one in made.comparisons
        if ":tiny/" in one.baseline
    ]
    (found,) = sections(dataclasses.replace(made, variants=tuple(variants), comparisons=tuple(comparisons)))
    return found


def test_each_split_variant_has_a_row_with_the_ratio_of_frames():
    _, table = frames.blocks(section())
    assert isinstance(table, Table)
    rows = [row.cells for row in table.layouts[0].rows]
    assert rows[0][:3] == ("uncompiled/predict/b32", "100", "2.50")
    assert rows[1][3:] == ("1.01", "0.99..1.02", "same")


def test_two_modes_are_named_with_their_cause():
    *_, lines = frames.blocks(section((Mode(2.0, 20), Mode(2500.0, 1))))
    assert isinstance(lines, Lines)
    assert "teardown has two modes, 2.00 ms in 20 calls and 2500 ms in 1" in lines.lines[0]
    assert "autotuning" in lines.lines[-1]


def test_calls_that_are_not_split_have_no_such_table():
    (first, *_) = sections(sample.report())
    assert list(frames.blocks(first)) == []
