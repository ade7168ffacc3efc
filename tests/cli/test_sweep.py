"""``kprof sweep`` without measuring: its plan, its refusals, what it prints and draws."""

import json

import pytest

from profiler.cli.main import main
from profiler.launch import worker as worker_process
from profiler.report import plot
from tests.launch.swept import SweptWorker


@pytest.fixture
def worker(monkeypatch):
    made = SweptWorker()
    monkeypatch.setattr(worker_process, "run", made.run)
    return made


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "tiny by rows"),
        (["mlp"], "width: 8, 21, 56, 147, 388, 1024"),
        (["mlp64", "--rows", "1,8"], "mlp64 by rows"),
        (["tiny", "--batch-size", "1..64", "--points", "4"], "batch size: 1, 4, 16, 64; 64 rows a call"),
        (["tiny", "--rows", "1..8", "--batch-size", "4"], "in batches of 4"),
    ],
)
def test_a_dry_run_prints_the_plan(arguments, told, capsys):
    assert main(["sweep", "--dry-run", *arguments]) == 0
    assert told in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["tinny"], "did you mean tiny?"),
        (["--rows", "8..1"], "--rows 8..1: 8..1 ends before it begins"),
        (["--rows", "1..8", "--batch-size", "1..8"], "--batch-size: is a second axis"),
        (["tiny", "--size", "8"], "--size: only the workload mlp has one"),
        (["--budget", "0"], "--budget 0"),
        (["--tf", "2.0.0", "--python", "python"], "leave out --python"),
        (["--plot", "sweep.pdf"], "end it with .svg or .png"),
        (["--model", "no/such.keras"], "no such file"),
        (["--model", "a.keras", "--model", "b.keras", "--plot", "x.svg"], "no sizes to draw"),
        (["--entry-point", "predikt"], "did you mean predict"),
    ],
)
def test_wrong_arguments_are_one_line_and_exit_2(arguments, told, capsys):
    assert main(["sweep", "--dry-run", *arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert told in line


def test_the_answer_comes_first_then_the_table_and_the_picture(worker, tmp_path, capsys):
    picture = tmp_path / "sweep.svg"
    code = main(["sweep", "tiny", "--budget", "20", "--out", str(tmp_path), "--plot", str(picture)])
    out = capsys.readouterr().out
    assert code == 0
    assert out.startswith("predict's overhead falls below 50 % at ")
    assert out.index("stays above 10 %") < out.index("Points")
    drawn = picture.read_text()
    assert drawn.startswith("<?xml") and "</svg>" in drawn


def test_an_interrupted_sweep_is_resumed_and_its_json_is_of_its_own_schema(worker, tmp_path, capsys):
    worker.interrupts = {1}
    assert main(["sweep", "--rows", "1,4096", "--out", str(tmp_path)]) == 130
    assert "kprof sweep --resume " in capsys.readouterr().err
    worker.interrupts = set()
    (path,) = (file.parent for file in tmp_path.glob("*/run.json"))
    assert main(["sweep", "--resume", str(path), "--rows", "1..8"]) == 2
    assert "leave out --rows" in capsys.readouterr().err
    assert main(["sweep", "--resume", str(path), "--dry-run"]) == 0
    assert "lacks 2 processes" in capsys.readouterr().out
    assert main(["sweep", "--resume", str(path), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["schema"] == "kprof.sweep/1"
    assert found["points"][0]["size"] == 1
    assert found == json.loads((path / "sweep.json").read_text())
    assert main(["report", str(path)]) == 0
    assert "tiny on " in capsys.readouterr().out


def test_without_matplotlib_a_plot_is_refused_before_anything_is_measured(monkeypatch, worker, capsys):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.figure", None)
    assert main(["sweep", "--plot", "x.svg"]) == 2
    assert plot.WAYS_TO_DRAW in capsys.readouterr().err
    assert worker.specs == []
