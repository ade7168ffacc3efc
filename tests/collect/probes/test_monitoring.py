"""``sys.monitoring`` itself is tried by `tests/project/worker_checks.py`, under the Pythons that have it."""

import pytest

from profiler.collect.probes import monitoring


class Held:
    """A ``sys.monitoring`` whose tools of some ids are taken."""

    def __init__(self, *taken):
        self._taken = taken

    def get_tool(self, tool):
        return "another" if tool in self._taken else None


def test_a_python_without_monitoring_has_no_free_tool(monkeypatch):
    monkeypatch.delattr(monitoring.sys, "monitoring", raising=False)
    assert monitoring.free_tool() is None


@pytest.mark.parametrize(("taken", "free"), [((), 3), ((3,), 4), ((3, 4), None), ((2, 4), 3)])
def test_the_first_id_that_no_other_tool_holds_is_taken(taken, free, monkeypatch):
    monkeypatch.setattr(monitoring.sys, "monitoring", Held(*taken), raising=False)
    assert monitoring.free_tool() == free
