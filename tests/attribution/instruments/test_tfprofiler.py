"""From a capture under the TensorFlow profiler to shares, phases and compute."""

import pytest

from profiler.attribution.instruments import tfprofiler
from profiler.catalogue import catalogue, presence
from profiler.readers.pstats.marshal_guard import MarshalGuard
from profiler.runs import record
from tests import reference


def captures():
    for run in reference.runs():
        read = record.read(run)
        for capture in read.captures:
            if capture.instrument == "tfprofiler":
                yield pytest.param(read, capture, id=f"{run.name}:{capture.variant.compile_state}")


def attributed(run, capture):
    resolutions = presence.of_variant(catalogue.load(), run, capture.environment, capture.variant)
    with MarshalGuard() as guard:
        return resolutions, tfprofiler.attribute(capture, resolutions, catalogue.load(), guard)


@pytest.mark.parametrize(("run", "capture"), list(captures()))
def test_a_reference_capture_gives_shares_phases_and_compute_or_says_why_not(run, capture):
    resolutions, found = attributed(run, capture)
    assert found.shares.keys() == resolutions.keys()
    if capture.runtime_trace:
        assert all(
            "records no Python calls" in one.reason or one.reason == "absent" for one in found.shares.values()
        )
        assert (found.phases, found.compute) == ({}, None)
    else:
        assert sum(found.phases.values()) == pytest.approx(1, abs=1e-9)
        assert found.phases["teardown"] == pytest.approx(found.shares["teardown"].share)
        assert 0 < found.compute < 1
        assert all(
            one.interval is None or one.interval[0] <= one.share <= one.interval[1]
            for one in found.shares.values()
        )
