import pytest

from profiler.plan import estimate
from profiler.plan.estimate import CallCost
from profiler.plan.processes import CapturePlan
from profiler.protocol.instruments import SPEED, Instrument
from profiler.protocol.vocabulary import Variant

PREDICT = Variant("tiny", "compiled", "predict", 32, 32)
CALL = PREDICT.differing(entry_point="call")
PLAIN, HEAVY = "plain", "heavy"
COST = CallCost(0.1, 0.01)


@pytest.fixture(autouse=True)
def _instruments(monkeypatch):
    known = {
        PLAIN: Instrument(PLAIN, "nothing", gives=()),
        HEAVY: Instrument(HEAVY, "much", gives=(), slowdown=2.0, most_calls=5),
    }
    monkeypatch.setattr(estimate, "instrument", known.__getitem__)


def test_a_process_is_its_start_the_first_calls_and_the_measured_ones():
    part = CapturePlan(PREDICT, PLAIN, 10, 8.0)
    expected = estimate.START_S + estimate.FIRST_CALL_EXTRA_S + 4 * 0.1 + 10 * 0.1
    assert estimate.process_s(COST, [part]) == pytest.approx(expected)
    inspected = CapturePlan(PREDICT, PLAIN, 10, 8.0, inspect=True)
    assert estimate.process_s(COST, [inspected]) == pytest.approx(expected + 0.1)


def test_captures_of_one_variant_in_a_process_warm_it_up_once():
    both = [CapturePlan(PREDICT, PLAIN, 10, 8.0), CapturePlan(PREDICT, HEAVY, 5, 8.0)]
    one = estimate.process_s(COST, both[:1])
    assert estimate.process_s(COST, both) == pytest.approx(one + 5 * 0.1 * 2.0)


def test_a_budget_bounds_the_calls_and_an_instrument_does_too():
    def measured_s(part):
        one = CapturePlan(part.variant, PLAIN, 1, 1.0)
        return estimate.process_s(COST, [part]) - estimate.process_s(COST, [one]) + 0.1

    assert measured_s(CapturePlan(PREDICT, PLAIN, None, 2.0)) == pytest.approx(20 * 0.1)
    assert measured_s(CapturePlan(CALL, PLAIN, None, 8.0)) == pytest.approx(200 * 0.01 + 0.1 - 0.01)
    assert measured_s(CapturePlan(PREDICT, HEAVY, 100, 8.0)) == pytest.approx(5 * 0.1 * 2.0)


def test_a_short_time_is_told_in_seconds_and_a_long_one_in_minutes():
    assert (estimate.minutes(59.6), estimate.minutes(300)) == ("60 s", "5.0 min")


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
    assert more_s(monkeypatch, QUICK, blocks=4) == pytest.approx(4 * 2 * 0.1)
    assert more_s(monkeypatch, QUICK, rehearsals=3) == pytest.approx(2 * 0.1 + 3 * 2 * (0.1 + 0.2))
    assert more_s(monkeypatch, QUICK, blocks=4, interleaves=True) == 0
    assert more_s(monkeypatch, SLOW, blocks=4, rehearsals=3) == 0


def growth_s(monkeypatch, cost, gives, interleaves=True):
    """Return what reading growth adds to a process with 8 calls."""
    toy = Instrument("toy", "a toy", gives=gives, interleaves=interleaves)
    monkeypatch.setattr(estimate, "instrument", lambda name: toy)
    part = CapturePlan(PREDICT, "toy", 8, 8.0)
    return estimate.process_s(cost, [part], reads_growth=True) - estimate.process_s(cost, [part])


def test_quick_calls_are_made_again_to_read_what_grows(monkeypatch):
    # a block to watch collections in, a call to settle, six blocks of one call
    expected = estimate.COLLECTION_S + (1 + 1 + 6) * 0.1 + 6 * estimate.READING_S
    assert growth_s(monkeypatch, QUICK, (SPEED,)) == pytest.approx(expected)
    assert growth_s(monkeypatch, QUICK, ()) == pytest.approx(estimate.COLLECTION_S)


def test_slow_calls_have_collections_around_their_blocks(monkeypatch):
    assert growth_s(monkeypatch, SLOW, (SPEED,)) == pytest.approx((1 + 2 * 8) * estimate.COLLECTION_S)
    assert growth_s(monkeypatch, SLOW, ()) == pytest.approx((1 + 8) * estimate.COLLECTION_S)
