"""From a capture to its shares, or to the reason why it has none."""

import dataclasses

import numpy as np
import pytest

from profiler.attribution import attribute
from profiler.attribution.trace import exact
from profiler.catalogue import catalogue, presence
from profiler.readers.pstats.marshal_guard import MarshalGuard
from profiler.runs import record
from tests import reference

ENV = "tf2.21.0-py3.11"


@pytest.fixture(scope="module")
def traced():
    """A run, and a capture of it that has a sound trace."""
    run = record.read(reference.CURRENT)
    return run, next(one for one in run.captures if one.instrument == "tfprofiler")


def test_times_that_are_no_part_of_their_call_are_told_with_the_internal_and_in_ns(traced, monkeypatch):
    """A trace counts in ps, and its numbers were told as ns, of no internal."""
    run, capture = traced
    entries = catalogue.load()
    standings = presence.of_variant(entries, run, ENV, capture.variant)
    measure = exact.measure

    def longer_than_its_call(*arguments):
        found = measure(*arguments)
        wrong = exact.ExactShare(
            np.full(len(found.windows_ps), 2.0), np.ones(len(found.windows_ps), np.int64)
        )
        return dataclasses.replace(
            found,
            windows_ps=np.full(len(found.windows_ps), 4000, np.int64),
            internals={**found.internals, "execute": wrong},
        )

    monkeypatch.setattr(exact, "measure", longer_than_its_call)
    with MarshalGuard() as guard:
        said = attribute.attribute(capture, standings, entries, guard)
    assert (
        said == "the trace's times of execute are impossible: process 0, call 0: 8 ns within a call of 4 ns"
    )
