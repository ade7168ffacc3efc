"""Two runs side by side: real captures, and written runs of known times."""

import dataclasses
import json
import shutil
from collections import Counter

import numpy as np
import pytest

from profiler.comparison import runs
from profiler.comparison.sides import Chosen
from profiler.protocol.errors import RunError, UsageError
from tests import reference
from tests.comparison.made_sides import FAST, of_two
from tests.report.made_run import COMPILED, ENVIRONMENT, SLUG, medians, write

OLDER = "tf2.20.0-py3.11"
MACHINE = {
    "load_1m": 0.1,
    "cores": 2,
    "affinity": [0, 1],
    "quota_cores": None,
    "governors": None,
    "throttled": None,
    "cpu_s": None,
    "own_s": 1.0,
}
STEADY = (49.9, 50.0, 50.1, 50.05, 49.95)


def compare(before, after, smallest_effect=None):
    return runs.compare(Chosen(before), Chosen(after), smallest_effect)


def only(comparison):
    (variant,) = comparison.variants
    return variant


def changed(**facts):
    return {**ENVIRONMENT, **facts}


def test_the_ratio_is_of_the_geometric_means_of_the_process_medians(tmp_path):
    before = write(tmp_path / "a", (40, 50, 60))
    after = write(tmp_path / "b", (50, 60, 70))
    found = only(compare(before, after))
    assert found.ratio == pytest.approx((50 * 60 * 70 / (40 * 50 * 60)) ** (1 / 3), rel=1e-9)
    assert found.after_ms / found.before_ms == pytest.approx(found.ratio, rel=1e-9)
    low, high = found.interval
    assert low < found.ratio < high


def test_a_slower_release_differs_and_its_facts_are_named(tmp_path):
    newer = changed(slug=OLDER, framework_version="2.20.0", keras="3.11.0", threads={"intra_op": 4})
    before = write(tmp_path / "a", STEADY, slug=OLDER, environment=newer)
    after = write(tmp_path / "b", [1.2 * ms for ms in STEADY])
    comparison = compare(before, after)
    found = only(comparison)
    assert (found.verdict, found.before, found.after) == ("differs", OLDER, SLUG)
    (change,) = comparison.environments
    named = {fact.name: (fact.before, fact.after) for fact in change.facts}
    assert named == {
        "framework_version": ("2.20.0", "2.21.0"),
        "keras": ("3.11.0", "3.15.1"),
        "intra_op threads": (4, 2),
        "inter_op threads": (None, 2),
    }
    assert change.machine == ()


def test_the_same_times_on_the_same_machine_are_same(tmp_path):
    found = only(compare(write(tmp_path / "a", STEADY), write(tmp_path / "b", STEADY)))
    assert (found.verdict, found.more_seconds, found.reason) == ("same", None, None)


@pytest.mark.parametrize("fact, value", [("cpu", "Model B"), ("cores", 8), ("device", "GPU"), ("cpu", None)])
def test_other_machines_are_never_the_same(fact, value, tmp_path):
    before = write(tmp_path / "a", STEADY)
    after = write(tmp_path / "b", STEADY, environment=changed(**{fact: value}))
    comparison = compare(before, after)
    found = only(comparison)
    assert found.verdict == "cannot tell"
    assert found.ratio == pytest.approx(1, abs=1e-9)
    assert f"other machine: {fact} {ENVIRONMENT[fact]} before" in found.reason
    assert [one.name for one in comparison.environments[0].machine] == [fact]


def test_variables_that_a_framework_obeys_are_named_by_name(tmp_path):
    before = write(
        tmp_path / "a", STEADY, environment=changed(variables={"TF_XLA_FLAGS": "-a", "OMP_X": "1"})
    )
    after = write(tmp_path / "b", STEADY, environment=changed(variables={"OMP_X": "1"}))
    (change,) = compare(before, after).environments
    assert [(f.name, f.before, f.after) for f in change.facts] == [("TF_XLA_FLAGS", "-a", None)]


@pytest.mark.parametrize(
    "facts, name",
    [
        ({"request": {"pin": [0]}}, "--pin"),
        ({"machine": {"before": {**MACHINE, "affinity": [0]}}}, "usable cores"),
        ({"machine": {"before": {**MACHINE, "quota_cores": 0.5}}}, "quota of cores"),
    ],
)
def test_fewer_cores_to_use_are_another_machine(facts, name, tmp_path):
    """A run pinned to one core beside one on two was called `same`, with no known fact that differs."""
    before = write(tmp_path / "a", STEADY, machine={"before": MACHINE}, request={"pin": []})
    after = write(tmp_path / "b", STEADY, **{"machine": {"before": MACHINE}, "request": {"pin": []}, **facts})
    comparison = compare(before, after)
    assert only(comparison).verdict == "cannot tell"
    assert [one.name for one in comparison.environments[0].machine] == [name]


def test_a_difference_between_machines_is_named_as_one(tmp_path):
    before = write(tmp_path / "a", STEADY)
    after = write(tmp_path / "b", [2 * ms for ms in STEADY], environment=changed(cpu="Model B"))
    found = only(compare(before, after))
    assert (found.verdict, found.reason) == ("differs", "other machine: cpu Model A before, Model B after")


def test_cannot_tell_says_how_long_it_would_take(tmp_path):
    noisy = (40, 50, 60, 45)
    found = only(compare(write(tmp_path / "a", noisy), write(tmp_path / "b", noisy)))
    assert found.verdict == "cannot tell"
    assert found.more_seconds > 0


@pytest.mark.parametrize("processes", [1, 2])
def test_too_few_processes_give_a_ratio_without_interval(processes, tmp_path):
    before, after = write(tmp_path / "a", STEADY), write(tmp_path / "b", STEADY[:processes])
    found = only(compare(before, after))
    assert found.ratio is not None
    assert (found.interval, found.verdict) == (None, "cannot tell")
    assert f"{processes} of the 3 processes" in found.reason


def test_other_input_has_no_ratio(tmp_path):
    before = write(tmp_path / "a", STEADY)
    after = write(tmp_path / "b", STEADY, variants=(COMPILED.differing(rows=64),))
    found = only(compare(before, after))
    assert (found.ratio, found.verdict) == (None, "cannot tell")
    assert found.reason == "other input: 32 rows a call before, 64 after"


def test_variants_of_one_side_only_are_listed(tmp_path):
    call = COMPILED.differing(entry_point="call")
    batch = COMPILED.differing(entry_point="predict_on_batch")
    before = write(tmp_path / "a", STEADY, variants=(COMPILED, call))
    after = write(tmp_path / "b", STEADY, variants=(batch, COMPILED))
    comparison = compare(before, after)
    assert only(comparison).id == COMPILED.id
    assert comparison.only_before == (f"{SLUG}:{call.id}",)
    assert comparison.only_after == (f"{SLUG}:{batch.id}",)


def test_what_intervals_of_two_runs_leave_out_is_said_first(tmp_path):
    """26 of 38 variants of the same code differed from one hour to the next on a shared machine."""
    before, after = write(tmp_path / "a", STEADY), write(tmp_path / "b", STEADY)
    assert "before, after, before, after" in compare(before, after).warnings[0]
    assert not any("in turn" in warning for warning in compare(before, before).warnings)


def of_three(folder, factors):
    """A run of three variants of tiny, so many times slower than a steady one."""
    entry_points = ("predict", "predict_on_batch", "call")
    return write(
        folder,
        {
            COMPILED.differing(entry_point=entry): tuple(factor * ms for ms in STEADY)
            for entry, factor in zip(entry_points, factors, strict=True)
        },
    )


def test_variants_that_all_move_one_way_point_at_the_machine(tmp_path):
    before, after = of_three(tmp_path / "a", (1, 1, 1)), of_three(tmp_path / "b", (0.64, 0.78, 0.7))
    assert any(
        "all 3 variants of tiny are faster in the second run (0.64 to 0.78)" in warning
        for warning in compare(before, after).warnings
    )
    mixed = of_three(tmp_path / "c", (0.64, 1.3, 0.7))
    assert not any("look at the machine" in warning for warning in compare(before, mixed).warnings)


def test_runs_with_nothing_in_common_are_refused(tmp_path):
    before = write(tmp_path / "a", STEADY)
    after = write(tmp_path / "b", STEADY, variants=(COMPILED.differing(batch_size=64),))
    with pytest.raises(UsageError, match=r"no variant in common \(.*/b32 against .*/b64/r32\)"):
        compare(before, after)


def test_a_run_of_several_releases_is_matched_where_it_is_unambiguous(tmp_path):
    slugs = (OLDER, SLUG)
    both = write(tmp_path / "a", STEADY)
    manifest = json.loads((both / "run.json").read_text())
    manifest["environments"] = {slug: changed(slug=slug) for slug in slugs}
    manifest["variants"] = [{"environment": slug, "variant": dataclasses.asdict(COMPILED)} for slug in slugs]
    (both / "run.json").write_text(json.dumps(manifest))
    comparison = compare(both, write(tmp_path / "b", STEADY))
    assert only(comparison).before == SLUG
    assert comparison.only_before == (f"{OLDER}:{COMPILED.id}",)
    third = write(tmp_path / "c", STEADY, slug="tf2.19.0-py3.11")
    with pytest.raises(UsageError, match="no variant in common"):
        compare(both, third)


def test_another_catalogue_and_another_smallest_effect_are_said(tmp_path):
    before = write(tmp_path / "a", STEADY, catalogue="kprof-internals/0", smallest_effect=0.2)
    after = write(tmp_path / "b", [1.1 * ms for ms in STEADY])
    comparison = compare(before, after)
    assert only(comparison).verdict == "same"
    assert comparison.smallest_effect == 0.2
    assert any("before: the run was made with catalogue kprof-internals/0" in w for w in comparison.warnings)
    assert "smallest effect 0.2 before, 0.05 after: 0.2 is taken" in comparison.warnings
    given = compare(before, after, 0.02)
    assert only(given).verdict == "differs"
    assert not any("is taken" in warning for warning in given.warnings)


@pytest.mark.parametrize("effect", [0, -0.1, float("nan")])
def test_a_smallest_effect_above_0_is_needed(effect, tmp_path):
    before, after = write(tmp_path / "a", STEADY), write(tmp_path / "b", STEADY)
    with pytest.raises(UsageError, match="smallest effect"):
        compare(before, after, effect)


def test_a_newer_schema_is_the_reader_s_error(tmp_path):
    before = write(tmp_path / "a", STEADY)
    after = write(tmp_path / "b", STEADY, schema="kprof.run/2")
    with pytest.raises(RunError, match="update kprof"):
        compare(before, after)


def test_a_run_beside_itself_is_said():
    comparison = compare(reference.CURRENT, reference.CURRENT)
    assert comparison.warnings[0] == "both are the same run: nothing can differ"
    for variant in comparison.variants:
        assert variant.ratio == pytest.approx(1)
        assert {one.share_difference for one in variant.internals} <= {0.0, None}


def test_two_variants_of_one_run_are_no_run_beside_itself(tmp_path):
    run = of_two(tmp_path / "a")
    found = runs.compare(Chosen(run, FAST.id), Chosen(run, COMPILED.id))
    assert only(found).ratio == pytest.approx(100, rel=0.02)
    assert (only(found).verdict, only(found).drift, only(found).itself) == ("differs", None, False)
    assert not any("nothing can differ" in warning for warning in found.warnings)
    assert not any("in turn" in warning for warning in found.warnings)
    assert (found.only_before, found.only_after) == ((), ())


def test_outputs_of_one_run_are_compared_whichever_side_comes_first():
    found = runs.compare(
        Chosen(reference.SPANS, "tiny/compiled/predict/b32"),
        Chosen(reference.SPANS, "tiny/uncompiled/predict/b32"),
    )
    assert only(found).outputs == "same"


def test_what_two_runs_leave_open_is_told_for_each_variant(tmp_path):
    before, after = write(tmp_path / "a", STEADY), write(tmp_path / "b", STEADY)
    assert "nothing in them shows the drift between" in only(compare(before, after)).drift
    assert only(compare(before, before)).drift is None


def test_the_second_report_is_at_hand_and_not_in_the_json(tmp_path):
    found = compare(write(tmp_path / "a", STEADY), write(tmp_path / "b", STEADY))
    assert found.after_report.run == "b" and "after_report" not in found.to_json()


def test_warnings_of_both_runs_come_once(tmp_path):
    before = write(tmp_path / "a", STEADY, status="interrupted")
    after = write(tmp_path / "b", STEADY, status="interrupted")
    found = [w for w in compare(before, after).warnings if "interrupted" in w]
    assert found == ["before and after: the run is interrupted: what it lacks is not shown"]


def test_looking_changes_neither_run(tmp_path):
    written = write(tmp_path / "a", STEADY), write(tmp_path / "b", STEADY)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    compare(*written)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_json_holds_no_nan_and_names_its_schema(tmp_path):
    run = shutil.copytree(reference.CURRENT, tmp_path / "run")
    text = json.dumps(compare(run, reference.CURRENT).to_json(), allow_nan=False)
    assert json.loads(text)["schema"] == "kprof.comparison/1"


def verdicts(folder, ratio):
    found = Counter()
    for number in range(20):
        before = write(folder / f"before-{number}", medians(2 * number))
        after = write(folder / f"after-{number}", ratio * np.array(medians(2 * number + 1)))
        found[only(compare(before, after)).verdict] += 1
    return found


@pytest.mark.simulation
def test_twenty_runs_beside_equal_ones_give_at_most_one_false_alarm(tmp_path):
    assert verdicts(tmp_path, 1.0)["differs"] <= 1


@pytest.mark.simulation
def test_a_slowdown_of_a_tenth_is_found_in_nearly_all_of_twenty(tmp_path):
    assert verdicts(tmp_path, 1.1)["differs"] >= 19


def test_impossible_durations_are_left_out_with_their_process(tmp_path):
    before = write(tmp_path / "a", STEADY)
    after = write(tmp_path / "b", (50.0, 50.0, 50.1, 49.9))
    impossible = after / "captures" / SLUG / COMPILED.folder / "wall-2" / "latencies.npy"
    np.save(impossible, np.zeros(6, np.int64))
    found = only(compare(before, after))
    assert found.ratio == pytest.approx(1, rel=0.01)
    assert found.interval is not None
