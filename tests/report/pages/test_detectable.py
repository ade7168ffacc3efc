"""The line on what a section's design could have found."""

import dataclasses

from profiler.report.pages import detectable
from profiler.report.pages.sections import sections
from tests.report import sample


def said(**changes):
    report = sample.report()
    ours = sections(report)[0]
    comparisons = tuple(dataclasses.replace(one, **changes) for one in ours.comparisons)
    return list(detectable.lines(dataclasses.replace(ours, comparisons=comparisons)))


def test_the_smallest_difference_of_each_comparison_stands_in_one_line():
    (line,) = said(detectable=0.0214, interval=(0.9, 1.1))
    assert line.startswith("smallest difference that would have been found 8 of 10 times: ")
    assert "compiled/predict/b32 2.1 %" in line


def test_a_ratio_without_an_interval_says_why_no_difference_would_be_found():
    (line,) = said(detectable=None, interval=None, reason="2 of the 3 processes")
    assert line.startswith("no difference can be told apart from noise: 2 of the 3 processes: ")
    assert "compiled/predict/b32" in line


def test_nothing_is_said_where_nothing_is_compared():
    ours = dataclasses.replace(sections(sample.report())[0], comparisons=())
    assert list(detectable.lines(ours)) == []
