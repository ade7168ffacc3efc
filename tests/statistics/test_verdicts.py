import numpy as np
import pytest

from profiler.protocol.errors import UsageError
from profiler.statistics import Blocks, paired_verdict, unpaired_verdict
from profiler.statistics.sequential import confidence_after, confidence_of_look, next_step
from profiler.statistics.verdicts import judge
from tests.statistics.sample import blocks

BASE = np.array([50e6, 60e6, 45e6, 55e6, 52e6])
WOBBLE = np.array([1.00, 1.01, 0.99, 1.005, 0.995])
SHAKE = np.array([1.00, 1.15, 0.87, 1.05, 0.96])


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (0.98, 1.03, "same"),
        (1.01, 1.04, "same"),
        (1 / 1.0499, 1.0499, "same"),
        (0.95, 1.04, "cannot tell"),
        (1.01, 1.06, "differs"),
        (0.80, 0.99, "differs"),
        (1.2, 1.3, "differs"),
        (0.99, 1.06, "cannot tell"),
        (0.90, 1.01, "cannot tell"),
        (0.5, 2.0, "cannot tell"),
    ],
)
def test_the_word_follows_from_the_interval_and_the_smallest_effect(low, high, word):
    assert judge(np.log(low), np.log(high), 0.05) == word


def test_the_verdict_of_a_ratio_turned_round_is_the_same_word():
    ends = np.log(np.random.default_rng(1).uniform(0.8, 1.2, (500, 2)))
    low, high = ends.min(-1), ends.max(-1)
    assert (judge(low, high) == judge(-high, -low)).all()


@pytest.mark.parametrize("verdict", [paired_verdict, unpaired_verdict])
def test_words_of_measured_blocks(verdict):
    even = blocks(50e6 * WOBBLE)
    assert verdict(even, blocks(50e6 * WOBBLE[::-1])).word == "same"
    assert verdict(even, blocks(60e6 * WOBBLE[::-1])).word == "differs"
    unsure = verdict(even, blocks(51e6 * SHAKE))
    assert (unsure.word, unsure.reason) == ("cannot tell", None)
    assert unsure.more_seconds > 0


def test_a_verdict_that_stands_needs_no_more_time():
    assert paired_verdict(blocks(BASE), blocks(BASE * 2 * WOBBLE)).more_seconds is None


def test_a_larger_smallest_effect_turns_doubt_into_same():
    a, b = blocks(BASE), blocks(BASE * SHAKE)
    assert paired_verdict(a, b, 0.05).word == "cannot tell"
    assert paired_verdict(a, b, 0.30).word == "same"


@pytest.mark.parametrize("effect", [0, -0.1, float("nan"), float("inf")])
def test_a_smallest_effect_must_be_above_0(effect):
    with pytest.raises(UsageError, match="smallest effect"):
        paired_verdict(blocks(BASE), blocks(BASE), effect)


@pytest.mark.parametrize("processes", [1, 2])
def test_too_few_processes_cannot_tell_and_say_why(processes):
    found = paired_verdict(blocks(BASE[:processes]), blocks(BASE[:processes] * 9))
    assert (found.word, found.more_seconds) == ("cannot tell", None)
    assert "3 processes" in found.reason


def test_zero_variance_cannot_tell_and_says_why():
    found = paired_verdict(blocks([10, 10, 10]), blocks([20, 20, 20]))
    assert (found.word, found.more_seconds) == ("cannot tell", None)
    assert "coarse clock" in found.reason


def test_the_time_to_decide_grows_with_the_cost_of_a_process():
    a, b = blocks(BASE), blocks(BASE * SHAKE)
    cheap, dear = (paired_verdict(a, b, process_s=cost).more_seconds for cost in (2.0, 6.0))
    assert dear == pytest.approx(3 * cheap)


def test_more_than_an_hour_is_out_of_reach_and_said():
    a, b = blocks(BASE), blocks(BASE * SHAKE)
    hours = paired_verdict(a, b, process_s=900)
    assert (hours.word, hours.more_seconds) == ("cannot tell", None)
    assert "more hours" in hours.reason


def test_a_spread_beyond_all_processes_is_out_of_reach_and_said():
    found = paired_verdict(blocks([1e6, 1e6, 1e6]), blocks([1e3, 1e6, 1e9]), smallest_effect=1e-3)
    assert (found.word, found.more_seconds) == ("cannot tell", None)
    assert "processes would be needed" in found.reason


@pytest.mark.parametrize(("true_ratio", "noise"), [(1.0, 0.05), (1.06, 0.05), (1.0, 0.08)])
def test_measuring_as_much_longer_as_said_decides_in_most_cases(true_ratio, noise):
    source = np.random.default_rng(11)
    decided = []
    for _ in range(150):
        logs = source.normal(np.log(true_ratio), noise, 2000)
        first = paired_verdict(*_pair(logs[:5]), process_s=1.0)
        if first.more_seconds is None:
            continue
        enough = 5 + round(first.more_seconds)
        decided.append(paired_verdict(*_pair(logs[:enough])).word != "cannot tell")
    assert len(decided) > 50
    assert np.mean(decided) > 0.5


def _pair(logs):
    """Return two variants of one call a process whose log ratios are ``logs``."""
    base = Blocks({n: [[10**9]] for n in range(len(logs))})
    return base, Blocks({n: [[round(1e9 * np.exp(v))]] for n, v in enumerate(logs)})


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
