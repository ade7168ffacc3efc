"""A run's report, as a terminal of any width shows it."""

import dataclasses
import re

import pytest

from profiler.report.pages.report import page
from profiler.results.document import Comparison, InternalShare
from tests.report import drawing, sample
from tests.saved_reports import from_json


def render(report, width: int | None, color: bool = False) -> str:
    return drawing.terminal(page(report), width, color)


def rows(text: str, first: str) -> list[str]:
    return [line for line in text.splitlines() if line.split()[:1] == [first]]


def with_tiny(change) -> object:
    report = sample.report()
    variants = tuple(change(one) if one.workload == "tiny" else one for one in report.variants)
    return dataclasses.replace(report, variants=variants)


@pytest.mark.parametrize("width", [80, 100, 120, 160, 240])
def test_no_line_is_wider_than_the_terminal(width):
    text = render(sample.report(), width)
    assert max(len(line) for line in text.splitlines()) <= width


@pytest.mark.parametrize("width", [80, 160, None])
def test_every_width_shows_every_internal_with_both_states_and_successors(width):
    text = render(sample.report(), width)
    for name, *_ in sample.INTERNALS:
        assert sum(".." not in line for line in rows(text, name)) == 2, name
    assert rows(text, "data_adapter")[0].count("56.9 %") == 2
    assert rows(text, "create_graph_function")[0].count("27.5 %") == 2
    assert re.search(r"process_inputs .*absent +absent +-> data_adapter", text)
    assert re.search(r"autograph .*not called +not called", text)
    assert re.search(r"callbacks .*unknown +- +unknown +-", text)
    assert rows(text, "next_batch")[0].count("<0.1 %") == 2
    assert rows(text, "make_predict_function")[0].count("0.0 %") == 2


@pytest.mark.parametrize("width", [80, 160, None])
def test_every_width_shows_speed_spread_and_ratio(width):
    text = render(sample.report(), width)
    line = next(one for one in text.splitlines() if "predict_on_batch" in one and "0.473" in one)
    assert re.search(r"0\.503 +0\.473\.\.0\.538 +1/110( b)? +- +-", line)


def test_unknown_widths_fold_nothing():
    long = "x" * 300
    report = with_tiny(lambda one: dataclasses.replace(one, loop=long, functions_traced=("y" * 250,)))
    text = render(dataclasses.replace(report, warnings=("z " * 200 + "end",)), None)
    assert long in text
    assert "y" * 250 in text
    assert "z end" in text.replace("z " * 199, "")
    assert "\x1b" not in text


def test_a_narrow_terminal_folds_but_loses_nothing():
    text = render(sample.report(), 40)
    assert "…" not in text
    first_column = "".join(re.findall(r"^  (\S*)(?:  |$)", text, flags=re.MULTILINE))
    for name in ("standardize_user_data", "create_graph_function", "make_predict_function"):
        assert first_column.count(name) == 2


def test_internals_keep_the_order_of_the_report():
    report = with_tiny(lambda one: dataclasses.replace(one, internals=one.internals[::-1]))
    text = render(report, 80)
    assert text.index("teardown  ") < text.index("output_conversion  ") < text.index("data_adapter  ")


def test_the_headline_says_what_predict_costs_and_where_it_goes():
    first, second = render(sample.report(), None).split("\n\n")[:2]
    assert first == (
        "tiny: one compiled predict of 32 rows takes 55.2 ms, 110 times what predict_on_batch takes"
        " (0.503 ms). Of that, under cprofile: 57 % building the input pipeline,"
        " 33 % creating iterators (2 a call),"
        " 28 % tracing graphs (3 a call), 10 % freeing what predict built; parts may overlap."
        " Compiled takes 1.02 times the time of uncompiled (no verdict)."
    )
    assert "97 % running the model's function." in second


def test_a_share_that_is_not_known_says_why_once():
    reason = "this interpreter's cProfile loses frames; /usr/bin/python3.11 would do"
    report = with_tiny(
        lambda one: dataclasses.replace(
            one, internals=one.internals and sample.internals("tiny", reason), beyond=None
        )
    )
    text = render(report, 80)
    tiny = text[text.index("tiny on") : text.index("medium on")]
    assert re.search(r"data_adapter +present \[1\] +- +present \[1\]", tiny)
    assert tiny.count("[1] this interpreter's cProfile loses frames") == 1
    assert "%" not in tiny
    assert text.startswith("tiny: one compiled predict")
    assert "Where it goes is unknown: this interpreter's cProfile" in re.sub(r"\s+", " ", text)


def test_an_interval_and_a_verdict_are_shown_when_there_are_some():
    report = sample.report()
    first = dataclasses.replace(report.comparisons[0], interval=(0.97, 1.08), verdict="cannot tell")
    known = dataclasses.replace(report, comparisons=(first, *report.comparisons[1:]))
    for width in (80, 160):
        assert re.search(r"1\.02( a)? +0\.97\.\.1\.08 +cannot tell", render(known, width))
    assert "uncompiled (verdict: cannot tell)" in render(known, None)


def test_an_iterator_that_a_call_makes_for_nothing_is_seen():
    assert re.search(r"iterators a call +2 \(1 thrown away\)", render(sample.report(), 80))


def test_an_entry_point_is_compared_with_predict_where_it_can_be():
    report = sample.report()
    call = next(one for one in report.variants if one.id == "tiny/compiled/call/b32")
    uncompiled = sample.variant("tiny", "uncompiled", "call", 9.0)
    other = Comparison(f"{sample.ENV}:{uncompiled.id}", f"{sample.ENV}:{call.id}", 0.17, None, None)
    more = dataclasses.replace(
        report, variants=(*report.variants, uncompiled), comparisons=(other, *report.comparisons)
    )
    text = render(more, 160)
    assert re.search(r"compiled/call/b32 .*1/36\.1 .*compiled/predict/b32", text)


def test_a_variant_that_could_not_be_measured_says_so_and_leaves_the_rest():
    report = with_tiny(
        lambda one: (
            one
            if one.compile_state == "uncompiled"
            else dataclasses.replace(
                one,
                status="timeout",
                reason="no answer for 300 s",
                latency_ms=None,
                internals=(),
                perturbation={},
            )
        )
    )
    text = render(report, 80)
    assert "tiny/compiled/predict/b32: timeout: no answer for 300 s" in text
    assert text.startswith("tiny: one uncompiled predict")
    assert rows(text, "data_adapter")[0].count("%") == 1


def test_unsound_captures_are_named_with_their_reason():
    lines = (
        sample.CaptureLine("cprofile", "unsound", "the profile holds 3 of 4 measured calls", "captures/x"),
    )
    report = with_tiny(lambda one: dataclasses.replace(one, captures=lines))
    text = render(report, None)
    assert (
        "tiny/compiled/predict/b32 under cprofile: unsound: the profile holds 3 of 4 measured calls" in text
    )


def test_a_run_without_shares_still_shows_presence():
    def strip(one):
        internals = tuple(dataclasses.replace(internal, measures={}) for internal in one.internals)
        return dataclasses.replace(one, internals=internals)

    text = render(with_tiny(strip), 80)
    assert "no shares were captured" in text
    assert re.search(r"data_adapter +present +present *\n", text)


def test_instruments_stand_side_by_side_below_the_shares_of_the_one_to_believe():
    def also(one):
        internals = tuple(
            dataclasses.replace(i, measures={**i.measures, "tfprofiler": InternalShare(0.123, None, 1.0)})
            if i.internal == "data_adapter"
            else i
            for i in one.internals
        )
        return dataclasses.replace(one, internals=internals)

    text = render(with_tiny(also), 80)
    assert "shares under tfprofiler" in text
    assert "The same predict under each instrument" in text
    ours, beside = rows(text, "data_adapter")[:2]
    assert ours.count("12.3 %") == 2
    assert "12.3 %" in beside


def test_batch_sizes_have_tables_of_their_own():
    report = sample.report()
    large = [
        dataclasses.replace(one, id=one.id.replace("b32", "b256"), batch_size=256, rows=256)
        for one in report.variants
        if one.id == "tiny/compiled/predict/b32"
    ]
    text = render(dataclasses.replace(report, variants=(*report.variants, *large)), 80)
    assert "Where predict b256 spends its time" in text
    assert "batch 32, 32 rows a call; batch 256, 256 rows a call" in text


def test_a_warning_comes_once():
    text = render(sample.report(warnings=("two runs at once", "two runs at once")), 80)
    assert text.count("two runs at once") == 1


def test_the_flag_is_shown_where_the_release_has_it():
    assert "_experimental_run_tf_function" not in render(sample.report(), 80)
    report = with_tiny(lambda one: dataclasses.replace(one, flag_experimental_run_tf_function=False))
    assert re.search(r"_experimental_run_tf_function +False +False", render(report, 80))


def test_colours_only_when_asked():
    assert "\x1b[" in render(sample.report(), 80, color=True)
    assert "\x1b" not in render(sample.report(), 80)


@pytest.mark.parametrize("color", [True, False])
def test_names_from_a_run_cannot_command_the_terminal(color):
    evil = "\x1b]0;owned\x07\x1b[2J"
    report = with_tiny(
        lambda one: dataclasses.replace(
            one,
            id=one.id + evil,
            loop=evil,
            data_adapter=evil,
            entry_point=one.entry_point + ("" if one.entry_point == "predict" else evil),
            functions_traced=(evil,),
            status=evil,
            reason=evil,
            internals=tuple(
                dataclasses.replace(
                    i, internal=i.internal + evil, phase=evil, functions=(evil,), successor=evil
                )
                for i in one.internals
            ),
        )
    )
    report = dataclasses.replace(report, run=evil, catalogue=evil, warnings=(evil,))
    for width in (80, None):
        text = render(report, width, color)
        assert "\x1b]0" not in text
        assert "\x1b[2J" not in text
        assert "\x07" not in text


def test_what_was_written_as_json_renders_the_same():
    report = sample.report()
    assert render(from_json(report.to_json()), 80) == render(report, 80, color=False)


def test_an_empty_report_is_no_error():
    report = sample.report(variants=(), comparisons=(), warnings=(), environments={})
    assert "run 20261124-101500-tiny-medium" in render(report, 80)
