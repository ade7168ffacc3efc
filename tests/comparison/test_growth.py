"""What grows on both sides, and by how much more."""

import dataclasses

import pytest

from profiler.comparison import growth
from tests.report import grown
from tests.report.grown import GROWTH, KIB, MIB


def changes(before, after):
    return {one.quantity: one for one in growth.changes(before, after)}


LEAKS = dataclasses.replace(GROWTH, resident_bytes_per_call=grown.slope(MIB, 0.9 * MIB, 1.1 * MIB, "grows"))


def test_what_began_to_grow_is_said_with_its_interval():
    found = changes(GROWTH, LEAKS)["resident_bytes"]
    assert found.began and found.unit == "B"
    assert found.difference == pytest.approx(MIB - 2 * KIB)
    low, high = found.difference_interval
    assert low < found.difference < high
    assert not changes(LEAKS, LEAKS)["resident_bytes"].began
    assert not changes(LEAKS, GROWTH)["resident_bytes"].began


def test_a_side_that_was_not_read_has_no_difference_and_began_nothing():
    found = changes(None, LEAKS)["resident_bytes"]
    assert (found.before, found.difference, found.difference_interval, found.began) == (
        None,
        None,
        None,
        False,
    )


def test_what_neither_side_read_is_left_out():
    assert "used_bytes" not in changes(GROWTH, GROWTH)
    assert changes(None, None) == {}


def test_a_slope_without_an_interval_gives_a_difference_without_one():
    short = dataclasses.replace(
        GROWTH, objects_per_call=grown.slope(3.0, None, None, "cannot tell", "2 processes")
    )
    found = changes(GROWTH, short)["objects"]
    assert (found.difference, found.difference_interval) == (3.0, None)
