"""The traces of releases that write no XPlane: sessions, and the real ones."""

import gzip
import json

import pytest

from profiler.protocol.errors import TraceFormatError
from profiler.readers.legacy import runtime_trace
from profiler.runs import record
from tests import reference
from tests.readers.legacy.files import (
    CHROME,
    LOCAL,
    checked,
    rows,
    write_chrome,
    write_local,
)


def test_a_session_holds_exactly_one_such_file(tmp_path):
    with pytest.raises(TraceFormatError, match="holds 0 files"):
        runtime_trace.read_session(tmp_path)
    write_local(tmp_path)
    assert len(runtime_trace.read_session(tmp_path).events) == 4
    write_chrome(tmp_path)
    with pytest.raises(TraceFormatError, match="holds 2 files"):
        runtime_trace.read_session(tmp_path)
    with pytest.raises(TraceFormatError, match="cannot be read"):
        runtime_trace.read_session(tmp_path / "gone")


def recorded():
    for run in reference.runs():
        for capture in record.read(run).captures:
            if capture.manifest.python_events is False:
                yield pytest.param(capture, id=f"{run.name}:{capture.variant.compile_state}")


MARKS = {"tf2.0.0-py3.7": 3, "tf2.1.0-py3.7": 0}


@pytest.mark.parametrize("capture", list(recorded()))
def test_the_marks_of_a_real_trace_are_the_measured_calls(capture):
    (name,) = (name for name in capture.manifest.files if name.startswith("plugins/"))
    trace = checked(capture.folder / name)
    marks = [row[3] for row in rows(trace) if row[0] == capture.manifest.step_name]
    assert len(marks) == MARKS[capture.environment]
    durations = (capture.durations_ns() * 1000).tolist()
    assert all(mark < duration for mark, duration in zip(marks, durations, strict=False))
    # making the first mark takes time that lies in the call, before the mark
    assert marks[1:] == pytest.approx(durations[1 : len(marks)], rel=0.05)


def test_a_real_chrome_trace_has_its_known_answers():
    folder = reference.FOLDER / "tf2.2.3-py3.8"
    known = json.loads((folder / "MANIFEST.json").read_text())
    trace = checked(folder / "host.trace.json.gz")
    assert len(trace.events) == known["events"]
    marks = [row[3] for row in rows(trace) if row[0] == known["step_name"]]
    assert marks == pytest.approx([duration * 1000 for duration in known["durations_ns"]], rel=0.05)


@pytest.mark.parametrize(
    ("data", "events"), [(LOCAL, 4), (gzip.compress(json.dumps(CHROME).encode(), mtime=0), 5)]
)
def test_the_bytes_say_which_of_the_two_a_file_is(data, events, tmp_path):
    for name in ("local.trace", "vm.trace.json.gz"):
        (tmp_path / name).write_bytes(data)
        assert len(checked(tmp_path / name).events) == events
