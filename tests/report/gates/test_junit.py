"""A gate as a test report that any reader of XML takes."""

from xml.etree import ElementTree

import pytest

from profiler.report.gates import junit
from tests.report.gates.made_gate import FAST, gate
from tests.report.pages.samples import HOSTILE


def read(made):
    root = ElementTree.fromstring(junit.draw(made))
    (suite,) = root
    return suite, suite.findall("testcase")


def test_a_case_is_an_expression_on_a_variant():
    suite, cases = read(gate())
    assert suite.get("name") == "Gate on after against before"
    assert [suite.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["3", "1", "1", "0"]
    assert [(one.get("classname"), one.get("name")) for one in cases] == [
        (f"env: {FAST}", "slower > 5%"),
        ("env: tiny/compiled/predict/b32", "slower > 5% and verdict == differs"),
        (f"env: tiny/compiled/predict/b32 against {FAST}", "slower > 5%"),
    ]


def test_one_that_fails_says_the_numbers_and_one_that_passes_has_no_failure():
    _, (passed, failed, _) = read(gate())
    assert failed.find("failure").get("message") == (
        "fails: slower > 5%: 12.0 % (10.0 %..14.0 %); verdict == differs: differs"
    )
    assert {one.tag for one in passed} == {"system-out"}
    assert "both are one measurement" in passed.find("system-out").text


@pytest.mark.parametrize(
    ("cannot_tell", "tag", "count"),
    [(None, "error", "errors"), ("pass", "skipped", "skipped"), ("fail", "failure", "failures")],
)
def test_one_that_is_open_counts_as_was_asked(cannot_tell, tag, count):
    suite, (*_, unsure) = read(gate(cannot_tell))
    assert "the interval holds the threshold" in unsure.find(tag).get("message")
    assert int(suite.get(count)) == (2 if tag == "failure" else 1)


def test_no_name_breaks_the_document():
    """XML has no way to hold control characters and lone surrogates."""
    text = junit.draw(gate(name=HOSTILE, why=HOSTILE))
    text.encode("utf-8")
    suite, _ = read(gate(name=HOSTILE, why=HOSTILE))
    assert len(suite) == 3 and "\x1b" not in text and "\x07" not in text
