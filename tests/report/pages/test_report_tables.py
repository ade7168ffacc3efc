"""The layouts of the report's tables."""

import dataclasses

from profiler.report.blocks import Bar, Marked
from profiler.report.pages import report_tables, sections
from profiler.results.document import CaptureLine, InternalShare
from tests.report import sample


def section():
    first, _ = sections.sections(sample.report())
    return first


def predicts():
    return tuple(one for one in section().variants if one.entry_point == "predict")


def headers(layout):
    return [column.header for column in layout.columns]


def test_the_widest_speed_table_adds_details_and_the_narrowest_groups_by_state():
    detailed, named, grouped = report_tables.speed(section()).layouts
    assert headers(detailed) == [*headers(named), *report_tables.DETAILS]
    assert [row.cells[0] for row in grouped.rows] == [
        Marked("uncompiled", "strong"),
        "  predict b32",
        Marked("compiled", "strong"),
        "  predict b32",
        "  predict_on_batch b32",
        "  call b32",
        "  function b32",
    ]


def test_the_narrow_speed_table_names_its_baselines_by_letters():
    grouped = report_tables.speed(section()).layouts[-1]
    assert grouped.notes == (
        "ratio a: time over that of tiny/uncompiled/predict/b32",
        "ratio b: time over that of tiny/compiled/predict/b32",
    )
    assert grouped.rows[3].cells[3] == "1.02 a"


def test_each_layout_of_the_internals_has_every_internal_and_share():
    full, medium, narrow = report_tables.internals(predicts(), "cprofile").layouts
    assert len(full.rows) == len(medium.rows) == len(narrow.rows) == len(sample.INTERNALS)
    for layout in (full, medium, narrow):
        texts = [cell.text if isinstance(cell, Marked) else cell for row in layout.rows for cell in row.cells]
        assert texts.count("56.9 %") == 2


def test_shares_with_intervals_show_them_where_there_is_room():
    (variant,) = [one for one in sample.report().variants if one.id == "tiny/compiled/predict/b32"]
    sure = tuple(
        dataclasses.replace(
            one,
            measures={"probes": InternalShare(0.5, (0.48, 0.525), 1.0)}
            if one.internal == "data_adapter"
            else {},
        )
        for one in variant.internals
    )
    made = report_tables.internals((dataclasses.replace(variant, internals=sure),), "probes")
    wide, plain = made.layouts[:2]
    assert [column.header for column in wide.columns][2:5] == ["compiled", "interval", "calls"]
    (shown,) = [one.cells for one in wide.rows if one.cells[0] == "data_adapter"]
    assert "48.0..52.5" in shown
    assert "interval" not in [column.header for column in plain.columns]


def test_a_large_share_stands_out_and_what_never_ran_is_faint():
    rows = {row.cells[0]: row for row in report_tables.internals(predicts(), "cprofile").layouts[0].rows}
    assert Marked("56.9 %", "notable") in rows["data_adapter"].cells
    assert Bar(0.569) in rows["data_adapter"].cells
    assert Marked("0.2 %", "") in rows["output_conversion"].cells
    assert (rows["autograph"].faint, rows["data_adapter"].faint) == (True, False)


def test_without_shares_there_is_no_column_of_calls_or_bars():
    """A run under wall alone had three empty columns for each variant."""
    wide, narrow = report_tables.presences(predicts()).layouts
    states = [one.compile_state for one in predicts()]
    assert headers(wide) == ["internal", "phase", *states, "successor"]
    assert headers(narrow) == ["internal", *states]
    rows = {row.cells[0]: row for row in wide.rows}
    assert rows["process_inputs"].cells[2:] == ("absent", "absent", "-> data_adapter")
    assert (rows["autograph"].faint, rows["data_adapter"].faint) == (True, False)


def test_phases_come_largest_first_and_the_models_kernels_last():
    shares = {"cprofile": {"input pipeline": 0.2, "graph tracing": 0.7, "other": 0.1}}
    one = dataclasses.replace(predicts()[0], phases=shares, compute={"cprofile": 0.05})
    drawn, bare = report_tables.phases((one,), "cprofile").layouts
    assert [row.cells for row in bare.rows] == [
        ("graph tracing", "70.0 %"),
        ("input pipeline", "20.0 %"),
        ("other", "10.0 %"),
        (report_tables.COMPUTE, "5.0 %"),
    ]
    assert drawn.rows[0].cells == ("graph tracing", "70.0 %", Bar(0.7))


def test_what_cannot_be_used_is_told_once():
    lines = (
        CaptureLine("cprofile", "unsound", "lost frames", "x"),
        CaptureLine("cprofile", "unsound", "lost frames", "y"),
    )
    one = dataclasses.replace(section().variants[0], status="failed", reason="killed", captures=lines)
    assert report_tables.failures(dataclasses.replace(section(), variants=(one,))) == [
        "tiny/uncompiled/predict/b32: failed: killed",
        "tiny/uncompiled/predict/b32 under cprofile: unsound: lost frames",
    ]
