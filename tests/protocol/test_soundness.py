import pytest

from profiler.protocol.soundness import MARGIN_NS_PER_CALL, check_edge

WINDOW_NS = 1_000_000_000
CALL_NS = 400_000


def test_an_edge_that_covers_the_window_is_sound():
    assert check_edge(10, WINDOW_NS, 10, WINDOW_NS - 10_000_000) is None


def test_a_missing_call_is_unsound():
    assert "9 of 10" in check_edge(10, WINDOW_NS, 9, WINDOW_NS)


def test_a_surplus_call_is_unsound():
    assert "11 of 10" in check_edge(10, WINDOW_NS, 11, WINDOW_NS)


def test_time_beyond_the_margin_is_unsound_on_both_sides():
    beyond = round(0.05 * WINDOW_NS) + 10 * MARGIN_NS_PER_CALL + 1
    assert check_edge(10, WINDOW_NS, 10, WINDOW_NS - beyond) is not None
    assert check_edge(10, WINDOW_NS, 10, WINDOW_NS + beyond) is not None


@pytest.mark.parametrize("missing", [0.06, 0.1, 0.25])
def test_a_part_of_a_fast_call_is_missed(missing):
    """The margin was 100 us a call, whatever a call took: a quarter of one of 0.4 ms could be missing."""
    window_ns = 100 * CALL_NS
    assert check_edge(100, window_ns, 100, round(window_ns * (1 - missing))) is not None


def test_what_reading_the_clock_costs_a_very_fast_call_is_allowed():
    window_ns = 100 * 20_000
    assert check_edge(100, window_ns, 100, window_ns - 100 * 1_000) is None
