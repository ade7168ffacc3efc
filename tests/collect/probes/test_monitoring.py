import sys

import pytest

from profiler.collect.probes import monitoring
from profiler.collect.probes.tape import Marks, Tape


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python has monitoring")
def test_a_python_without_monitoring_has_no_free_tool():
    assert monitoring.free_tool() is None


@pytest.mark.skipif(sys.version_info < (3, 12), reason="this Python has no monitoring")
def test_equal_code_is_watched_apart_and_the_tool_is_given_back():
    namespaces = [{}, {}]
    for one in namespaces:
        exec(compile("def f(): pass", "same.py", "exec"), one)
    codes = [one["f"].__code__ for one in namespaces]
    tape = Tape(8)
    tool = monitoring.free_tool()
    watching = monitoring.Monitoring(tool, [(code, Marks.of(at)) for at, code in enumerate(codes)], tape)
    watching.on()
    for one in namespaces:
        one["f"]()
    watching.off()
    namespaces[0]["f"]()
    assert tape.take()[:, 0].tolist() == [0, 1, 2, 3]
    assert sys.monitoring.get_tool(tool) is None
