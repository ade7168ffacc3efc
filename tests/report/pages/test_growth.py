"""What a report's section says of what grows."""

import dataclasses

from profiler.report.blocks import Lines, Table, Title
from profiler.report.pages import growth
from profiler.report.pages.sections import sections
from tests.report import sample
from tests.report.grown import GROWTH, KIB, MIB, slope


def section(*found):
    """Return tiny's section whose first variants have grown so."""
    made = sample.report()
    tiny = [one for one in made.variants if one.workload == "tiny"]
    grown = [*found, *[None] * (len(tiny) - len(found))]
    variants = [dataclasses.replace(one, growth=own) for one, own in zip(tiny, grown, strict=True)]
    (made,) = sections(dataclasses.replace(made, variants=tuple(variants), comparisons=()))
    return made


def test_what_is_steady_is_one_line_with_the_interval_of_the_variant_that_could_grow_most():
    less = dataclasses.replace(GROWTH, resident_bytes_per_call=slope(KIB, 0, 2 * KIB))
    (lines,) = growth.blocks(section(GROWTH, less))
    assert isinstance(lines, Lines)
    assert lines.lines == (
        "resident memory, where 64.0 KiB a call matter: steady in uncompiled/predict/b32 (the most of 2 "
        "variants): 2.00 KiB a call (1.00 KiB..3.00 KiB)",
    )


def test_what_grows_has_a_row_each_and_what_is_known_of_it():
    graphs = slope(3.0, 3.0, 3.0, "grows")
    time = slope(0.12, 0.08, 0.15, "grows")
    memory = slope(MIB, 0.9 * MIB, 1.1 * MIB, "grows")
    grown = dataclasses.replace(
        GROWTH, resident_bytes_per_call=memory, graphs_per_call=graphs, time_change=time, known=("a", "b")
    )
    title, table, lines = growth.blocks(section(GROWTH, grown))
    assert isinstance(title, Title)
    assert isinstance(table, Table)
    assert [row.cells for row in table.layouts[0].rows] == [
        ("compiled/predict/b32", "resident memory", "1.00 MiB", "922 KiB..1.10 MiB"),
        ("compiled/predict/b32", "live graphs", "3", "3..3"),
        ("compiled/predict/b32", "time, first to last call", "+12.0 %", "+8.0 %..+15.0 %"),
    ]
    assert lines.lines[0] == "compiled/predict/b32: a; b"
    assert "steady in uncompiled/predict/b32: 2.00 KiB" in lines.lines[1]


def test_what_cannot_be_told_has_its_reason():
    unsure = slope(100 * KIB, None, None, "cannot tell", "5 blocks are too few for an interval")
    (lines,) = growth.blocks(section(dataclasses.replace(GROWTH, resident_bytes_per_call=unsure)))
    assert "cannot tell in uncompiled/predict/b32: 100 KiB a call, 5 blocks" in lines.lines[0]


def test_memory_that_cannot_be_read_is_said_once():
    blind = dataclasses.replace(
        GROWTH, resident_bytes_per_call=None, missing={"resident_bytes": "this system has no /proc"}
    )
    (lines,) = growth.blocks(section(blind, blind))
    assert lines.lines == ("whether resident memory grows is not known: this system has no /proc",)


def test_runs_that_read_nothing_say_nothing():
    assert list(growth.blocks(section())) == []


def test_a_variant_whose_memory_in_use_grows_is_not_called_steady():
    used = dataclasses.replace(GROWTH, used_bytes_per_call=slope(MIB, MIB, MIB, "grows"))
    _, table, lines = growth.blocks(section(GROWTH, used))
    assert [row.cells[1] for row in table.layouts[0].rows] == ["memory in use"]
    assert "steady in uncompiled/predict/b32: 2.00 KiB" in lines.lines[0]
