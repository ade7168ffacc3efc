import numpy as np
import pytest

from profiler.statistics import Blocks, findings
from tests.statistics.sample import blocks, one_block

RUNS = 300
CALLS = 60
PROCESSES = 5


def base(source, calls=CALLS, sd=0.08):
    return 50e6 * np.exp(source.normal(0, 0.05) + source.normal(0, sd, calls))


def exponential(source):
    return np.exp(source.normal(0, 0.05)) * (40e6 + source.exponential(1e7, CALLS))


SOUND = {
    "normal": base,
    "few calls": lambda s: base(s, 20),
    "wide": lambda s: base(s, CALLS, 0.3),
    "exponential": exponential,
    "uniform": lambda s: np.exp(s.normal(0, 0.05)) * s.uniform(40e6, 60e6, CALLS),
    "stalls by chance": lambda s: base(s) * np.where(s.random(CALLS) < 0.05, 3.0, 1.0),
    "long": lambda s: base(s, 500),
}

TROUBLED = {
    "drift": lambda s, _: base(s) * np.linspace(1, 1.3, CALLS),
    "two modes": lambda s, _: base(s) * np.where(s.random(CALLS) < 0.3, 1.8, 1.0),
    "outlying process": lambda s, number: base(s) * (2.5 if number == 2 else 1.0),
    "periodic steps": lambda s, _: base(s, sd=0.05) * np.where(np.arange(CALLS) % 12 == 5, 2.0, 1.0),
    "warm-up": lambda s, _: base(s) * (1 + 0.8 * np.exp(-np.arange(CALLS) / 5)),
    "clock step": lambda s, number: np.append(base(s), 3.6e12 if number == 1 else 50e6),
    "no spread": lambda _s, _: np.full(CALLS, 50e6),
    "too few calls": lambda s, _: base(s, 19),
}


def kinds_of(calls):
    return [finding.kind for finding in findings(one_block(calls))]


@pytest.mark.simulation
@pytest.mark.parametrize("name", SOUND)
def test_sound_calls_raise_each_warning_in_at_most_2_of_100(name):
    source = np.random.default_rng(12)
    counts = {}
    for _ in range(RUNS):
        for kind in kinds_of([SOUND[name](source) for _ in range(PROCESSES)]):
            counts[kind] = counts.get(kind, 0) + 1
    counts.pop("too few calls", None)
    limit = RUNS * (0.02 + 3 * np.sqrt(0.02 * 0.98 / RUNS))
    assert all(count <= limit for count in counts.values()), counts


@pytest.mark.parametrize("kind", TROUBLED)
def test_trouble_is_found(kind):
    source = np.random.default_rng(13)
    runs = 60
    found = sum(
        kind in kinds_of([TROUBLED[kind](source, number) for number in range(PROCESSES)]) for _ in range(runs)
    )
    assert found >= 0.9 * runs


def test_each_kind_comes_once_on_one_line_and_says_what_to_do():
    source = np.random.default_rng(14)
    calls = [TROUBLED["drift"](source, n) * np.where(source.random(CALLS) < 0.3, 2, 1) for n in range(5)]
    found = findings(one_block(calls))
    assert {f.kind for f in found} >= {"two modes", "too few calls"}
    assert len({f.kind for f in found}) == len(found)
    assert all("\n" not in f.text and len(f.text) > 40 for f in found)


def test_a_falling_and_a_rising_drift_name_their_direction():
    source = np.random.default_rng(15)
    slow, fast = np.linspace(1, 1.4, CALLS), np.linspace(1.4, 1, CALLS)
    for change, sign in ((slow, "+"), (fast, "-")):
        (text,) = [f.text for f in findings(one_block([base(source) * change] * 3)) if f.kind == "drift"]
        assert f"by {sign}" in text


def test_a_drifting_process_of_many_calls_is_read_in_bounded_memory():
    calls = base(np.random.default_rng(16), 200_000) * np.linspace(1, 1.3, 200_000)
    assert "drift" in kinds_of([calls])


def test_the_outlying_process_is_the_one_that_is_named():
    found = findings(blocks([50e6, 51e6, 49e6, 90e6, 50.5e6], call_sd=0.01), percentiles=())
    assert [f.kind for f in found] == ["outlying process"]
    assert "process 3" in found[0].text


@pytest.mark.parametrize("calls", [[[50e6]], [[50e6], [51e6], [52e6]], [[1, 2]]])
def test_very_few_calls_raise_nothing_but_that_they_are_few(calls):
    assert kinds_of(calls) == ["too few calls"]


def test_percentiles_that_are_not_asked_for_are_not_missed():
    assert findings(one_block([[50e6, 51e6]]), percentiles=()) == ()


def test_nothing_measured_raises_nothing():
    assert findings(Blocks({})) == ()
