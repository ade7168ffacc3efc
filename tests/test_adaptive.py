"""When measuring ends early, and what its intervals are worth then."""

import numpy as np
import pytest

from profiler import adaptive, plan, statistics
from profiler.plan import Request, Stopping
from profiler.readers import run_directory
from profiler.report import build
from tests.report.made_run import COMPILED, SLUG, write

UNCOMPILED = COMPILED._replace(compile_state="uncompiled")
WOBBLE = np.array([1.0, 1.004, 0.997, 1.002, 0.999])


def measured(path, ratio, processes, looks=3, stopped=None):
    """Return a run whose compiled model takes ``ratio`` times the time of the uncompiled, with a wobble."""
    times = 50 * np.ones(processes)
    by_variant = {UNCOMPILED: list(times), COMPILED: list(times * ratio * WOBBLE[:processes])}
    entry = {SLUG: {"tiny": {"looks": looks, "stopped": stopped}}} if looks else {}
    return run_directory.read(write(path, by_variant, adaptive=entry))


def stopping(looks=3):
    return Stopping((UNCOMPILED, COMPILED), looks)


@pytest.mark.parametrize(("ratio", "word"), [(3.0, "differs"), (1.0, "same")])
def test_a_clear_verdict_ends_the_measuring(ratio, word, tmp_path):
    run = measured(tmp_path / "run", ratio, 4)
    (step,) = adaptive.look(run, SLUG, "tiny", stopping())
    assert (step.go_on, step.verdict.word) == (False, word)
    manifest = {}
    assert adaptive.record(manifest, SLUG, "tiny", stopping(), (step,)) == f"the verdict stands: {word}"
    assert adaptive.stopped(manifest, SLUG, "tiny")
    assert not adaptive.stopped(manifest, SLUG, "medium")


def test_doubt_and_two_processes_go_on(tmp_path):
    doubt = adaptive.look(measured(tmp_path / "doubt", 1.03, 3), SLUG, "tiny", stopping())
    few = adaptive.look(measured(tmp_path / "few", 3.0, 2), SLUG, "tiny", stopping())
    for steps in (doubt, few):
        manifest = {}
        assert steps[0].go_on
        assert adaptive.record(manifest, SLUG, "tiny", stopping(), steps) == ""
        assert not adaptive.stopped(manifest, SLUG, "tiny")


def test_all_comparisons_must_stand(tmp_path):
    run = measured(tmp_path / "run", 3.0, 4)
    (clear,) = adaptive.look(run, SLUG, "tiny", stopping())
    (open_,) = adaptive.look(measured(tmp_path / "doubt", 1.03, 3), SLUG, "tiny", stopping())
    assert adaptive.record({}, SLUG, "tiny", stopping(), (clear, open_)) == ""


def test_the_report_s_interval_is_that_of_the_look_that_ended_it(tmp_path):
    run = measured(tmp_path / "run", 3.0, 4, stopped="the verdict stands: differs")
    (step,) = adaptive.look(run, SLUG, "tiny", stopping())
    (comparison,) = build.build(run.path).comparisons
    assert comparison.interval == pytest.approx(step.verdict.ratio.interval)
    assert comparison.verdict == "differs"


def interval_of(path):
    (comparison,) = build.build(path).comparisons
    return comparison.interval


def test_an_early_end_has_a_wider_interval_than_one_that_nothing_seen_decided(tmp_path):
    plain = interval_of(measured(tmp_path / "plain", 3.0, 4, looks=0).path)
    cut_short = interval_of(measured(tmp_path / "cut", 3.0, 4).path)
    early = interval_of(measured(tmp_path / "early", 3.0, 4, stopped="the verdict stands").path)
    assert plain[1] < cut_short[1] < early[1]


@pytest.mark.parametrize(
    "request_", [Request(("tiny",), processes=5), Request(("tiny",), calls=50), Request(full=True)]
)
def test_a_number_that_was_asked_for_is_measured_whole(request_):
    assert plan.make(request_).stopping == {}


def test_one_state_alone_has_nothing_to_stand():
    assert plan.make(Request(("tiny",), compile_states=("compiled",))).stopping == {}


def test_a_larger_budget_gives_more_processes_and_looks():
    small, large = plan.make(Request(("tiny",))), plan.make(Request(("tiny",), budget_s=24))
    assert (small.stopping["tiny"].looks, large.stopping["tiny"].looks) == (3, 13)
    walls = [p for p in large.processes if p.instrument == "wall"]
    assert len(walls) == 15
    spent = {v.variant.compile_state: 0.0 for v in walls[0].variants}
    for process in walls:
        for entry in process.variants:
            if entry.variant.entry_point == "predict":
                spent[entry.variant.compile_state] += entry.budget_s
    assert spent == pytest.approx(dict.fromkeys(spent, 24))


def test_a_budget_below_one_call_is_said_before_anything_is_measured():
    assert "less than one call of medium" in plan.make(Request(("medium",), budget_s=1)).describe()
    assert "less than one call" not in plan.make(Request(("medium",))).describe()


@pytest.mark.parametrize("noise", [0.02, 0.10])
def test_equal_variants_come_out_as_differing_in_at_most_5_of_100_whatever_ends_the_measuring(noise):
    """The decision and the confidence are the manager's and the report's own; only the clock is made up."""
    source = np.random.default_rng(21)
    runs, looks = 400, 3
    alarms = 0
    for _ in range(runs):
        ratios = np.exp(source.normal(0, noise, looks + 2))
        for processes in range(3, looks + 3):
            first = statistics.Blocks({n: [[10**9]] for n in range(processes)})
            second = statistics.Blocks({n: [[round(1e9 * ratios[n])]] for n in range(processes)})
            step = statistics.next_step(first, second, looks)
            if not step.go_on:
                break
        stopped = step.verdict.word != statistics.CANNOT_TELL
        confidence = statistics.confidence_after(processes, looks, stopped)
        shown = statistics.paired_verdict(first, second, confidence=confidence)
        assert shown.word == step.verdict.word
        alarms += shown.word == "differs"
    assert alarms / runs <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / runs)
