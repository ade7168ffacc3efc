"""``sys.monitoring``: the events of watched code alone, and no tool left behind."""

import sys

import pytest

from profiler.collect.probes import monitoring
from profiler.collect.probes.monitoring import Monitoring, Returns
from profiler.collect.probes.tape import Marks, Tape

needs_monitoring = pytest.mark.skipif(not hasattr(sys, "monitoring"), reason="Python 3.12 has it first")


@pytest.mark.skipif(hasattr(sys, "monitoring"), reason="older Pythons have none")
def test_without_monitoring_no_tool_is_free():
    assert monitoring.free_tool() is None


@needs_monitoring
def test_a_tool_that_another_holds_is_passed_over():
    sys.monitoring.use_tool_id(3, "another")
    try:
        assert monitoring.free_tool() == 4
    finally:
        sys.monitoring.free_tool_id(3)


@needs_monitoring
@pytest.mark.parametrize(("way", "expected"), [(Monitoring, [0, 1]), (Returns, [1])])
def test_watched_code_is_recorded_while_it_is_on(way, expected):
    def watched():
        return 1

    tape = Tape(8)
    one = way(3, {watched.__code__: Marks.of(0)}, tape)
    one.on()
    watched()
    one.off()
    watched()
    assert tape.take()[:, 0].tolist() == expected
    assert sys.monitoring.get_tool(3) is None
