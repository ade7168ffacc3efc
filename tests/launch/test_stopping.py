"""When measuring ends early, and what its intervals are worth then."""

import numpy as np
import pytest

from profiler.launch import stopping
from profiler.plan.processes import Stopping
from profiler.protocol.errors import UsageError
from profiler.results import build, speed
from profiler.results.speed import Timed
from profiler.runs import record
from profiler.runs.manifest import RunManifest, Stopped
from profiler.statistics import Blocks
from tests.report.made_run import COMPILED, SLUG, write

UNCOMPILED = COMPILED.differing(compile_state="uncompiled")
WOBBLE = np.array([1.0, 1.004, 0.997, 1.002, 0.999])


def measured(path, ratio, processes, looks=3, stopped=None):
    """Return a run whose compiled model takes ``ratio`` times the time of the uncompiled, with a wobble."""
    times = 50 * np.ones(processes)
    by_variant = {UNCOMPILED: list(times), COMPILED: list(times * ratio * WOBBLE[:processes])}
    entry = {SLUG: {"tiny": {"looks": looks, "stopped": stopped}}} if looks else {}
    return record.read(write(path, by_variant, adaptive=entry))


STOPPING = Stopping(((UNCOMPILED, COMPILED),), 3)
STOPPED = {"after_processes": 4, "left_out": 1, "why": "every verdict stands (differs)"}


@pytest.mark.parametrize(("ratio", "word"), [(3.0, "differs"), (1.0, "same")])
def test_a_clear_verdict_ends_the_measuring(ratio, word, tmp_path):
    steps = stopping.look(measured(tmp_path / "run", ratio, 4), SLUG, STOPPING)
    assert [(step.go_on, step.verdict.word) for step in steps] == [(False, word)]
    assert stopping.conclusion(steps) == word


def test_doubt_and_two_processes_go_on(tmp_path):
    doubt = stopping.look(measured(tmp_path / "doubt", 1.03, 3), SLUG, STOPPING)
    few = stopping.look(measured(tmp_path / "few", 3.0, 2), SLUG, STOPPING)
    for steps in (doubt, few):
        assert steps[0].go_on
        assert stopping.conclusion(steps) == ""


def test_frames_decide_where_calls_have_two_modes(tmp_path):
    times = 50 * np.ones(4)
    by_variant = {UNCOMPILED: list(times), COMPILED: list(times * WOBBLE[:4])}
    waiting = (1.0, 1.1, 40.0, 1.2, 41.0, 1.0, 1.1, 40.5, 1.0, 41.5, 42.0)
    run = record.read(write(tmp_path / "run", by_variant, teardowns_ms=waiting))
    assert [step.verdict.word for step in stopping.look(run, SLUG, STOPPING)] == ["same"]
    (whole,) = build.build(run.path).comparisons
    assert whole.verdict == "cannot tell"


def test_all_comparisons_must_stand(tmp_path):
    (clear,) = stopping.look(measured(tmp_path / "clear", 3.0, 4), SLUG, STOPPING)
    (same,) = stopping.look(measured(tmp_path / "same", 1.0, 4), SLUG, STOPPING)
    (open_,) = stopping.look(measured(tmp_path / "doubt", 1.03, 3), SLUG, STOPPING)
    assert stopping.conclusion((clear, same, clear)) == "differs, same"
    assert stopping.conclusion((clear, open_)) == ""


def test_the_report_s_interval_is_that_of_the_look_that_ended_it(tmp_path):
    run = measured(tmp_path / "run", 3.0, 4, stopped=STOPPED)
    (step,) = stopping.look(run, SLUG, STOPPING)
    (shown,) = build.build(run.path).comparisons
    assert shown.interval == pytest.approx(step.verdict.ratio.interval)
    assert shown.verdict == "differs"


def interval_of(path):
    (shown,) = build.build(path).comparisons
    return shown.interval


def test_an_early_end_has_a_wider_interval_than_one_that_nothing_seen_decided(tmp_path):
    plain = interval_of(measured(tmp_path / "plain", 3.0, 4, looks=0).path)
    cut_short = interval_of(measured(tmp_path / "cut", 3.0, 4).path)
    early = interval_of(measured(tmp_path / "early", 3.0, 4, stopped=STOPPED).path)
    assert plain[1] < cut_short[1] < early[1]


def test_another_smallest_effect_judges_the_same_interval_anew(tmp_path):
    path = measured(tmp_path / "run", 1.1, 5).path
    (own,), (wide,) = (build.build(path, effect).comparisons for effect in (None, 0.2))
    assert own.interval == wide.interval
    assert (own.verdict, wide.verdict) == ("differs", "same")
    assert build.build(path, 0.2).smallest_effect == 0.2
    with pytest.raises(UsageError, match="smallest effect 0"):
        build.build(path, 0.0)


RUNS = 4000
EMPTY = RunManifest("", "complete", "c/1", 0.05, {}, [], [])


def timed(variant, calls_ns):
    """Return a variant with one call a process."""
    return Timed(SLUG, variant, Blocks({n: [[round(value)]] for n, value in enumerate(calls_ns)}))


def measure(ratios, looks):
    """Return what the report shows after the manager has decided, process by process, when to end."""
    for processes in range(3, looks + 3):
        pair = (timed(UNCOMPILED, [1e9] * processes), timed(COMPILED, 1e9 * ratios[:processes]))
        ended = stopping.conclusion(stopping.decide([tuple(one.blocks for one in pair)], looks, 0.05))
        if ended:
            break
    early = Stopped(processes, 1, "every verdict stands")
    manifest = EMPTY.with_looks(SLUG, "tiny", looks, early if ended and processes < looks + 2 else None)
    shown = speed.verdict(*pair, 0.05, None, speed.confidence(manifest, *pair))
    assert shown.word == (ended or "cannot tell")
    return shown


@pytest.mark.simulation
def test_equal_variants_come_out_as_differing_in_at_most_5_of_100_whatever_ends_the_measuring():
    """The decisions are the manager's and the intervals the report's own; only the clock is made up."""
    all_ratios = np.exp(np.random.default_rng(21).normal(0, 0.1, (RUNS, 5)))
    shown = [measure(ratios, 3) for ratios in all_ratios]
    alarms = np.mean([one.word == "differs" for one in shown])
    held = np.mean([one.ratio.low <= 1 <= one.ratio.high for one in shown])
    assert alarms <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / RUNS)
    assert held >= 0.95 - 3 * np.sqrt(0.05 * 0.95 / RUNS)
