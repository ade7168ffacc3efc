import numpy as np

from profiler.collect.harness import Timed
from profiler.collect.probes.stamps import UNKNOWN, frames_ns

ME, OTHER = 1, 2


def events(*rows, thread=ME):
    return np.array([(mark, ns, thread) for mark, ns in rows], np.int64).reshape(-1, 3)


def test_a_frame_ends_at_its_leave():
    timed = Timed([100, 200], [50, 60])
    assert frames_ns(events((0, 101), (1, 140), (0, 201), (1, 230)), timed, ME).tolist() == [40, 30]


def test_the_last_of_several_leaves_is_the_outermost_frame_s():
    assert frames_ns(events((1, 110), (1, 130), (1, 145)), Timed([100], [50]), ME).tolist() == [45]


def test_a_call_without_a_leave_is_unknown():
    timed = Timed([100, 200, 300], [50, 60, 70])
    assert frames_ns(events((1, 120), (1, 350)), timed, ME).tolist() == [20, UNKNOWN, 50]
    assert frames_ns(events(), timed, ME).tolist() == [UNKNOWN] * 3


def test_a_leave_between_calls_belongs_to_none():
    assert frames_ns(events((1, 170)), Timed([100, 200], [50, 60]), ME).tolist() == [UNKNOWN] * 2


def test_a_leave_of_another_thread_ends_no_frame_of_the_call():
    """A predict in a thread beside the call was taken for the call's own."""
    both = np.concatenate([events((1, 120)), events((1, 140), thread=OTHER)])
    assert frames_ns(both, Timed([100], [50]), ME).tolist() == [20]
