from profiler.protocol.soundness import MARGIN_NS_PER_CALL, check_edge

WINDOW_NS = 1_000_000_000


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
