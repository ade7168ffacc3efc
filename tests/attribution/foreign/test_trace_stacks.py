"""The exact stacks of someone else's trace."""

import dataclasses

import pytest

from profiler.attribution.foreign import trace_calls, trace_stacks
from profiler.catalogue import catalogue
from profiler.protocol.errors import Unusable
from profiler.readers import xplane
from profiler.readers.xplane.build import Anomaly
from tests import foreign_files as files
from tests.attribution.foreign.test_trace_windows import Made


def test_the_roots_are_the_predict_frames_and_the_internals_are_known():
    (path,) = files.TRACE.rglob("*.xplane.pb.gz")
    found = trace_stacks.load(xplane.read(path), catalogue.load(), "mine.xplane.pb")
    names = found.stacks.table.coded("name").decode()
    assert [names[row].rpartition(" ")[2] for row in found.stacks.roots()] == ["predict"]
    assert found.stacks.calls == 3
    assert "data_adapter" in found.resolutions and found.subject.variant is None
    assert "mine.xplane.pb" in found.subject.title


def test_a_damaged_trace_has_no_stacks():
    """The report refused its shares; the tree showed them."""
    (path,) = files.TRACE.rglob("*.xplane.pb.gz")
    trace = xplane.read(path)
    line = trace.lines.coded("kind").decode().index("python")
    damaged = dataclasses.replace(trace, anomalies=(Anomaly(line, "backwards", 2),))
    with pytest.raises(Unusable, match=r"mine: 2 events of negative duration"):
        trace_stacks.load(damaged, catalogue.load(), "mine")


def test_frames_that_cannot_be_what_ran_have_no_stacks(monkeypatch):
    (path,) = files.TRACE.rglob("*.xplane.pb.gz")
    monkeypatch.setattr(trace_calls, "misplaced", lambda trace, windows: "they end within others")
    with pytest.raises(Unusable, match="mine: they end within others"):
        trace_stacks.load(xplane.read(path), catalogue.load(), "mine")


def test_an_empty_trace_has_no_stacks():
    with pytest.raises(Unusable, match=r"empty\.xplane\.pb: holds no events"):
        trace_stacks.load(Made([]), catalogue.load(), "empty.xplane.pb")
