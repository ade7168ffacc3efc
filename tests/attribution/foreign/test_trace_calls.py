"""Exact shares within a trace's own predict frames agree with those within kprof's marks."""

import pytest

from profiler.attribution.foreign import trace_calls
from profiler.attribution.trace import exact
from profiler.catalogue import catalogue, presence
from profiler.readers import xplane
from profiler.runs import record
from tests import foreign_files as files
from tests import reference


@pytest.fixture(scope="module")
def trace():
    (path,) = files.TRACE.rglob("*.xplane.pb.gz")
    return xplane.read(path)


@pytest.fixture(scope="module")
def found(trace):
    return trace_calls.find(trace, catalogue.load(), None)


def test_the_family_and_the_frames_are_recognised_by_the_names_of_frames(found):
    assert found.family.family == "keras-3" and found.windows == "frames"
    (calls,) = found.calls
    assert (calls.entry_point, calls.calls) == ("predict", 3)


def test_shares_of_the_frame_are_those_of_the_marked_call_over_predict_s(trace, found):
    run = record.read(reference.CURRENT)
    capture = next(one for one in run.captures if one.folder == files.TRACE)
    resolutions = presence.of_variant(catalogue.load(), run, capture.environment, capture.variant)
    phase_of = {one.id: one.phase for one in catalogue.load().internals}
    ours = exact.measure(trace, capture.manifest.step_name, resolutions, phase_of)
    frame = ours.shares["predict"].share
    compared = 0
    for internal, part in found.calls[0].parts.items():
        if part.share is not None and ours.shares[internal].share is not None:
            assert part.share == pytest.approx(ours.shares[internal].share / frame, abs=1e-6), internal
            compared += 1
    assert compared >= 10
    assert sum(found.calls[0].phases.values()) == pytest.approx(1)


def test_what_the_trace_does_not_name_is_unknown(found):
    every = found.calls[0].parts
    assert "process_inputs" not in every
    assert all((part.share is None) == (part.reason is not None) for part in every.values())


def test_steps_without_python_calls_give_the_model_s_kernels_alone():
    (path,) = files.KERAS.glob("logs/train/plugins/profile/*/*.gz")
    found = trace_calls.find(xplane.read(path), catalogue.load(), None)
    assert found.family.reason == trace_calls.NO_PYTHON and found.windows == "steps"
    (calls,) = found.calls
    assert calls.parts == {} and 0 < calls.compute < 1


def test_a_spoiled_trace_gives_no_number(trace):
    found = trace_calls.find(trace, catalogue.load(), "the last call was cut")
    (calls,) = found.calls
    assert (calls.calls, calls.seconds, calls.share) == (None, None, None)
    assert calls.reason == "the last call was cut"
