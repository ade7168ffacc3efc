import pytest

from profiler.plan import estimate
from profiler.plan.estimate import CallCost
from profiler.plan.processes import VariantPlan
from profiler.protocol.instruments import Instrument
from profiler.protocol.vocabulary import Variant

PREDICT = Variant("tiny", "compiled", "predict", 32, 32)
CALL = PREDICT.differing(entry_point="call")
PLAIN = Instrument("plain", "nothing", gives=())
COST = CallCost(0.1, 0.01)


def test_a_process_is_its_start_the_first_calls_and_the_measured_ones():
    part = VariantPlan(PREDICT, 10, 8.0)
    expected = estimate.START_S + estimate.FIRST_CALL_EXTRA_S + 4 * 0.1 + 10 * 0.1
    assert estimate.process_s(COST, PLAIN, [part]) == pytest.approx(expected)
    inspected = VariantPlan(PREDICT, 10, 8.0, inspect=True)
    assert estimate.process_s(COST, PLAIN, [inspected]) == pytest.approx(expected + 0.1)
    compared = estimate.process_s(COST, PLAIN, [part], compares_outputs=True)
    assert compared == pytest.approx(expected + 2 * 0.1)


def test_a_budget_bounds_the_calls_and_an_instrument_does_too():
    def measured_s(instrument, part):
        return estimate.process_s(COST, instrument, [part]) - estimate.process_s(
            COST, instrument, [VariantPlan(part.variant, 1, 1.0)]
        )

    assert measured_s(PLAIN, VariantPlan(PREDICT, None, 2.0)) == pytest.approx(19 * 0.1)
    assert measured_s(PLAIN, VariantPlan(CALL, None, 8.0)) == pytest.approx(199 * 0.01)
    heavy = Instrument("heavy", "much", gives=(), slowdown=2.0, most_calls=5)
    assert measured_s(heavy, VariantPlan(PREDICT, 100, 8.0)) == pytest.approx(4 * 0.1 * 2.0)


def test_a_short_time_is_told_in_seconds_and_a_long_one_in_minutes():
    assert (estimate.minutes(59.6), estimate.minutes(300)) == ("60 s", "5.0 min")
