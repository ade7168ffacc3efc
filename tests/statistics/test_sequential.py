import numpy as np
import pytest

from benchmarks.simulate_coverage import held, held_by_welch, stopped_run
from profiler.protocol.errors import UsageError
from profiler.statistics import Blocks, confidence_after, next_step
from profiler.statistics.intervals import spread_of
from profiler.statistics.sequential import confidence_of_look, settles
from profiler.statistics.verdicts import CANNOT_TELL, DIFFERS, SAME, judge
from tests.statistics.sample import blocks
from tests.statistics.simulated import DEFAULT_PROCESSES, RUNS, holds_95, margin

BASE = np.array([50e6, 60e6, 45e6, 55e6, 52e6])

WOBBLE = np.array([1.00, 1.01, 0.99, 1.005, 0.995])

SHAKE = np.array([1.00, 1.15, 0.87, 1.05, 0.96])


def test_the_errors_of_all_looks_add_up_to_5_percent():
    for looks in (1, 3, 10):
        spent = sum(1 - confidence_of_look(look, looks) for look in range(1, looks + 1))
        assert spent == pytest.approx(0.05)
    cut_short = 1 - confidence_of_look(1, 10) + 1 - confidence_of_look(2, 10, last=True)
    assert cut_short == pytest.approx(0.05)


def step(candidate, processes=3, looks=3):
    return next_step(blocks(BASE[:processes]), blocks((BASE * candidate)[:processes]), looks)


def test_a_clear_difference_ends_the_measuring_at_once():
    found = step(10 * WOBBLE)
    assert (found.go_on, found.verdict.word) == (False, "differs")


def test_a_difference_is_not_left_with_an_interval_over_a_factor_of_hundreds():
    """The first of 13 looks has a confidence of 99.998 %: a ratio of 36 was shown as 1/444 to 0.35."""
    found = step(10 * WOBBLE, looks=13)
    assert found.verdict.word == "differs"
    assert found.go_on
    many = np.array([1.0, 1.02, 0.99, 1.01, 0.98, 1.0, 1.01, 1.0, 0.99])
    ended = next_step(blocks(50e6 * many), blocks(500e6 * many * many[::-1]), 13)
    assert not ended.go_on
    assert ended.verdict.ratio.high / ended.verdict.ratio.low < 1.25**2


def test_doubt_goes_on_while_there_are_looks():
    assert step(SHAKE).go_on
    ended = step(SHAKE, processes=5)
    assert (ended.go_on, ended.verdict.word) == (False, "cannot tell")
    assert ended.reason == "all 3 looks are made"


def test_the_last_look_has_the_narrowest_interval_that_the_error_allows():
    going, ended = step(SHAKE), step(SHAKE, looks=1)
    assert ended.verdict.ratio.high < going.verdict.ratio.high


def test_what_ended_for_another_reason_takes_the_error_that_is_left():
    stopped, cut_short = (confidence_after(4, 10, stopped) for stopped in (True, False))
    assert 1 - cut_short == pytest.approx(0.05 - (1 - confidence_of_look(1, 10)))
    assert cut_short < stopped
    assert confidence_after(5, 3, stopped=False) == confidence_of_look(3, 3)
    assert confidence_after(2, 3, stopped=False) == 0.95


def test_with_fewer_than_three_processes_it_goes_on_and_spends_no_look():
    found = step(10 * WOBBLE, processes=2, looks=1)
    assert found.go_on
    assert "2 of the 3 processes" in found.reason


def test_nothing_measured_yet_goes_on():
    assert next_step(Blocks({}), Blocks({}), 3).go_on


def test_a_measurement_without_a_look_is_refused():
    with pytest.raises(UsageError, match="at least 1"):
        step(WOBBLE, looks=0)


def peek(true_ratio, noise, looks, confidence, settles):
    """Return each run's word and whether its last interval held the truth; one look after each process."""
    logs = np.random.default_rng(6).normal(np.log(true_ratio), noise * np.sqrt(2), (RUNS, looks + 2))
    words = np.full(RUNS, CANNOT_TELL, dtype="<U11")
    held = np.zeros(RUNS, bool)
    measuring = np.ones(RUNS, bool)
    for look in range(1, looks + 1):
        low, high = spread_of(logs[:, : look + 2]).bounds(confidence(look, looks))
        inside = (low <= np.log(true_ratio)) & (np.log(true_ratio) <= high)
        held = np.where(measuring, inside, held)
        words = np.where(measuring, judge(low, high), words)
        measuring &= ~settles(low, high)
    return words, held


@pytest.mark.parametrize("noise", [0.01, 0.02, 0.03, 0.10])
@pytest.mark.parametrize("looks", [1, 3, 8])
def test_peeking_under_the_adaptive_rule_keeps_the_error_of_every_verdict(looks, noise):
    words, held = peek(1.0, noise, looks, confidence_of_look, settles)
    assert np.mean(words == DIFFERS) <= 0.05 + margin(0.05)
    assert np.mean(held) >= 0.95 - margin(0.95)
    words, _ = peek(1.01, noise, looks, confidence_of_look, settles)
    assert np.mean(words == DIFFERS) <= 0.08 + margin(0.08)
    words, _ = peek(1.06, noise, looks, confidence_of_look, settles)
    assert np.mean(words == SAME) <= 0.025 + margin(0.025)


def test_peeking_at_plain_95_percent_intervals_would_break_it():
    words, _ = peek(1.0, 0.10, 8, lambda *_: 0.95, lambda low, high: judge(low, high) != CANNOT_TELL)
    assert np.mean(words == DIFFERS) > 0.10


def test_peeking_after_more_blocks_of_the_same_processes_keeps_the_error():
    looks = 5
    source = np.random.default_rng(7)
    own = source.normal(0, 0.02, (RUNS, DEFAULT_PROCESSES, 1))
    more = source.normal(0, 0.10, (RUNS, DEFAULT_PROCESSES, looks))
    running = own + np.cumsum(more, -1) / np.arange(1, looks + 1)
    alarmed = np.zeros(RUNS, bool)
    for look in range(1, looks + 1):
        low, high = spread_of(running[..., look - 1]).bounds(confidence_of_look(look, looks))
        alarmed |= (low > 0) | (high < 0)
    assert np.mean(alarmed) <= 0.05 + margin(0.05)


@pytest.mark.parametrize("true_ratio", [1.0, 1.06])
@pytest.mark.parametrize("noise", [0.03, 0.10])
@pytest.mark.parametrize("looks", [3, 18])
def test_a_latency_s_plain_interval_holds_where_the_rule_chose_the_number_of_processes(
    looks, noise, true_ratio
):
    source = np.random.default_rng(8)
    (first, counts), (other, other_counts) = (
        stopped_run(source, (RUNS, looks + 2, 5), noise, true_ratio) for _ in range(2)
    )
    medians, others = np.median(first, -1), np.median(other, -1)
    assert holds_95(held(medians, counts, 0.0))
    assert holds_95(held_by_welch((medians, others), (counts, other_counts)))
