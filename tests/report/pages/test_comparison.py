"""A comparison on a terminal and as Markdown."""

import dataclasses
import re

import pytest

from profiler.comparison import growth
from profiler.comparison.environments import EnvironmentChange
from profiler.comparison.internals import Fact, internal_changes
from profiler.comparison.runs import RunComparison, VariantChange
from profiler.comparison.sides import Side
from profiler.report.blocks import Table
from profiler.report.pages.comparison import page
from profiler.results.document import FrameRatio
from tests.report import drawing, grown, sample

NASTY = "evil|name\x1b[31m`<b>"


def internals():
    """data_adapter went, execute grew; everything else stayed."""
    before = sample.variant("tiny", "compiled", "predict", 50.0)
    replaced = {"data_adapter": ("absent", None), "execute": ("present", 0.9)}
    after = []
    for one in before.internals:
        presence, share = replaced.get(one.internal, (one.presence, None))
        measures = one.measures if presence == "present" else {}
        if share is not None:
            measures = {"cprofile": dataclasses.replace(one.measures["cprofile"], share=share)}
        after.append(dataclasses.replace(one, presence=presence, measures=measures))
    return tuple(internal_changes(before, dataclasses.replace(before, internals=tuple(after))))


def comparison(**changes):
    machine = Fact("cpu", "Model A", NASTY)
    variant = VariantChange(
        id="tiny/compiled/predict/b32",
        before="tf2.20.0-py3.11",
        after="tf2.21.0-py3.11",
        before_ms=50.0,
        after_ms=50.5,
        ratio=1.01,
        interval=(0.9, 1.13),
        verdict="cannot tell",
        more_seconds=125.0,
        reason=f"other machine: {machine}",
        facts=(Fact("loop", "training_v2.Loop", "TensorFlowTrainer.predict"),),
        internals=internals(),
    )
    made = RunComparison(
        before=Side("run-1", "2026-11-23T10:00:00", "kprof-internals/1", ("tf2.20.0-py3.11",)),
        after=Side("run-2", "", "kprof-internals/1", ("tf2.21.0-py3.11",)),
        catalogue="kprof-internals/1",
        smallest_effect=0.05,
        environments=(
            EnvironmentChange("tf2.20.0-py3.11", "tf2.21.0-py3.11", (machine,), machine=(machine,)),
        ),
        variants=(variant,),
        only_before=("tf2.20.0-py3.11:tiny/compiled/call/b32",),
        only_after=(),
        warnings=("before: something",),
    )
    return dataclasses.replace(made, **changes)


def terminal(made, width=None, color=False):
    return drawing.terminal(page(made), width, color)


def markdown(made):
    return drawing.markdown(page(made))


def test_the_finding_comes_first():
    assert terminal(comparison()).splitlines()[0] == (
        "tiny/compiled/predict/b32: 50.0 ms before, 50.5 ms after: 1.01 times (0.90..1.13): cannot tell"
    )


@pytest.mark.parametrize("render", [terminal, markdown])
def test_both_formats_say_all_that_a_reader_needs(render):
    text = render(comparison()).replace("\\", "")
    for expected in (
        "measuring about 2 min longer would settle it",
        "the machines differ (cpu): no verdict says same",
        "data_adapter went",
        "TensorFlowTrainer.predict",
        "Only before",
        "tf2.20.0-py3.11:tiny/compiled/call/b32",
        "before: something",
        "an unknown time",
    ):
        assert expected in text


def test_points_and_milliseconds_carry_their_sign():
    tables = [block for block in page(comparison()).blocks() if isinstance(block, Table)]
    rows = {row.cells[0]: row.cells for table in tables for row in table.layouts[0].rows}
    assert rows["execute"][1:] == ("2.1 %", "90.0 %", "+87.9", "-", "+44.0")
    assert rows["data_adapter"][1:] == ("56.9 %", "absent", "-56.9", "-", "-28.4")
    assert rows["predict"][3:] == ("0.0", "-", "0")


def changed(**fields):
    made = comparison()
    return dataclasses.replace(made, variants=(dataclasses.replace(made.variants[0], **fields),))


@pytest.mark.parametrize("render", [terminal, markdown])
def test_what_grows_on_either_side_is_shown_and_what_is_steady_on_both_is_not(render):
    leaks = dataclasses.replace(
        grown.GROWTH,
        resident_bytes_per_call=grown.slope(grown.MIB, 0.9 * grown.MIB, 1.1 * grown.MIB, "grows"),
    )
    text = render(changed(growth=tuple(growth.changes(grown.GROWTH, leaks)))).replace("\\", "")
    row = next(line for line in text.splitlines() if "resident_bytes" in line)
    for expected in ("2.00 KiB, steady", "1.00 MiB, grows", "0.998 MiB"):
        assert expected in row
    assert "threads" not in text
    assert "what grows" not in render(changed(growth=tuple(growth.changes(grown.GROWTH, grown.GROWTH))))


def test_growth_is_in_the_flat_table(tmp_path):
    found = page(changed(growth=tuple(growth.changes(None, grown.GROWTH)))).records()
    rows = [dict(zip(found.header, row, strict=True)) for row in found.rows]
    row = next(one for one in rows if (one["quantity"], one["subject"]) == ("growth", "resident_bytes"))
    assert (row["before"], row["after"], row["change"]) == (None, 2048.0, None)
    assert row["note"] == "- before, steady after"


def test_two_variants_of_one_run_are_named_both_and_frames_stand_below():
    text = terminal(changed(after_id="tiny/compiled/call/b32", frame=FrameRatio(1.2, (1.1, 1.3), "differs")))
    assert text.startswith("tiny/compiled/call/b32 against tiny/compiled/predict/b32: 50.0 ms before")
    assert "until predict's frame ends 1.20 times (1.10..1.30): differs" in text


def test_internals_that_neither_run_enters_are_counted():
    text = terminal(comparison())
    assert "process_inputs" not in text
    assert "3 more internals are absent or not called in both" in text


def test_escapes_of_a_run_reach_neither_terminal_nor_page():
    assert "\x1b" not in terminal(comparison())
    page_text = markdown(comparison())
    assert "\x1b" not in page_text
    assert "<b>" not in page_text.replace("\\<b\\>", "")
    assert "evil\\|name" in page_text


def test_tables_in_markdown_have_as_many_cells_in_each_row():
    tables = re.findall(r"(?:^\|.*\|$\n?)+", markdown(comparison()), flags=re.MULTILINE)
    assert len(tables) == 4
    for table in tables:
        lines = table.splitlines()
        assert len({len(re.split(r"(?<!\\)\|", line)) for line in lines}) == 1
        assert re.fullmatch(r"\|( :?---:? \|)+", lines[1])


def test_a_terminal_of_80_columns_loses_nothing():
    text = terminal(comparison(), width=80)
    assert max(map(len, text.splitlines())) <= 80
    for word in ("create_graph_function", "+87.9", "cannot tell"):
        assert word in text


def test_without_a_terminal_nothing_is_folded():
    long = ("x" * 300,)
    assert long[0] in terminal(comparison(warnings=long))


def test_colour_is_on_demand_only():
    assert "\x1b[" in terminal(comparison(variants=()), color=True)


def test_no_known_difference_of_environments_is_said():
    same = EnvironmentChange("a", "b", (), ())
    assert "no known fact differs" in terminal(comparison(environments=(same,)))


def test_the_flat_table_has_each_time_and_each_share():
    found = page(comparison()).records()
    rows = [dict(zip(found.header, row, strict=True)) for row in found.rows]
    first, *shares = rows
    assert (first["quantity"], first["before"], first["after"], first["change"]) == (
        "median_ms",
        50.0,
        50.5,
        1.01,
    )
    assert (first["interval_low"], first["interval_high"], first["note"]) == (0.9, 1.13, "cannot tell")
    went = next(row for row in shares if row["subject"] == "data_adapter")
    assert went["before"] == pytest.approx(0.569) and went["after"] is None
    assert went["note"] == "present before, absent after"
