"""Which capture a variant's stacks come from."""

import pytest

from profiler.attribution import stacks, validated
from profiler.protocol.errors import RunError, TraceFormatError
from profiler.runs import record
from tests import reference

COMPILED, UNCOMPILED = "tiny/compiled/predict/b32", "tiny/uncompiled/predict/b32"


@pytest.fixture
def run():
    return record.read(reference.CURRENT)


def too_deep(count, monkeypatch):
    """Let the first ``count`` traces that are read hold more events within each other than calls can."""
    merge, seen = stacks.merge, []

    def of_a_trace(trace, mark):
        seen.append(mark)
        if len(seen) <= count:
            raise TraceFormatError("holds 9999 events within each other: no calls go so deep")
        return merge(trace, mark)

    monkeypatch.setattr(stacks, "merge", of_a_trace)


def test_a_trace_that_is_too_deep_leaves_the_next_capture(run, monkeypatch):
    """It ended the command, with a line that named neither the run nor the capture."""
    too_deep(1, monkeypatch)
    found = validated.load(run, None)
    assert found.capture.variant.id == UNCOMPILED
    assert f"{COMPILED}, tfprofiler-1: holds 9999 events" in found.skipped


def test_where_all_are_too_deep_the_line_names_the_run_and_the_capture(run, monkeypatch):
    too_deep(9, monkeypatch)
    with pytest.raises(RunError, match=rf"^{run.name}: .*{COMPILED}, tfprofiler-1: holds 9999 events"):
        validated.load(run, None)
