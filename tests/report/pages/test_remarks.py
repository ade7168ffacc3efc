"""What stands below the tables of several releases."""

import dataclasses

import pytest

from profiler.report.pages import claims as claim_tables
from profiler.report.pages import matrix, remarks
from profiler.results import build
from profiler.results.document import CaptureLine
from profiler.study import claims
from tests import reference
from tests.report import drawing


@pytest.fixture(scope="module")
def report():
    return dataclasses.replace(build.build(reference.FOLDER / "tf2.0.0-py3.7"), warnings=())


def shown(report):
    table, claimed = matrix.page(report, {}), claim_tables.page(claims.judge(report), {}, report)
    return (
        drawing.terminal(table),
        drawing.markdown(table).replace("\\", ""),
        drawing.terminal(claimed),
        drawing.markdown(claimed).replace("\\", ""),
    )


def with_ratio(report, **changes):
    return dataclasses.replace(report, comparisons=(dataclasses.replace(report.comparisons[0], **changes),))


def test_a_report_without_anything_to_know_adds_nothing(report):
    quiet = with_ratio(report, interval=(1.1, 1.2), verdict="differs", more_seconds=None, reason=None)
    quiet = dataclasses.replace(
        quiet, variants=tuple(dataclasses.replace(v, status="ok", captures=()) for v in quiet.variants)
    )
    assert remarks.remarks(quiet, {}) == ()


def test_warnings_stand_below_every_table(report):
    warned = dataclasses.replace(
        report, warnings=("the machine was busy", "cprofile and tfprofiler disagree")
    )
    for text in shown(warned):
        assert text.index("Warnings") < text.index("- the machine was busy")
        assert text.rstrip().endswith("- cprofile and tfprofiler disagree")


def test_a_capture_that_failed_is_named_with_its_release_and_reason(report):
    failed = CaptureLine("tfprofiler", "failed", "the worker was killed", "captures/x")
    first = dataclasses.replace(report.variants[0], captures=(failed,))
    for text in shown(dataclasses.replace(report, variants=(first, *report.variants[1:]))):
        assert f"- tf2.0.0-py3.7: {first.id} under tfprofiler: failed: the worker was killed" in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"interval": None, "reason": "1 process measured both"}, "no interval: 1 process measured both"),
        (
            {"interval": (0.9, 1.2), "verdict": "cannot tell", "more_seconds": 12.0, "reason": None},
            "cannot tell: measuring about 12 s longer would settle it",
        ),
    ],
)
def test_a_ratio_without_interval_or_verdict_says_why(report, changes, said):
    for text in shown(with_ratio(report, **changes)):
        assert f"- tf2.0.0-py3.7: compiled / uncompiled, tiny: {said}" in text


def test_in_a_narrow_window_lines_are_folded_between_words(report):
    warned = dataclasses.replace(report, warnings=("careful " * 30,))
    text = drawing.terminal(matrix.page(warned, {}), 80)
    folded = text[text.index("Warnings") :].splitlines()[1:]
    assert len(folded) > 2 and all(len(line) <= 80 and line.endswith("careful") for line in folded)
