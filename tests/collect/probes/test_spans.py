import numpy as np

from profiler.collect.probes.spans import spans

MAIN = 7


def of(*events):
    rows = [(*event, MAIN)[:3] for event in events]
    return spans(np.array(rows, dtype=np.int64).reshape(-1, 3), MAIN)


def rows(found):
    return list(zip(found.function.tolist(), found.start_ns.tolist(), found.end_ns.tolist(), strict=True))


def test_the_example_of_the_docstring():
    found = of((0, 10), (2, 11), (3, 14), (2, 15), (3, 19), (1, 20))
    assert rows(found) == [(0, 10, 20), (1, 11, 14), (1, 15, 19)]
    assert found.parent.tolist() == [-1, 0, 0]


def test_no_events_make_no_spans():
    assert rows(of()) == []


def test_a_leave_without_an_enter_is_stray():
    found = of((1, 10), (2, 11), (3, 12))
    assert (rows(found), found.stray) == ([(1, 11, 12)], 1)


def test_a_frame_that_did_not_return_is_open_and_what_it_called_has_the_parent_above():
    found = of((0, 1), (2, 2), (4, 3), (5, 4), (1, 5))
    assert rows(found) == [(0, 1, 5), (2, 3, 4)]
    assert found.parent.tolist() == [-1, 0]
    assert found.open == {1: 1}


def test_threads_nest_apart_and_the_one_that_calls_is_number_0():
    found = of((0, 1, 99), (0, 2), (1, 3, 99), (1, 4))
    assert found.thread.tolist() == [1, 0]
    assert found.parent.tolist() == [-1, -1]


def test_a_span_in_which_the_clock_stepped_back_is_counted_and_left_out():
    found = of((0, 10), (2, 5), (4, 6), (5, 7), (3, 3), (1, 30))
    assert rows(found) == [(2, 6, 7)]
    assert found.parent.tolist() == [-1]
    assert (found.backward, found.open) == (2, {})
