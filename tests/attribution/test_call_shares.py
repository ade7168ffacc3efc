"""Captures of several processes together."""

import numpy as np
import pytest

from profiler.attribution import call_shares
from profiler.attribution.share import CallShares, PerCall, Share
from profiler.protocol.errors import Unusable


def capture(windows, shares, phases=None, unknown=None):
    """Return what a process says of ``predict`` in calls of these windows."""
    one = np.ones(len(windows), np.int64)
    return CallShares(
        ("predict",),
        np.array(windows, np.float64),
        {"predict": PerCall(np.array(shares), one, 2 * one)} if unknown is None else {},
        {} if unknown is None else {"predict": unknown},
        phases or {"other": 1.0},
    )


def test_a_share_is_of_all_windows_together():
    found = call_shares.together({0: capture([100, 100], [0.5, 0.7]), 4: capture([800], [0.9])})
    share = found.shares["predict"]
    assert share.share == pytest.approx((50 + 70 + 720) / 1000)
    assert (share.calls_per_call, share.entries_per_call) == (1, 2)


def test_from_three_processes_on_the_interval_is_over_them():
    calls = {n: capture([100] * 50, [level] * 50) for n, level in enumerate((0.50, 0.52, 0.54))}
    low, high = call_shares.together(calls).shares["predict"].interval
    assert low < 0.5 and high > 0.54


def test_phases_are_weighted_by_their_windows_and_sum_to_1():
    first = capture([100], [1.0], {"execution": 0.2, "other": 0.8})
    second = capture([300], [1.0], {"execution": 0.6, "other": 0.4})
    found = call_shares.together({0: first, 1: second}).phases
    assert found == pytest.approx({"execution": 0.5, "other": 0.5})


def test_phases_that_one_process_does_not_know_are_left_out_together():
    first = capture([100], [1.0], {"teardown": 0.2, "other": 0.8})
    assert call_shares.together({0: first, 1: capture([100], [1.0])}).phases == {}


def test_what_one_process_does_not_know_is_unknown():
    unknown = Share.none("it was not watched")
    found = call_shares.together({0: capture([100], [1.0]), 1: capture([100], [1.0], unknown=unknown)})
    assert found.shares["predict"] == unknown


def test_times_that_are_no_part_of_their_call_are_told_with_the_internal_and_in_ns():
    """A trace counts in ps, and its numbers were told as ns, of no internal."""
    said = "the times of predict are impossible: process 0, call 0: 8 ns within a call of 4 ns"
    with pytest.raises(Unusable, match=said):
        call_shares.together({0: capture([4, 4], [2.0, 2.0])})
