"""How a gate steers the measuring of two sides, with a worker whose clock is made up."""

import sys

import pytest

from profiler.comparison import runs
from profiler.comparison.gate import judging
from profiler.comparison.gate.document import FAILS, OPEN, PASSES
from profiler.comparison.gate.steered import Steered
from profiler.comparison.sides import Chosen
from profiler.launch import manager, resume
from profiler.launch.listener import Silent
from profiler.plan.request import Request
from profiler.results import build
from tests.launch.conftest import worker  # noqa: F401
from tests.launch.fake_worker import Hearing, manifest_of
from tests.report.made_run import COMPILED, SLUG

BASE = f"{SLUG}-base"


@pytest.fixture
def measured(worker, tmp_path):  # noqa: F811
    """Measure tiny beside itself, steered by a gate; return the gate's runs and what was told."""

    def carry_out(steering, factor=1.0, noise=0.003, **options):
        worker.factors, worker.noise = {SLUG: factor}, noise
        heard = Hearing()
        request = Request(
            ("tiny",),
            against=f"python:{sys.executable}",
            instruments=("wall",),
            entry_points=("predict",),
            out=str(tmp_path),
            **options,
        )
        manager.execute(request, heard, None, steering)
        return [manifest_of(path) for path in steering.runs], heard

    return carry_out


def processes(manifest):
    return sorted({one["process"] for one in manifest["captures"]})


def test_a_gate_judges_this_against_the_base_and_no_pair_within_a_side(measured):
    steering = Steered(("slower > 5%", "ms > 1000"), None)
    measured(steering, factor=1.5)
    judged = [(one.subject, one.environment, one.baseline, one.outcome) for one in steering.gate.judgements]
    names = [f"tiny/{state}/predict/b32" for state in ("uncompiled", "compiled")]
    assert judged == [
        *((name, SLUG, f"{BASE}:{name}", FAILS) for name in names),
        *((name, SLUG, None, PASSES) for name in names),
    ]
    assert steering.gate.exit_code == 1


def test_equal_sides_pass_at_once(measured):
    steering = Steered(("slower > 5%",), "extend", confirm=3)
    (manifest,), _ = measured(steering)
    assert steering.gate.outcome == PASSES
    assert processes(manifest) == [0, 1, 2, 3, 4]


def test_an_open_gate_is_measured_longer_twice_at_most_in_the_same_sitting(measured):
    steering = Steered(("slower > 5%",), "extend")
    (manifest,), heard = measured(steering, factor=1.05, noise=0.2)
    assert steering.gate.outcome == OPEN
    assert steering.gate.exit_code == 4
    assert processes(manifest) == list(range(20))
    assert len(manifest["sittings"]) == 1
    assert len(manifest["order"]) == 20
    assert [note for note in heard.notes if "more processes" in note] == [
        "the gate is open on tiny: 5 more processes of each side",
        "the gate is open on tiny: 10 more processes of each side",
    ]
    assert [(index, total) for _, index, total in heard.places][4:6] == [(4, 5), (5, 10)]


def test_looks_by_stage_have_intervals_that_hold_together(measured):
    """Looking three times at plain 95 % would be wrong more than once in twenty."""
    extended, plain = Steered(("slower > 5%",), "extend"), Steered(("slower > 5%",), None)
    (by_stage,), _ = measured(extended, processes=4)
    (whole,), _ = measured(plain, processes=4)
    assert by_stage["adaptive"][SLUG]["tiny"] == {"looks": 3, "stopped": None, "by_stage": True}
    assert whole["adaptive"] == {}
    widths = []
    for path in (extended.runs[0], plain.runs[0]):
        (low, high) = build.build(path).comparisons[-1].interval
        widths.append(high / low)
    assert widths[0] > widths[1]


def test_without_extend_an_open_gate_stays_open(measured):
    steering = Steered(("slower > 5%",), "pass")
    (manifest,), _ = measured(steering, factor=1.05, noise=0.2)
    assert (steering.gate.outcome, steering.gate.exit_code) == (OPEN, 0)
    assert processes(manifest) == [0, 1, 2, 3, 4]


def test_a_gate_that_fails_is_measured_again_in_runs_of_their_own(measured):
    steering = Steered(("slower > 5%",), None, confirm=2)
    manifests, heard = measured(steering, factor=1.5)
    assert len(manifests) == 3
    assert len({one["seed"] for one in manifests}) == 3
    assert steering.gate.outcome == FAILS
    assert sum("all of it is measured again" in note for note in heard.notes) == 2


def test_a_failure_that_does_not_come_again_fails_nothing(measured, worker):  # noqa: F811
    class Once(Steered):
        """Makes the sides equal after the first run."""

        def repeats(self, run):
            worker.factors = {SLUG: 1.0}
            return super().repeats(run)

    steering = Once(("slower > 5%",), None, confirm=2)
    manifests, _ = measured(steering, factor=1.5)
    assert len(manifests) == 2
    assert steering.gate.outcome == PASSES
    assert "it failed in" in steering.gate.judgements[0].note


def test_two_sides_of_one_run_are_paired_by_compare_too(measured):
    steering = Steered(("slower > 5%",), None)
    measured(steering, factor=1.5)
    (path,) = steering.runs
    sides = [Chosen(path, f"{slug}:{COMPILED.id}") for slug in (BASE, SLUG)]
    compared = runs.compare(*sides)
    (one,) = compared.variants
    assert (one.paired, one.drift, one.verdict) == (True, None, "differs")
    (shown,) = (
        c
        for c in build.build(path).comparisons
        if c.candidate == f"{SLUG}:{COMPILED.id}" and BASE in c.baseline
    )
    assert one.ratio == pytest.approx(shown.ratio)
    assert judging.judge_comparison(compared, ("slower > 5%",)).outcome == FAILS


def test_a_run_that_was_measured_longer_is_resumed_without_new_looks(measured, worker):  # noqa: F811
    worker.breaks = {(BASE, 1)}
    steering = Steered(("slower > 5%",), "extend")
    (manifest,), _ = measured(steering)
    worker.breaks = set()
    resume.resume(steering.runs[0], {}, Silent())
    assert manifest_of(steering.runs[0])["adaptive"] == manifest["adaptive"]
