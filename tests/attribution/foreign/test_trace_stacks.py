"""The exact stacks of someone else's trace."""

import pytest

from profiler.attribution.foreign import trace_stacks
from profiler.catalogue import catalogue
from profiler.protocol.errors import Unusable
from profiler.readers import xplane
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


def test_an_empty_trace_has_no_stacks():
    with pytest.raises(Unusable, match=r"empty\.xplane\.pb: holds no events"):
        trace_stacks.load(Made([]), catalogue.load(), "empty.xplane.pb")
