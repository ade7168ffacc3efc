"""cProfile on programs of known shares, under a clock that is made up: every number is exact."""

import cProfile
import functools
import sys
from types import SimpleNamespace

import pytest

from profiler.attribution.instruments import cprofile
from profiler.collect import selftest
from profiler.collect.instruments import cprofile as worker
from profiler.readers.pstats.marshal_guard import MarshalGuard
from tests.programs import captured
from tests.programs.captured import EVERY_PROGRAM
from tests.programs.clocks import MadeUpClock

pytestmark = pytest.mark.skipif(not selftest.is_sound(), reason="this interpreter's cProfile loses frames")


@pytest.fixture(scope="module")
def guard():
    with MarshalGuard() as one:
        yield one


@pytest.mark.parametrize("entry", ["predict", "wrapped"])
@EVERY_PROGRAM
def test_every_share_is_the_known_one_or_unknown_for_the_known_reason(
    program, entry, guard, tmp_path, monkeypatch
):
    if program.elsewhere and hasattr(sys, "monitoring"):
        pytest.skip("from Python 3.12 on cProfile takes the frames of all threads for one stack")
    clock = MadeUpClock()
    made = functools.partial(cProfile.Profile, clock.now, 1e-9)
    monkeypatch.setattr(worker, "cProfile", SimpleNamespace(Profile=made))
    taken = captured.made_up("cprofile", program, tmp_path, monkeypatch, clock, entry)
    assert taken.capture.usable, taken.capture.reason
    found = cprofile.attribute(taken.capture, taken.resolutions, taken.catalogue, guard)
    assert found.shares.keys() == program.known().keys()
    for name, known in program.known().items():
        share = found.shares[name]
        if "cprofile" in known.unknown:
            assert (share.share, known.unknown["cprofile"] in share.reason) == (None, True), share
        else:
            expected = (known.time / program.units, known.calls, known.entries)
            assert (share.share, share.calls_per_call, share.entries_per_call) == pytest.approx(expected), (
                name
            )
    assert (found.phases, found.compute) == ({}, None)
