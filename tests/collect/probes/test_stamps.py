import numpy as np

from profiler.collect.harness import Timed
from profiler.collect.probes.stamps import UNKNOWN, frames_ns


def events(*rows):
    return np.array([(mark, ns, 1) for mark, ns in rows], np.int64).reshape(-1, 3)


def test_a_frame_ends_at_its_leave():
    timed = Timed([100, 200], [50, 60])
    assert frames_ns(events((0, 101), (1, 140), (0, 201), (1, 230)), timed).tolist() == [40, 30]


def test_the_last_of_several_leaves_is_the_outermost_frame_s():
    assert frames_ns(events((1, 110), (1, 130), (1, 145)), Timed([100], [50])).tolist() == [45]


def test_a_call_without_a_leave_is_unknown():
    timed = Timed([100, 200, 300], [50, 60, 70])
    assert frames_ns(events((1, 120), (1, 350)), timed).tolist() == [20, UNKNOWN, 50]
    assert frames_ns(events(), timed).tolist() == [UNKNOWN] * 3


def test_a_leave_between_calls_belongs_to_none():
    assert frames_ns(events((1, 170)), Timed([100, 200], [50, 60])).tolist() == [UNKNOWN] * 2
