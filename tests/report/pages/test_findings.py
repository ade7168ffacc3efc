"""Findings and reasons in words."""

import pytest

from profiler.report.pages import findings
from profiler.results.document import Comparison
from profiler.study.claims import Finding, Reason, Shortfall

SHARE = Finding("share of execute, tiny compiled", 0.123, (0.1, 0.15))
RATIO = Finding("predict / call, tiny", 12.0, None, "1 process measured both")


def undecided(**changes):
    given = {
        "interval": (0.9, 1.2),
        "verdict": "cannot tell",
        "more_seconds": None,
        "reason": None,
        **changes,
    }
    return Finding("compiled / uncompiled, tiny", None, compared=Comparison("a", "b", 1.05, **given))


@pytest.mark.parametrize(
    ("finding", "text"),
    [
        (SHARE, "12.3 % [10.0 %..15.0 %]"),
        (RATIO, "12.0"),
        (Finding("graphs, tiny compiled", 3.0), "3"),
        (Finding("loop, tiny compiled", "v2.Loop"), "v2.Loop"),
        (Finding("flag", False), "False"),
        (Finding("flag", None, remark="absent", lacking=True), "absent"),
        (Finding("share of x", None), "-"),
        (Finding("share of x", 0.5, remark="one process, no interval"), "50.0 % (one process, no interval)"),
        (undecided(), "ratio 1.05 [0.90..1.20]"),
    ],
)
def test_a_value_is_written_as_its_kind_is(finding, text):
    assert findings.value_text(finding) == text


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (Reason(Shortfall.NOT_KNOWN, Finding("loop", None)), "loop: not known"),
        (Reason(Shortfall.NOT_KNOWN, Finding("loop", None, None, "none ran")), "loop: none ran"),
        (
            Reason(Shortfall.DIFFERENT, Finding("flag", True), False),
            "flag: 'True' where the rule asks for 'False'",
        ),
        (
            Reason(Shortfall.WITHOUT_INTERVAL, RATIO),
            "predict / call, tiny is 12.0, without an interval: 1 process measured both",
        ),
        (Reason(Shortfall.BEYOND_LIMIT, RATIO, 20.0), "predict / call, tiny is 12.0, beyond the limit 20"),
        (
            Reason(Shortfall.AROUND_LIMIT, SHARE, 0.12),
            "share of execute, tiny compiled is 12.3 % [10.0 %..15.0 %], "
            "with an interval that holds the limit 0.12",
        ),
        (
            Reason(Shortfall.ABOVE_OTHER, Finding("share of a", 0.5), beside=Finding("share of b", 0.25)),
            "share of a is 50.0 %, above 25.0 %",
        ),
        (
            Reason(Shortfall.NESTING_NOT_KNOWN, SHARE, "predict"),
            "share of execute, tiny compiled: "
            "the inspected call does not tell whether it runs inside predict",
        ),
        (
            Reason(Shortfall.OUTSIDE, SHARE, "predict"),
            "share of execute, tiny compiled: some of it runs outside predict",
        ),
    ],
)
def test_a_reason_says_what_fell_short_of_what(reason, text):
    assert findings.because(reason) == text


def test_a_shortfall_of_each_kind_has_its_words():
    assert set(findings.SAID) == set(Shortfall)


def test_braces_in_a_name_are_shown_as_they_are():
    assert findings.because(Reason(Shortfall.NOT_KNOWN, Finding("{asked}", None))) == "{asked}: not known"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "ratio 1.05 [0.90..1.20]: cannot tell"),
        (
            {"reason": "1 process measured both", "interval": None},
            "ratio 1.05, no interval: 1 process measured both",
        ),
        (
            {"more_seconds": 42.0},
            "ratio 1.05 [0.90..1.20]: cannot tell: measuring about 42 s longer would settle it",
        ),
    ],
)
def test_a_missing_verdict_says_why_and_how_much_longer_to_measure(changes, text):
    finding = undecided(**changes)
    assert findings.because(Reason(Shortfall.NOT_KNOWN, finding)) == f"{finding.quantity}: {text}"
    assert findings.finding_json(finding)["reason"] == text


def test_a_reproduced_claim_has_no_reason():
    assert findings.because(None) is None
