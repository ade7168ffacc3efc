"""Probes on programs of known shares, under a clock that is made up: every number is exact."""

import sys

import pytest

from profiler.attribution.instruments import probes
from profiler.protocol.errors import Unusable
from profiler.protocol.vocabulary import PHASES
from tests.programs import captured
from tests.programs.captured import CALLS, EVERY_PROGRAM
from tests.programs.clocks import MadeUpClock
from tests.programs.known import PROGRAMS

pytestmark = pytest.mark.long

MONITORED = hasattr(sys, "monitoring")


def expected(program):
    """Return internal -> what is known of it, or part of the reason why nothing is."""
    found = {}
    for name, one in program.known().items():
        why = one.unknown.get("probes") or (None if MONITORED else one.in_frame)
        found[name] = why or (one.time / program.units, one.calls, one.entries)
    return found


@EVERY_PROGRAM
def test_every_share_is_the_known_one_or_unknown_for_the_known_reason(program, tmp_path, monkeypatch):
    taken = captured.made_up("probes", program, tmp_path, monkeypatch, MadeUpClock())
    found = probes.attribute(taken.capture, taken.resolutions, taken.catalogue, None)
    assert found.shares.keys() == program.known().keys()
    for name, known in expected(program).items():
        share = found.shares[name]
        if isinstance(known, str):
            assert (share.share, known in share.reason) == (None, True), share
        else:
            assert (share.share, share.calls_per_call, share.entries_per_call) == pytest.approx(known), name
    spans = f"{CALLS * program.elsewhere} spans on other threads than the calling one: in no share"
    assert found.notes == ((spans,) if program.elsewhere else ())


def test_a_clock_that_steps_back_within_a_call_gives_no_number_and_says_so(tmp_path, monkeypatch):
    class Stepping(MadeUpClock):
        spent = 0

        def spend(self, units):
            super().spend(units)
            self.spent += 1
            if self.spent == 4 * 6 + 3:  # in the first inner of the fifth call, the second that is measured
                self.step_back(20)

    taken = captured.made_up("probes", PROGRAMS[0], tmp_path, monkeypatch, Stepping())
    with pytest.raises(Unusable, match="in 1 of 3 calls: the clock stepped back within 3 spans"):
        probes.attribute(taken.capture, taken.resolutions, taken.catalogue, None)


@EVERY_PROGRAM
def test_phases_are_what_each_internal_is_innermost_for(program, tmp_path, monkeypatch):
    taken = captured.made_up("probes", program, tmp_path, monkeypatch, MadeUpClock())
    found = probes.attribute(taken.capture, taken.resolutions, taken.catalogue, None).phases
    if not MONITORED and any(one.in_frame for one in program.internals.values()):
        assert found == {}
        return
    phases = dict.fromkeys(PHASES, 0.0)
    for name, one in program.known().items():
        if name not in program.after:
            phases[taken.phase(name)] += one.own / program.units
    assert found == pytest.approx(phases)
    assert sum(found.values()) == pytest.approx(1, abs=1e-9)
