"""Two sides in turn, with a worker whose clock is made up: what is measured and compared, and how it ends."""

import contextlib
import json
import sys
import types
from pathlib import Path

import pytest

import profiler
from profiler.launch import manager, preparing, resume, sides, stopping
from profiler.launch.listener import Silent
from profiler.plan import user_model
from profiler.plan.request import Request
from profiler.protocol.errors import EXIT_DONE, EXIT_PARTIAL, CollectError, OptionError, UsageError
from profiler.protocol.spec import Moved
from profiler.results import build
from profiler.results.document import Sides
from profiler.runs import record
from tests.environments.made_checkout import commit, git, made
from tests.launch.fake_worker import Hearing, manifest_of, stopped
from tests.report.made_run import SLUG

BASE = f"{SLUG}-base"
SAME = f"python:{sys.executable}"


@pytest.fixture
def against(worker, tmp_path):
    """Run ``tiny`` beside a base; return the outcome, run.json and what was told."""
    worker.factors = {BASE: 1.0}

    def carry_out(spec=SAME, **options):
        heard = Hearing()
        options = {"instruments": ("wall",), "workloads": ("tiny",), "out": str(tmp_path), **options}
        outcome = manager.execute(Request(against=spec, **options), heard)
        return outcome, manifest_of(outcome.run_path), heard

    return carry_out


def across(path):
    """Return the comparisons of the two sides: verdict by the variant's id."""
    report = build.build(path)
    return {
        one.candidate.partition(":")[2]: one
        for one in report.comparisons
        if one.baseline.partition(":")[0] == report.sides.base != one.candidate.partition(":")[0]
    }


def test_both_sides_lie_in_one_run_as_two_environments(against, worker):
    outcome, manifest, heard = against()
    assert outcome.exit_code == EXIT_DONE
    assert list(manifest["environments"]) == [SLUG, BASE]
    assert manifest["environments"][BASE]["slug"] == BASE
    expected = {"this": SLUG, "base": BASE, "spec": SAME, "commit": None, "given": None}
    assert manifest["sides"] == expected
    assert f"2 sides in turn, this and the base ({SAME}), about " in heard.plans[0]
    assert heard.places[0][0].endswith("#1 (5 variants), both sides in turn")


def test_processes_come_in_pairs_with_the_same_seed_and_pipes_of_their_own(against, worker):
    _, manifest, _ = against(processes=3)
    specs = [spec for spec in worker.specs if spec.measure]
    assert [(spec.measure.environment, spec.measure.process) for spec in specs] == [
        (slug, number) for number in range(3) for slug in (SLUG, BASE)
    ]
    for this, base in zip(specs[::2], specs[1::2], strict=True):
        assert this.measure.seed == base.measure.seed
        assert {this.turns.asks, this.turns.answers}.isdisjoint({base.turns.asks, base.turns.answers})
        assert this.output != base.output
    assert len(set(worker.turned)) == 3
    assert manifest["order"] == [label for label in manifest["order"] if label.endswith("both sides in turn")]


def test_each_variant_is_compared_with_the_same_of_the_base_within_pairs_of_processes(against, worker):
    worker.factors = {BASE: 2.0}
    outcome, _, _ = against(processes=5)
    found = across(outcome.run_path)
    assert len(found) == 5
    for one in found.values():
        assert one.ratio == pytest.approx(0.5, rel=0.01)
        assert one.interval[0] < 0.5 < one.interval[1]
        assert one.verdict == "differs"


def test_measuring_ends_when_the_comparison_of_the_sides_stands(against, worker):
    worker.factors = {BASE: 1.5}
    _, manifest, heard = against(entry_points=("predict",))
    assert [stopped(manifest, slug)["after_processes"] for slug in (SLUG, BASE)] == [3, 3]
    assert len(worker.turned) == 3
    assert any("after 3 processes of each side; 2 more" in note for note in heard.notes)


def test_one_variant_alone_has_a_comparison_that_ends_the_measuring(against, worker):
    worker.factors = {BASE: 1.5}
    _, manifest, _ = against(entry_points=("predict",), compile_states=("compiled",))
    assert stopped(manifest)["why"] == "every verdict stands (differs)"


def test_a_side_s_process_that_dies_fails_alone(against, worker):
    worker.breaks = {(BASE, 1)}
    outcome, manifest, heard = against(processes=4)
    assert outcome.exit_code == EXIT_PARTIAL
    status = {(one["environment"], one["process"]): one["status"] for one in manifest["captures"]}
    assert [status[SLUG, number] for number in range(4)] == ["ok"] * 4
    assert [status[BASE, number] for number in range(4)] == ["ok", "failed", "ok", "ok"]
    assert {one.verdict for one in across(outcome.run_path).values()} == {"same"}
    assert any("exit code 3: 5 of 40 captures failed" in note for note in heard.notes)


def test_an_interrupted_run_is_resumed_by_whole_pairs(against, worker, tmp_path):
    worker.interrupts = {2}
    with pytest.raises(KeyboardInterrupt):
        against(processes=4)
    (path,) = (file.parent for file in tmp_path.glob("*/run.json"))
    assert {one.process for one in record.read(path).captures} == {0, 1}
    assert not list(path.glob(".partial-*"))
    worker.interrupts = set()
    worker.specs.clear()
    assert "2 processes" in resume.dry_run(path, {})
    outcome = resume.resume(path, {"against": SAME}, Silent())
    assert outcome.exit_code == EXIT_DONE
    taken = [(s.measure.environment, s.measure.process) for s in worker.specs if s.measure]
    assert taken == [(SLUG, 2), (BASE, 2), (SLUG, 3), (BASE, 3)]
    assert resume.dry_run(path, {}).endswith("is complete")


def test_a_pair_of_which_one_is_lacking_is_measured_anew(against, worker):
    worker.breaks = {(BASE, 1)}
    outcome, _, _ = against(processes=3)
    worker.breaks = set()
    worker.specs.clear()
    resume.resume(outcome.run_path, {}, Silent())
    taken = [(s.measure.environment, s.measure.process) for s in worker.specs if s.measure]
    assert taken == [(SLUG, 1), (BASE, 1)]


def test_a_run_is_not_resumed_against_something_else(against, worker):
    outcome, _, _ = against(processes=3)
    with pytest.raises(UsageError, match="was made with against=python:"):
        resume.resume(outcome.run_path, {"against": "tf:2.15.1"}, Silent())


def test_a_run_from_elsewhere_names_what_resuming_would_run(against, worker, monkeypatch):
    outcome, _, _ = against(processes=3)
    monkeypatch.setattr(resume.ledger, "knows", lambda _: False)
    with pytest.raises(UsageError, match="name that yourself: against="):
        resume.resume(outcome.run_path, {}, Silent())


def test_another_interpreter_and_a_release_are_environments_of_their_own(against, worker, monkeypatch):
    worker.slugs = {"/other/python": "tf2.10.1-py3.10"}
    held = []

    @contextlib.contextmanager
    def in_use(release, progress):
        held.append(release)
        yield types.SimpleNamespace(python="/other/python", notes=("nearest pins",))
        held.remove(release)

    monkeypatch.setattr(preparing.environments, "in_use", in_use)
    monkeypatch.setattr(preparing.user_model, "interpreter", lambda python: python)
    _, manifest, _ = against("tf:2.10.1", processes=3)
    assert manifest["sides"]["base"] == "tf2.10.1-py3.10"
    assert manifest["environments"]["tf2.10.1-py3.10"]["notes"] == ["nearest pins"]
    assert held == []


def test_the_base_s_failure_to_be_prepared_names_it(against, worker, monkeypatch):
    answer = worker.describe

    def describe(folder, spec, slug):
        worker.error = None if "/this/" in str(folder) else "no TensorFlow"
        answer(folder, spec, slug)

    monkeypatch.setattr(worker, "describe", describe)
    with pytest.raises(CollectError, match=r"^the base \(.*\): no TensorFlow"):
        against()


def test_times_that_no_instrument_measures_are_not_compared(against):
    with pytest.raises(OptionError, match=r"compares times, which no instrument here measures; give instr"):
        against(instruments=("cprofile",))


def test_the_plan_names_both_sides(tmp_path):
    text = manager.dry_run(Request(("tiny",), against="tf:2.99.0"))
    assert text.startswith("2 sides in turn, this and the base (tf:2.99.0), about ")
    assert "2.99.0 is not in kprof's table" in text


# What a factory's checkout is measured with.


@pytest.fixture
def nets(tmp_path, monkeypatch, worker):
    """A checkout with a factory in a package, which is the working folder; workers say where it came from."""
    top = made(tmp_path / "nets", {"src/nets.py": "def make(): ..."})
    monkeypatch.chdir(top / "src")
    worker.facts = {}
    answer = worker.describe
    worker.elsewhere = None

    def describe(folder, spec, slug):
        (workload,) = spec.workloads
        moved = Path(spec.moved.after if spec.moved else top).resolve()
        source = worker.elsewhere or str(moved / "src" / "nets.py")
        facts = {"call_ns": 1_000_000, "source": source}
        worker.facts = {"workloads": {workload.name: facts}}
        worker.trees.append((spec.moved, Path(spec.path[0]), Path(source).is_file()))
        answer(folder, spec, slug)

    worker.trees = []
    monkeypatch.setattr(worker, "describe", describe)
    return top


def factory(tmp_path, spec, **options):
    options = {"instruments": ("wall",), "entry_points": ("predict",), "processes": 3, **options}
    request = Request(model="nets:make", against=spec, out=str(tmp_path / "traces"), **options)
    return manager.execute(request, Silent()).run_path


def test_a_revision_is_measured_from_a_worktree_that_is_gone_afterwards(nets, worker, tmp_path):
    first = commit(nets)
    commit(nets, {"src/nets.py": "def make(): return 2"})
    manifest = manifest_of(factory(tmp_path, "HEAD~1"))
    assert (manifest["sides"]["spec"], manifest["sides"]["commit"]) == ("git:HEAD~1", first)
    (no_move, here, _), (moved, there, was_there) = worker.trees
    assert (no_move, here) == (None, nets / "src")
    assert moved == Moved(str(nets.resolve()), str(there.parent))
    assert was_there and there.name == "src"
    assert not there.exists()
    assert git(nets, "worktree", "list").count("\n") == 1
    this, base = manifest["given"], manifest["sides"]["given"]
    assert this["model_sha256"] != base["model_sha256"]


def test_an_interrupt_leaves_no_worktree(nets, worker, tmp_path):
    worker.interrupts = {1}
    with pytest.raises(KeyboardInterrupt):
        factory(tmp_path, "git:main")
    assert git(nets, "worktree", "list").count("\n") == 1


def test_code_that_comes_from_elsewhere_is_not_called_a_revision(nets, worker, tmp_path):
    """A copy in site-packages would be compared with itself."""
    worker.elsewhere = str(tmp_path / "site-packages" / "nets.py")
    with pytest.raises(OptionError, match=r"was imported from .*site-packages.nets\.py, which is not in"):
        factory(tmp_path, "git:main")


def test_a_folder_that_a_revision_lacks_is_named(nets, tmp_path, monkeypatch):
    commit(nets, {"new/nets.py": "def make(): ..."})
    monkeypatch.chdir(nets / "new")
    with pytest.raises(OptionError, match=r"against=git:HEAD~1: has no folder new"):
        factory(tmp_path, "git:HEAD~1")


def test_a_revision_that_has_moved_is_not_measured_on_with(nets, worker, tmp_path):
    worker.breaks = {(BASE, 1)}
    path = factory(tmp_path, "git:main")
    worker.breaks = set()
    assert resume.resume(path, {}, Silent()).exit_code == EXIT_DONE
    commit(nets, {"src/more.py": ""})
    with pytest.raises(
        UsageError, match=r"was measured against commit \w{12} \(git:main\), which is \w{12} now"
    ):
        resume.resume(path, {}, Silent())


def test_models_of_two_names_are_compared(nets, worker, tmp_path):
    worker.factors = {BASE: 2.0}
    found = across(factory(tmp_path, "nets:other"))
    assert [(one.baseline, round(one.ratio, 1)) for one in found.values()] == [
        (f"{BASE}:other/{state}/predict/b32", 0.5) for state in ("uncompiled", "compiled")
    ]


def test_models_that_take_other_calls_are_not_compared(tmp_path):
    request = Request(model="nets:make")
    facts = json.loads('{"call_ns": 1000000, "batch_size": 16}')
    one, other = (
        types.SimpleNamespace(
            slug="here", workloads={"make": types.SimpleNamespace(rows=None, **{**facts, "batch_size": size})}
        )
        for size in (16, 8)
    )
    with pytest.raises(
        UsageError, match="takes 8 rows in batches of 8 a call, this takes 16 rows in batches"
    ):
        sides.planned_alike((request, one), (request, other))


def test_the_slower_side_decides_how_many_processes_both_get():
    request = Request(model="nets:make")
    quick, slow = (
        types.SimpleNamespace(
            slug="here",
            workloads={"make": types.SimpleNamespace(rows=None, batch_size=None, call_ns=call_ns)},
        )
        for call_ns in (1_000_000, 2_000_000_000)
    )
    one, other = sides.planned_alike((request, quick), (request, slow))
    assert len(one.processes) == len(other.processes) == 3


def test_paths_of_a_base_mean_the_same_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "old.keras").write_text("")
    located = [
        user_model.located(Request(("tiny",), against=spec)).against
        for spec in ("models/old.keras", "python:bin/python", "origin/main", "main", "tf:2.15", "nets:make")
    ]
    assert located[:2] == [str(tmp_path / "models" / "old.keras"), f"python:{tmp_path / 'bin' / 'python'}"]
    assert located[2:] == ["origin/main", "main", "tf:2.15", "nets:make"]


def test_the_sides_decide_and_not_the_variants_of_each(against, worker):
    outcome, _, _ = against(processes=4)
    run = record.read(outcome.run_path)
    rule = types.SimpleNamespace(pairs=(), looks=3)
    assert len(stopping.look(run, SLUG, rule)) == 5
    assert stopping.look(run, SLUG, rule, "medium") == ()


def test_the_api_measures_two_sides_and_judges_this_one(worker, tmp_path):
    worker.factors = {SLUG: 1.5}
    found = profiler.run("tiny", against=SAME, instruments="wall", processes=3, out=tmp_path)
    assert found.report.sides == Sides(SLUG, BASE, SAME)
    assert {one.verdict for one in found.report.across} == {"differs"}
    gate = profiler.gate(found, "slower > 5%")
    assert (gate.outcome, len(gate.judgements)) == ("fails", 5)
