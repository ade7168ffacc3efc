import pytest

from profiler.plan import estimate
from profiler.plan.estimate import CallCost
from profiler.plan.processes import CapturePlan
from profiler.protocol.instruments import Instrument
from profiler.protocol.vocabulary import Variant

PREDICT = Variant("tiny", "compiled", "predict", 32, 32)
QUICK, SLOW = CallCost(0.1, 0.1), CallCost(0.5, 0.5)


def more_s(monkeypatch, cost, **fields):
    """Return what the fields of a descriptor add to the time of a process with 8 calls."""
    part = CapturePlan(PREDICT, "toy", 8, 8.0)
    found = []
    for given in ({}, fields):
        toy = Instrument("toy", "a toy", gives=(), slowdown=2.0, **given)
        monkeypatch.setattr(estimate, "instrument", lambda name, toy=toy: toy)
        found.append(estimate.process_s(cost, [part]))
    return found[1] - found[0]


def test_calls_with_the_instrument_off_take_their_time(monkeypatch):
    plain = more_s(monkeypatch, QUICK, interleaves=True)
    assert plain == pytest.approx(-2 * 0.1)
    assert more_s(monkeypatch, QUICK, blocks=4) == pytest.approx((4 - 1) * 2 * 0.1)
    assert more_s(monkeypatch, QUICK, rehearsals=3) == pytest.approx(3 * 2 * (0.1 + 0.2))
    assert more_s(monkeypatch, SLOW, blocks=4, rehearsals=3) == 0
