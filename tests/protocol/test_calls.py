"""How many calls are made, for the plan and the worker alike."""

import pytest

from profiler.protocol import calls
from profiler.protocol.instruments import Instrument, instrument
from profiler.protocol.switching import SLOW_CALL_NS

PLAIN = Instrument("plain", "nothing", gives=())
HEAVY = Instrument("heavy", "much", gives=(), most_calls=5)
MS = 1_000_000


@pytest.mark.parametrize(("call_ns", "count"), [(0, 3), (SLOW_CALL_NS - 1, 3), (SLOW_CALL_NS, 1)])
def test_a_slow_call_is_warmed_up_once(call_ns, count):
    assert calls.warm_up(call_ns) == count


@pytest.mark.parametrize(
    ("wanted", "budget_s", "call_ns", "instrument", "count"),
    [
        (None, 1.6, 3_000 * MS, PLAIN, 1),
        (None, 8.0, 60 * MS, PLAIN, 133),
        (None, 8.0, 0, PLAIN, PLAIN.budget_calls),
        (1000, 8.0, MS, PLAIN, 1000),
        (None, 8.0, 60 * MS, HEAVY, 5),
        (100, 8.0, MS, HEAVY, 5),
        (3, 8.0, MS, HEAVY, 3),
    ],
)
def test_calls_are_those_that_were_asked_for_or_fit_the_budget(wanted, budget_s, call_ns, instrument, count):
    assert calls.measured(wanted, budget_s, call_ns, instrument) == count


@pytest.mark.parametrize(
    ("name", "call_ns", "expected"),
    [
        pytest.param("probes", 1_000_000, 800, id="800 of a millisecond"),
        pytest.param("probes", 40_000_000, 80, id="80 of 40 ms"),
        pytest.param("probes", 3_000_000_000, 10, id="one a round of what is slow"),
        pytest.param("tfprofiler", 1_000_000, 30, id="three a round where files are large"),
    ],
)
def test_a_proof_takes_as_many_calls_as_their_length_needs(name, call_ns, expected):
    assert calls.proving(None, call_ns, 10, instrument(name)) == expected


def test_a_proof_takes_the_calls_that_were_asked_for_and_one_a_round_at_least():
    assert calls.proving(200, 1_000_000, 10, instrument("tfprofiler")) == 200
    assert calls.proving(3, 1_000_000, 10, instrument("probes")) == 10
