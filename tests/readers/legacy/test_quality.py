from pathlib import Path

import pytest

from profiler.readers import legacy, truncation
from profiler.readers.legacy import quality
from profiler.readers.wire.protobuf import fields
from tests.readers.legacy.files import CHROME, device, event, write_chrome, write_local

REFERENCE = Path(__file__).resolve().parents[3] / "traces" / "reference"
REAL = sorted(REFERENCE.glob("tf2.*/captures/*/*/tfprofiler-1/plugins/profile/*/local.trace"))


def test_the_reference_holds_traces_of_both_releases():
    assert len(REAL) == 4


def test_traces_of_old_releases_say_that_they_have_no_python_frames(tmp_path):
    for path in (write_local(tmp_path), write_chrome(tmp_path)):
        (found,) = quality.findings(legacy.read(path))
        assert found.kind == "no_python_tracer"
        assert "2.3" in found.to_do


def test_a_trace_with_as_many_events_as_the_viewer_takes_is_truncated(tmp_path, monkeypatch):
    monkeypatch.setattr(truncation, "CAPS", {4: "a box"})
    kinds = [finding.kind for finding in quality.findings(legacy.read(write_local(tmp_path)))]
    assert kinds == ["no_python_tracer", "truncated"]


def test_a_local_trace_that_was_cut_between_events_lists_threads_without_any(tmp_path):
    """A message may end after any field: a cut file was read as a whole one."""
    threads = device(0, b"/host:CPU", {0: b"0", 7: b"python", 9: b"tf_Compute", 11: b"tf_Compute"})
    events = [event(0, thread, b"op", 100, 10) for thread in (7, 7, 9, 11)]
    said = {}
    for kept in range(1, 5):
        whole = threads + b"".join(events[:kept])
        found = quality.findings(legacy.read(write_local(tmp_path, whole)))
        said[kept] = [str(one) for one in found if one.kind == "truncated"]
    assert [len(texts) for texts in said.values()] == [1, 1, 1, 0]
    assert "lists 2 threads without any event (tf_Compute)" in said[2][0]
    assert "lists a thread without any event (tf_Compute)" in said[3][0]
    assert "copy the file again" in said[3][0]


def test_a_chrome_trace_may_name_threads_that_did_nothing(tmp_path):
    named = {"ph": "M", "pid": 3, "tid": 1, "name": "thread_name", "args": {"name": "idle"}}
    idle = {**CHROME, "traceEvents": [named, *CHROME["traceEvents"]]}
    found = quality.findings(legacy.read(write_chrome(tmp_path, idle)))
    assert [one.kind for one in found] == ["no_python_tracer"]


@pytest.mark.fuzz
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.parents[4].name)
def test_a_real_trace_that_was_cut_before_its_last_thread_says_so(tmp_path, path):
    data = path.read_bytes()
    ends = [field.stop for field in fields(memoryview(data), 0, len(data)) if field.number == 4]
    assert len(ends) > 40 and ends[-1] == len(data)
    told = []
    for end in ends:
        found = quality.findings(legacy.read(write_local(tmp_path, data[:end])))
        told.append("truncated" in [one.kind for one in found])
    first_silent = told.index(False)
    assert first_silent > len(told) / 2
    assert all(told[:first_silent]) and not any(told[first_silent:])
