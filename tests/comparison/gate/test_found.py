"""What was counted is exact; what was not speaks of nothing."""

from profiler.comparison.gate.found import Measured, Silent, counted


def test_a_count_has_an_interval_without_width():
    assert counted(3, "") == Measured(3, (3, 3))
    assert counted(0, "") == Measured(0, (0, 0))
    assert counted(None, "nobody counted") == Silent("nobody counted")
