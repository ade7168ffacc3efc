"""``kprof advise`` with a worker that is made up: its answer, its files, its refusals."""

import json

import pytest

from profiler.cli.main import main
from tests.trials import trial_worker  # noqa: F401


@pytest.fixture(autouse=True)
def _traces(monkeypatch, tmp_path):
    monkeypatch.setenv("KPROF_TRACES", str(tmp_path))


def test_it_prints_the_answer_first_and_keeps_the_run(trial_worker, tmp_path, capsys):  # noqa: F811
    assert main(["advise", "tiny"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("tiny: call predict_on_batch, ")
    assert "+y = model.predict_on_batch(x)" in out
    (kept,) = tmp_path.glob("*/advice.json")
    assert f"kept in {kept.parent}" in err
    assert json.loads(kept.read_text())["recommended"] == "predict_on_batch"


def test_the_json_is_of_its_own_schema(trial_worker, capsys):  # noqa: F811
    assert main(["advise", "tiny", "--format", "json", "--calls-per-batch", "4"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["schema"] == "kprof.advice/1"
    assert {one["id"] for one in found["candidates"]} >= {"predict_on_batch", "call", "coalesced"}


def test_a_dry_run_prints_the_plan_alone(capsys, tmp_path):
    assert main(["advise", "tiny", "--dry-run", "--rows", "1..100", "--xla"]) == 0
    assert "1..100 rows a call, drawn anew" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "--model: names what you call"),
        (["tinny"], "did you mean tiny?"),
        (["tiny", "--rows", "some"], "--rows some: give a number, a range like 1..100"),
        (["tiny", "--rows", "9..1"], "1..9"),
        (["tiny", "--calls-per-batch", "1"], "--calls-per-batch 1: at least 2"),
        (["tiny", "--tf", "2.0.0", "--python", "python"], "leave out --python"),
        (["tiny", "--model", "m.keras"], "leave out tiny"),
    ],
)
def test_wrong_arguments_are_one_line_and_exit_2(arguments, told, capsys):
    assert main(["advise", "--dry-run", *arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert told in line


def test_a_file_that_cannot_be_written_is_told_before_anything_is_measured(trial_worker, tmp_path, capsys):  # noqa: F811
    assert main(["advise", "tiny", "--output", str(tmp_path / "missing" / "file")]) == 2
    assert trial_worker.tried == []
