"""From a capture under cProfile to shares, against those that the standard library's reader gives."""

import pytest

from profiler.attribution.instruments import cprofile
from profiler.catalogue import catalogue, presence
from profiler.readers.pstats.marshal_guard import MarshalGuard
from profiler.runs import record
from tests import reference


def captures():
    for run in reference.runs():
        for path, answers in reference.answers(run).items():
            yield pytest.param(run, path, answers, id=f"{run.name}:{path.split('/')[2]}")


@pytest.mark.parametrize(("run", "path", "answers"), list(captures()))
def test_a_reference_capture_gives_its_known_shares_and_no_phases(run, path, answers):
    read = record.read(run)
    capture = next(one for one in read.captures if one.path == path)
    resolutions = presence.of_variant(catalogue.load(), read, capture.environment, capture.variant)
    with MarshalGuard() as guard:
        found = cprofile.attribute(capture, resolutions, catalogue.load(), guard)
    assert found.shares.keys() == resolutions.keys()
    assert {name: found.shares[name].share for name in answers["shares"]} == pytest.approx(answers["shares"])
    assert (found.phases, found.compute) == ({}, None)
