"""What is said of traces: real ones that are sound, and ones written by hand."""

import numpy as np
import pytest

from profiler.catalogue import recognition
from profiler.readers import truncation, xplane
from profiler.readers.xplane import quality
from tests import reference
from tests.readers.xplane.encoding import event, line, names, space, span

REAL = sorted(reference.FOLDER.rglob("*.xplane.pb*"))
NAMES = names(["$profiler_v2.py:80 start", "$trainer.py:521 predict", "$profiler_v2.py:129 stop", "Op"])
START, PREDICT, STOP, OP = range(1, 5)


@pytest.fixture
def told(tmp_path):
    def tell(*files):
        for number, data in enumerate(files):
            (tmp_path / f"host{number}.xplane.pb").write_bytes(data)
        trace = xplane.read_session(tmp_path)
        return {finding.kind: str(finding) for finding in quality.findings(trace)}

    return tell


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.parent.name)
def test_a_capture_around_whole_calls_has_no_findings(path):
    assert quality.findings(xplane.read(path)) == ()


def python_line(*events, **more):
    return line(b"".join(event(*one) for one in events), **more)


WHOLE = python_line((START, 0, 10), (PREDICT, 10, 80), (STOP, 90, 10))


def test_calls_within_the_session_are_whole(told):
    assert told(space(WHOLE, NAMES)) == {}


@pytest.mark.parametrize(
    "events",
    [
        [(START, 0, 10), (PREDICT, 10, 90), (STOP, 90, 10)],
        [(PREDICT, 0, 90), (START, 0, 10), (STOP, 90, 10)],
    ],
    ids=["stopped within it", "started within it"],
)
def test_a_call_that_the_session_cuts_is_told(events, told, tmp_path):
    found = told(space(python_line(*events), NAMES))
    assert list(found) == ["cut_calls"]
    assert "1 call of trainer.py:521 predict lies partly outside the session" in found["cut_calls"]
    trace = xplane.read_session(tmp_path)
    (row,) = quality.cut_rows(trace).tolist()
    assert trace.events.coded("name").decode()[row] == "$trainer.py:521 predict"


def test_a_thread_s_only_call_is_whole_where_the_session_is_longer(told):
    other = python_line((PREDICT, 0, 10), line_id=1 << 41, timestamp_ns=1)
    whole = python_line((START, 0, 10), (STOP, 90, 100_000), timestamp_ns=0)
    assert told(space(whole, other, NAMES)) == {}


def test_timestamps_of_any_size_are_looked_at(told):
    far = python_line((PREDICT, 0, 10), line_id=1 << 41, timestamp_ns=(1 << 63) - 1)
    assert "cut_calls" in told(space(WHOLE, far, NAMES))


def test_a_trace_without_python_frames_is_told_with_the_option(told):
    found = told(space(python_line((1, 0, 10)), names(["EagerExecute"])))
    assert list(found) == ["no_python_tracer"]
    assert "python_tracer_level=1" in found["no_python_tracer"]


def test_several_hosts_are_told_by_name(told):
    found = told(*[space(WHOLE, NAMES)] * 6)
    assert "6 hosts, which are kept apart: host0, host1, host2, host3, ..." in found["several_hosts"]


def test_what_the_profiler_itself_said_is_passed_on(told):
    found = told(space(WHOLE, NAMES) + span(2, b"dropped 5\nevents") + span(3, b"no device"))
    assert found["profiler_said"] == "the profiler said: dropped 5 events (and 1 more)"


def test_odd_events_are_counted(told):
    found = told(space(python_line((START, 0, 10), (9, 20, 5), (OP, 30, -5)), NAMES))
    assert found["unnamed_events"].startswith("1 events that name no entry")
    assert found["backwards_events"].startswith("1 events of negative duration")


def test_damaged_times_of_a_thread_spoil_every_share_as_in_a_capture_of_our_own(tmp_path):
    path = tmp_path / "host.xplane.pb"
    path.write_bytes(space(python_line((START, 0, 10), (OP, 30, -5)), NAMES))
    spoiling = [one for one in quality.findings(xplane.read(path)) if one.spoils_shares]
    assert [one.text for one in spoiling] == [
        "the trace is damaged: 1 events of negative duration, taken as 0 (line 0, python)"
    ]


def test_the_calls_that_may_be_cut_are_keras_s_entry_points():
    assert set(quality.ENTRIES) == {*recognition.entry_points().names} - {"__call__"}


def test_as_many_events_as_a_profiler_takes_are_told(told, monkeypatch):
    assert "truncated" not in told(space(WHOLE, NAMES))
    monkeypatch.setattr(truncation, "CAPS", {3: "a box"})
    assert "exactly 3 events, the most that a box takes" in told(space(WHOLE, NAMES))["truncated"]


def test_the_sessions_bounds_are_those_of_each_host(told, tmp_path):
    late = python_line((START, 0, 10), (PREDICT, 10, 80), (STOP, 90, 10), timestamp_ns=5_000)
    found = told(space(WHOLE, NAMES), space(late, NAMES))
    assert list(found) == ["several_hosts"]
    assert len(quality.cut_rows(xplane.read_session(tmp_path))) == 0


def test_a_trace_without_events_has_no_cut_calls(told, tmp_path):
    assert list(told(space(line(b"")))) == ["no_python_tracer"]
    assert quality.cut_rows(xplane.read_session(tmp_path)).dtype == np.int64
