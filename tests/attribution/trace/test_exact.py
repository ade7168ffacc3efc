"""Exact shares of the reference traces, against an event-by-event computation."""

import gzip
from pathlib import PurePosixPath

import pytest

from profiler.attribution.trace import exact, sound_trace
from profiler.catalogue import catalogue, presence
from profiler.catalogue.presence import Place, Resolution
from profiler.protocol.errors import Unusable
from profiler.readers import xplane
from profiler.runs import record
from tests import reference
from tests.attribution.trace import made_trace
from tests.attribution.trace.made_trace import MARK
from tests.oracles import exact_oracle

PHASE_OF = {entry.id: entry.phase for entry in catalogue.load().internals}


def traced():
    for run in reference.runs():
        for capture in record.read(run).captures:
            if capture.instrument == "tfprofiler" and capture.manifest.python_events is not False:
                yield pytest.param((run, capture), id=f"{run.name}:{capture.variant.compile_state}")


def resolutions_of(run, capture):
    read = record.read(run)
    environment = read.manifest.environments[capture.environment]
    family = catalogue.load().family(environment)
    inspection = next(
        c.inspection() for c in read.captures if c.variant == capture.variant and c.inspection()
    )
    return presence.resolutions(catalogue.load(), family, inspection)


@pytest.fixture(params=list(traced()))
def case(request):
    run, capture = request.param
    resolutions = resolutions_of(run, capture)
    mark = sound_trace.session(capture).mark
    trace = xplane.read_session(capture.trace_folder())
    return capture, resolutions, mark, trace, exact.measure(trace, mark, resolutions, PHASE_OF)


def names_of(resolutions):
    names = {}
    for internal, resolution in resolutions.items():
        for place in resolution.measured:
            name = f"${PurePosixPath(place.path).name}:{place.line} {place.name}"
            names.setdefault(name, []).append(internal)
    return names


def test_phases_sum_to_one(case):
    assert sum(case[4].phases.values()) == pytest.approx(1, abs=1e-9)


@pytest.mark.long
def test_shares_calls_and_phases_are_the_oracles(case):
    capture, resolutions, mark, _, found = case
    (path,) = capture.trace_folder().iterdir()
    data = gzip.decompress(path.read_bytes())
    shares, calls, phases, teardown = exact_oracle.shares_and_phases(
        data, mark, names_of(resolutions), PHASE_OF
    )
    for internal, measured in found.per_call.items():
        if internal == "teardown":
            continue
        assert measured.shares.mean() == pytest.approx(shares[internal], abs=1e-9), internal
        assert measured.calls.mean() == calls[internal] == found.shares[internal].calls_per_call, internal
    assert found.phases["teardown"] == pytest.approx(teardown, abs=1e-9)
    for phase in ("input pipeline", "graph tracing", "iterator creation", "execution", "callbacks"):
        assert found.phases[phase] == pytest.approx(phases[phase], abs=2e-3), phase


def test_windows_are_the_harnesss_durations_within_a_twentieth(case):
    capture, found = case[0], case[4]
    durations = capture.durations_ns()
    assert found.windows_ns.tolist() == pytest.approx(durations.tolist(), rel=0.05)


def test_every_call_has_its_own_value_and_the_share_lies_between_them(case):
    found = case[4]
    for internal, measured in found.per_call.items():
        assert len(measured.shares) == len(measured.calls) == len(found.windows_ns)
        assert measured.shares.min() <= found.shares[internal].share <= measured.shares.max()
        assert (measured.entries >= measured.calls).all()
    assert found.shares.keys() - found.per_call.keys() == {
        internal for internal, share in found.shares.items() if share.share is None
    }


def test_a_trace_without_the_mark_has_no_shares(case):
    _, resolutions, _, trace, _ = case
    with pytest.raises(Unusable, match="holds no other_mark"):
        exact.measure(trace, "other_mark", resolutions, PHASE_OF)


# traces written by hand

PREDICT, MAKE, OTHER = (
    Place("t.py", line, name) for line, name in ((1, "predict"), (2, "make"), (3, "other"))
)
FRAME, MADE, ELSE = (place.event_name for place in (PREDICT, MAKE, OTHER))
KNOWN = {
    "predict": Resolution("present", (PREDICT,), (PREDICT,)),
    "make_iterator": Resolution("present", (MAKE, OTHER), (MAKE, OTHER)),
    "teardown": Resolution("present"),
}


def measured(*events, resolutions=KNOWN):
    return exact.measure(made_trace.of(*events), MARK, resolutions, PHASE_OF)


def test_entries_within_an_internal_are_counted_apart_from_those_from_outside():
    events = [(MARK, 0, 100), (FRAME, 0, 90), (MADE, 10, 50), (MADE, 20, 40), (ELSE, 25, 30), (ELSE, 60, 70)]
    found = measured(*events).shares["make_iterator"]
    assert (found.calls_per_call, found.entries_per_call) == (2, 4)
    assert found.share == pytest.approx(0.5)


def test_a_marked_call_that_took_no_time_is_one_line():
    """It was divided by: shares became nan, with a warning of NumPy's."""
    with pytest.raises(Unusable, match="1 of the 2 marked calls of the trace took no time"):
        measured((MARK, 0, 100), (FRAME, 0, 90), (MARK, 200, 200))


@pytest.mark.parametrize("frames", [[], [(FRAME, 0, 40), (FRAME, 50, 90)]], ids=["none", "two"])
def test_without_one_predict_frame_the_teardown_is_unknown_and_the_other_phases_sum_to_1(frames):
    """Other entry points have no frame to end: their teardown was told as 0 of the call."""
    found = measured((MARK, 0, 100), *frames, (MADE, 10, 30))
    assert "teardown" not in found.phases
    assert found.shares["teardown"].share is None
    assert sum(found.phases.values()) == pytest.approx(1, abs=1e-9)
    assert found.phases["iterator creation"] == pytest.approx(0.2)


def test_with_one_predict_frame_a_call_the_teardown_is_a_phase():
    found = measured((MARK, 0, 100), (FRAME, 0, 90), (MARK, 200, 300), (FRAME, 205, 270))
    assert found.phases["teardown"] == pytest.approx((10 + 30) / 200)
    assert found.shares["teardown"].share == pytest.approx((10 + 30) / 200)
    assert sum(found.phases.values()) == pytest.approx(1, abs=1e-9)


def test_where_presence_is_unknown_there_are_no_phases():
    unknown = dict.fromkeys(KNOWN, Resolution("unknown", unknown="why it is"))
    found = measured((MARK, 0, 100), (FRAME, 0, 90), resolutions=unknown)
    assert found.phases == {}
    assert {share.reason for share in found.shares.values()} == {"why it is"}
