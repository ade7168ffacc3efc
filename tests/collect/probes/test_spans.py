import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from profiler.collect.probes.spans import spans

ME, OTHER = 77, 99


def events(*rows):
    return np.array([(*row, ME) if len(row) == 2 else row for row in rows], np.int64).reshape(-1, 3)


def listed(found):
    columns = (found.thread, found.function, found.start_ns, found.end_ns, found.parent)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_the_documented_six_events():
    found = spans(events((0, 10), (2, 11), (3, 14), (2, 15), (3, 19), (1, 20)), ME)
    assert listed(found) == [(0, 0, 10, 20, -1), (0, 1, 11, 14, 0), (0, 1, 15, 19, 0)]
    assert (found.open, found.stray) == ({}, 0)


def test_recursion_closes_the_innermost():
    found = spans(events((0, 1), (0, 2), (1, 3), (1, 4)), ME)
    assert listed(found) == [(0, 0, 1, 4, -1), (0, 0, 2, 3, 0)]


def test_threads_do_not_close_each_other_s_spans():
    found = spans(events((0, 1), (2, 2, OTHER), (1, 3), (3, 4, OTHER)), ME)
    assert listed(found) == [(0, 0, 1, 3, -1), (1, 1, 2, 4, -1)]


def test_a_leave_without_an_enter_is_counted():
    found = spans(events((1, 1), (0, 2), (3, 3), (1, 4)), ME)
    assert listed(found) == [(0, 0, 2, 4, -1)]
    assert found.stray == 2


def test_what_has_no_leave_is_dropped_and_its_children_get_its_parent():
    found = spans(events((0, 1), (2, 2), (4, 3), (5, 4), (1, 6), (2, 7)), ME)
    assert listed(found) == [(0, 0, 1, 6, -1), (0, 2, 3, 4, 0)]
    assert found.open == {1: 2}


def test_no_events_are_no_spans():
    assert listed(spans(events(), ME)) == []


@given(st.lists(st.tuples(st.integers(0, 7), st.sampled_from([ME, OTHER])), max_size=60))
def test_whatever_the_order_spans_nest_and_none_is_made_up(marks):
    found = spans(np.array([(m, n, t) for n, (m, t) in enumerate(marks)], np.int64).reshape(-1, 3), ME)
    enters = sum(1 for mark, _ in marks if mark % 2 == 0)
    assert len(found.function) + sum(found.open.values()) == enters
    for thread, _, start, end, parent in (rows := listed(found)):
        assert start < end
        if parent >= 0:
            outer = rows[parent]
            assert outer[0] == thread and outer[2] < start and end < outer[3]
