"""A trace gives shares only if it is that of the calls that were timed without it."""

import dataclasses

import pytest

from profiler.attribution.trace import sound_trace
from profiler.protocol.errors import Unusable
from profiler.readers import xplane
from profiler.readers.xplane.build import Anomaly
from profiler.runs import record
from tests import reference


@pytest.fixture(scope="module")
def capture():
    return next(c for c in record.read(reference.CURRENT).captures if c.instrument == "tfprofiler")


def altered(capture, **facts):
    return dataclasses.replace(capture, manifest=dataclasses.replace(capture.manifest, **facts))


def test_a_real_trace_is_sound(capture):
    assert isinstance(sound_trace.load(capture), sound_trace.SoundTrace)


@pytest.mark.parametrize("factor", [0.5, 2])
def test_calls_that_took_another_time_by_the_clock_are_not_those_of_the_trace(capture, factor):
    """A trace with its marks stretched was believed: its predict was 27 % of the call."""
    window_ns = round(capture.manifest.window_ns * factor)
    with pytest.raises(Unusable, match="the clock"):
        sound_trace.load(altered(capture, window_ns=window_ns))


def test_calls_of_another_number_are_not_those_of_the_trace(capture):
    calls = capture.manifest.calls + 1
    with pytest.raises(Unusable, match=f"of {calls} measured calls"):
        sound_trace.load(altered(capture, calls=calls))


@pytest.mark.parametrize("kind", sorted(set(xplane.ANOMALIES) - {xplane.PARTIAL_OVERLAP}))
def test_damaged_events_of_a_thread_are_said_and_give_no_share(capture, monkeypatch, kind):
    """Events of negative duration counted as 0: an internal had a share of 0.0 without a word."""
    trace = xplane.read_session(capture.trace_folder())
    kinds = trace.lines.coded("kind").decode()
    damaged = dataclasses.replace(trace, anomalies=(Anomaly(kinds.index("python"), kind, 40),))
    monkeypatch.setattr(xplane, "read_session", lambda folder: damaged)
    with pytest.raises(Unusable, match=f"the trace is damaged: 40 {xplane.ANOMALIES[kind]}"):
        sound_trace.load(capture)


def test_a_capture_that_left_no_session_or_no_python_calls_says_so(capture):
    with pytest.raises(Unusable, match="holds no trace of the measured calls"):
        sound_trace.load(altered(capture, step_name=None))
    old = next(
        c for c in record.read(reference.FOLDER / "tf2.0.0-py3.7").captures if c.instrument == "tfprofiler"
    )
    with pytest.raises(Unusable, match="records no Python calls"):
        sound_trace.load(old)
