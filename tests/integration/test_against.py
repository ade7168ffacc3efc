"""Real runs of two sides in turn: equal code, and two revisions of a factory of which one makes more."""

import json
import subprocess
import sys

import pytest

from tests.environments.made_checkout import commit, git, made

pytestmark = pytest.mark.integration

BRIEF = [
    "--instrument",
    "wall",
    "--entry-point",
    "predict",
    "--compile-state",
    "compiled",
    "--processes",
    "3",
]

FACTORY = """
import keras


def make():
    return keras.Sequential([keras.Input((8,)), keras.layers.Dense({units})])
"""


def measured(folder, *options):
    """Run ``kprof run`` in a folder; return what it printed, its report and its manifests."""
    traces = folder / "traces"
    command = [sys.executable, "-m", "profiler", "run", *options, *BRIEF, "--budget", "0.5"]
    done = subprocess.run(
        [*command, "--out", str(traces)], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (run,) = [path.parent for path in traces.glob("*/run.json")]
    captures = [json.loads(path.read_text()) for path in run.glob("captures/*/*/*/capture.json")]
    return done.stdout, json.loads((run / "report.json").read_text()), captures


def test_equal_code_alternates_and_is_compared_in_pairs(tmp_path):
    shown, report, captures = measured(tmp_path, "tiny", "--against", f"python:{sys.executable}")
    this, base = report["sides"]["this"], report["sides"]["base"]
    assert base == f"{this}-base"
    (compared,) = report["comparisons"]
    name = "tiny/compiled/predict/b32"
    assert (compared["baseline"], compared["candidate"]) == (f"{base}:{name}", f"{this}:{name}")
    assert compared["interval"] is not None
    assert f"This against the base (python:{sys.executable})" in shown
    assert {(one["environment"], one["process"]) for one in captures} == {
        (slug, number) for slug in (this, base) for number in range(3)
    }
    for number in range(3):
        of_pair = [one for one in captures if one["process"] == number]
        blocks = [(b["started_ns"], b["turn"], b["block"]) for one in of_pair for b in one["blocks"]]
        turns = [turn for _, turn, _ in sorted(blocks)]
        assert turns == sorted(set(turns))
        rounds = [number for _, _, number in sorted(blocks)]
        assert rounds == sorted(rounds)
        assert all(one["waiting"]["turns"] == len(one["blocks"]) for one in of_pair)


def test_a_revision_is_built_from_its_own_code(tmp_path):
    top = made(tmp_path / "nets", {"nets.py": FACTORY.format(units=1), ".gitignore": "traces\n__pycache__\n"})
    first = commit(top)
    (top / "nets.py").write_text(FACTORY.format(units=3))
    _, report, _ = measured(top, "--model", "nets:make", "--against", "git:HEAD")
    assert report["sides"]["commit"] == first
    run = next(iter((top / "traces").glob("*/run.json")))
    environments = json.loads(run.read_text())["environments"]
    parameters = {slug: one["workloads"]["make"]["parameters"] for slug, one in environments.items()}
    assert parameters == {report["sides"]["this"]: 8 * 3 + 3, report["sides"]["base"]: 8 + 1}
    assert git(top, "worktree", "list").count("\n") == 1
    assert git(top, "status", "--porcelain").split() == ["M", "nets.py"]
