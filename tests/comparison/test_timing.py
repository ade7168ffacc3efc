"""Ratios of two sides: paired within a run, apart between runs, and what they do not cover."""

import json

import pytest

from profiler.comparison import sides, timing
from profiler.comparison.internals import Fact
from profiler.comparison.sides import Chosen
from tests.comparison.made_sides import FAST, STEADY, of_two
from tests.report.made_run import COMPILED, ENVIRONMENT, SLUG, write

OTHER = "tf2.20.0-py3.11"
SITTING = {
    "before": {
        "load_1m": 0.1,
        "cores": 2,
        "affinity": [0, 1],
        "quota_cores": None,
        "governors": None,
        "throttled": None,
        "cpu_s": None,
        "own_s": 1.0,
    }
}


def timed(first, second, variants=(None, None)):
    both = sides.read(Chosen(first, variants[0]), Chosen(second, variants[1]))
    (pair, *_) = sides.pairs(*both)
    return both, pair, timing.timing(both, pair, 0.05)


def drift(first, second, variants=(None, None), machine=()):
    both, pair, found = timed(first, second, variants)
    return timing.drift(both, pair, found.paired, machine)


def test_variants_of_one_run_are_paired_within_its_processes(tmp_path):
    """Drift that hits both alike is out of the ratio: processes differ by a factor of three."""
    drifting = (20.0, 40.0, 60.0)
    factors = (2.0, 2.02, 1.98)
    slow = [ms * factor for ms, factor in zip(drifting, factors, strict=True)]
    run = write(tmp_path / "a", {COMPILED: drifting, FAST: slow})
    _, _, found = timed(run, run, (COMPILED.id, FAST.id))
    assert found.paired and found.calls.word == "differs"
    low, high = found.calls.ratio.interval
    assert 1.9 < low < 2 < high < 2.1
    assert drift(run, run, (COMPILED.id, FAST.id)) is None


def test_processes_of_two_runs_are_not_paired_though_their_numbers_are_alike(tmp_path):
    drifting = (20.0, 40.0, 60.0)
    first = write(tmp_path / "a", drifting)
    second = write(tmp_path / "b", [2 * ms for ms in drifting])
    _, _, found = timed(first, second)
    low, high = found.calls.ratio.interval
    assert not found.paired and low < 1 and high > 3


def test_a_variant_beside_itself_is_exactly_the_same(tmp_path):
    run = write(tmp_path / "a", STEADY)
    both, pair, found = timed(run, run)
    assert timing.is_itself(both, pair)
    assert (found.calls.word, found.calls.ratio.value, found.calls.ratio.interval) == (
        "same",
        1.0,
        (1.0, 1.0),
    )


def of_sittings(path, process_ms, sittings):
    """A run whose processes were measured in these sittings."""
    run = write(path, process_ms, sittings=[SITTING] * max(sittings))
    manifest = json.loads((run / "run.json").read_text())
    for entry, sitting in zip(manifest["captures"], sittings, strict=True):
        entry["sitting"] = sitting
    (run / "run.json").write_text(json.dumps(manifest))
    return run


def test_two_runs_of_fewer_than_three_sittings_show_no_drift(tmp_path):
    first = of_sittings(tmp_path / "a", STEADY, (1, 2, 3, 3, 3))
    second = of_sittings(tmp_path / "b", STEADY, (1, 2, 2, 1, 1))
    told = drift(first, second)
    assert told.startswith("3 sittings before and 2 sittings after: nothing in them shows the drift")
    assert drift(first, of_sittings(tmp_path / "c", STEADY, (1, 2, 3, 4, 4))) is None


def test_sittings_of_which_nothing_is_told_are_one(tmp_path):
    """A run that was resumed twice may have been measured whole in its first sitting."""
    first, second = (write(tmp_path / name, STEADY, sittings=[SITTING] * 3) for name in "ab")
    assert drift(first, second).startswith("1 sitting before and 1 sitting after")


def test_over_sittings_the_interval_holds_the_drift_between_them(tmp_path):
    """Processes of one sitting agree to a hundredth, sittings differ by a third: 9 processes tell no more."""
    drifting = [ms * factor for ms in (40, 50, 60) for factor in (0.99, 1.0, 1.01)]
    sittings = (1, 1, 1, 2, 2, 2, 3, 3, 3)
    first = of_sittings(tmp_path / "a", drifting, sittings)
    second = of_sittings(tmp_path / "b", [1.2 * ms for ms in drifting], sittings)
    _, _, found = timed(first, second)
    low, high = found.calls.ratio.interval
    assert found.calls.ratio.value == pytest.approx(1.2, rel=0.01)
    assert found.calls.word == "cannot tell" and low < 0.9 and high > 1.5
    steady = of_sittings(tmp_path / "c", STEADY, (1, 2, 3, 4, 5))
    slower = of_sittings(tmp_path / "d", [1.2 * ms for ms in STEADY], (1, 2, 3, 4, 5))
    assert timed(steady, slower)[2].calls.word == "differs"


def test_another_machine_is_what_the_interval_leaves_out(tmp_path):
    first, second = (of_sittings(tmp_path / name, STEADY, (1, 2, 3, 1, 2)) for name in "ab")
    assert drift(first, second, machine=(Fact("cores", 2, 8),)) == "other machine: cores 2 before, 8 after"


def of_two_releases(path, starts):
    """A run whose two environments started at these times, in ns, a process each."""
    both = {slug: {**ENVIRONMENT, "slug": slug} for slug in (SLUG, OTHER)}
    run, other = write(path, STEADY[:3]), write(path.with_name(f"{path.name}-other"), STEADY[:3], slug=OTHER)
    manifests = [json.loads((one / "run.json").read_text()) for one in (run, other)]
    (other / "captures" / OTHER).rename(run / "captures" / OTHER)
    manifests[0]["environments"] = both
    for name in ("captures", "variants"):
        manifests[0][name] += manifests[1][name]
    (run / "run.json").write_text(json.dumps(manifests[0]))
    for slug, of_one in starts.items():
        for number, start in enumerate(of_one, 1):
            place = run / "captures" / slug / COMPILED.folder / f"wall-{number}" / "capture.json"
            place.write_text(json.dumps({**json.loads(place.read_text()), "started_ns": start}))
    return run


@pytest.mark.parametrize(
    ("starts", "apart"),
    [({SLUG: (1, 2, 3), OTHER: (4, 5, 6)}, True), ({SLUG: (1, 3, 5), OTHER: (2, 4, 6)}, False)],
)
def test_releases_of_one_run_are_apart_where_one_came_after_the_other(starts, apart, tmp_path):
    run = of_two_releases(tmp_path / "a", starts)
    told = drift(run, run, (f"{SLUG}:{COMPILED.id}", f"{OTHER}:{COMPILED.id}"))
    assert (told is not None) == apart


def test_frames_are_compared_within_a_run_and_between_runs(tmp_path):
    runs = [of_two(tmp_path / name, factor=2.0, teardowns_ms=(1, 90)) for name in "ab"]
    for first, second, variants in (
        (runs[0], runs[0], (COMPILED.id, FAST.id)),
        (*runs, (COMPILED.id, FAST.id)),
    ):
        _, _, found = timed(first, second, variants)
        assert found.frames.ratio == pytest.approx(2, rel=0.02)
        assert found.frames.verdict == "differs"


def test_other_input_and_a_side_that_was_not_timed_have_no_ratio(tmp_path):
    first = write(tmp_path / "a", STEADY)
    second = write(tmp_path / "b", STEADY, variants=(COMPILED.differing(rows=64),))
    assert timed(first, second)[2].calls.ratio.value is None
