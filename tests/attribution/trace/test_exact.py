"""Exact shares of the reference traces, against an event-by-event computation."""

import gzip
from pathlib import PurePosixPath

import pytest

from profiler.attribution.trace import exact, sound_trace
from profiler.catalogue import catalogue, presence
from profiler.readers import xplane
from profiler.runs import record
from tests import reference
from tests.oracles import exact_oracle

PHASE_OF = {entry.id: entry.phase for entry in catalogue.load().internals}


def traced():
    for run in reference.runs():
        for capture in record.read(run).captures:
            if capture.instrument == "tfprofiler" and capture.manifest.python_events is not False:
                yield pytest.param((run, capture), id=f"{run.name}:{capture.variant.compile_state}")


def standings_of(run, capture):
    read = record.read(run)
    environment = read.manifest.environments[capture.environment]
    family = catalogue.load().family(environment.framework_version, environment.keras)
    inspection = next(
        c.inspection() for c in read.captures if c.variant == capture.variant and c.inspection()
    )
    return presence.standings(catalogue.load(), family, inspection)


@pytest.fixture(params=list(traced()))
def case(request):
    run, capture = request.param
    standings = standings_of(run, capture)
    mark, _ = sound_trace.step_facts(capture.manifest)
    trace = xplane.read_session(capture.trace_folder())
    return capture, standings, mark, trace, exact.measure(trace, mark, standings, PHASE_OF)


def names_of(standings):
    names = {}
    for internal, standing in standings.items():
        for place in standing.measured:
            name = f"${PurePosixPath(place.path).name}:{place.line} {place.name}"
            names.setdefault(name, []).append(internal)
    return names


def test_phases_sum_to_one(case):
    assert sum(case[4].phases.values()) == pytest.approx(1, abs=1e-9)


def test_shares_calls_and_phases_are_the_oracles(case):
    capture, standings, mark, _, found = case
    (path,) = capture.trace_folder().iterdir()
    data = gzip.decompress(path.read_bytes())
    shares, calls, phases, teardown = exact_oracle.shares_and_phases(
        data, mark, names_of(standings), PHASE_OF
    )
    for internal, measured in found.internals.items():
        if measured.per_call is None or internal == "teardown":
            continue
        assert measured.per_call.mean() == pytest.approx(shares[internal], abs=1e-9), internal
        assert measured.calls.mean() == calls[internal], internal
    assert found.phases["teardown"] == pytest.approx(teardown, abs=1e-9)
    for phase in ("input pipeline", "graph tracing", "iterator creation", "execution", "callbacks"):
        assert found.phases[phase] == pytest.approx(phases[phase], abs=2e-3), phase


def test_windows_are_the_harnesss_durations_within_a_twentieth(case):
    capture, found = case[0], case[4]
    durations = capture.durations_ns() * 1000
    assert found.windows_ps.tolist() == pytest.approx(durations.tolist(), rel=0.05)


def test_every_call_has_its_own_value(case):
    found = case[4]
    assert all(
        len(m.per_call) == len(found.windows_ps) for m in found.internals.values() if m.per_call is not None
    )


def test_a_trace_without_the_mark_has_no_shares(case):
    _, standings, _, trace, _ = case
    assert "holds no other_mark" in exact.measure(trace, "other_mark", standings, PHASE_OF)
