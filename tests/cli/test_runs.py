"""Commands that look at a run, on real captures."""

import io
import json
import shutil
import socket
from pathlib import Path

import pytest

from profiler.cli.main import main
from profiler.results.document import from_json
from tests import real_runs
from tests.report import made_run

COMPILED = "tiny/compiled/predict/b32"


@pytest.fixture
def traces(tmp_path, monkeypatch) -> Path:
    """A traces folder with one real run."""
    folder = tmp_path / "traces"
    run = real_runs.with_profile(COMPILED)
    shutil.copytree(run, folder / run.name)
    monkeypatch.setenv("KPROF_TRACES", str(folder))
    return folder


def test_report_prints_the_tables_of_the_latest_run(traces, capsys):
    assert main(["report", "latest"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    assert captured.out.startswith("tiny: one compiled predict of 32 rows takes ")
    assert "process_inputs" in captured.out
    assert "\x1b" not in captured.out


@pytest.mark.parametrize("how", ["name", "path"])
def test_a_run_is_named_by_name_or_path(how, traces, capsys):
    (run,) = traces.iterdir()
    assert main(["report", run.name if how == "name" else str(run)]) == 0
    assert f"run {run.name};" in capsys.readouterr().out


def test_json_is_the_report_s_schema_and_the_run_is_not_changed(traces, tmp_path, capsys):
    before = {path: path.stat().st_mtime_ns for path in traces.rglob("*")}
    output = tmp_path / "report.json"
    assert main(["report", "latest", "--format", "json", "--output", str(output)]) == 0
    assert capsys.readouterr().out == ""
    report = from_json(json.loads(output.read_text()))
    (variant,) = [one for one in report.variants if one.id == COMPILED]
    shares = {i.internal: i.measures["cprofile"].share for i in variant.internals if i.presence == "present"}
    assert 0 < shares["data_adapter"] < 1
    assert {path: path.stat().st_mtime_ns for path in traces.rglob("*")} == before


def test_a_report_judges_by_another_smallest_effect(tmp_path, capsys):
    uncompiled = made_run.COMPILED.differing(compile_state="uncompiled")
    run = made_run.write(
        tmp_path / "run", {uncompiled: (50, 51, 49.5), made_run.COMPILED: (50.2, 50.7, 49.9)}
    )
    for effect, word in ((0.5, "same"), (0.001, "cannot tell")):
        assert main(["report", str(run), "--format", "json", "--smallest-effect", str(effect)]) == 0
        report = from_json(json.loads(capsys.readouterr().out))
        assert (report.smallest_effect, report.comparisons[0].verdict) == (effect, word)
    for effect in ("0", "1"):
        assert main(["report", str(run), "--smallest-effect", effect]) == 2
        assert f"smallest effect {effect}" in capsys.readouterr().err


def test_a_report_into_a_file_is_plain_and_unfolded(traces, tmp_path):
    output = tmp_path / "report.txt"
    assert main(["report", "latest", "--output", str(output)]) == 0
    assert max(len(line) for line in output.read_text().splitlines()) > 160


def test_a_file_that_cannot_be_written_is_one_line(traces, tmp_path, capsys):
    assert main(["report", "latest", "--output", str(tmp_path / "no" / "report.txt")]) == 2
    assert capsys.readouterr().err.startswith(f"kprof: {tmp_path}/no/report.txt: cannot be written: ")
    assert main(["report", "latest", "--output", str(tmp_path)]) == 2
    assert not list(tmp_path.glob("*.tmp-*"))
    assert not list(tmp_path.parent.glob("*.tmp-*"))


def test_list_names_each_run_on_a_line(traces, capsys):
    (run,) = traces.iterdir()
    assert main(["list"]) == 0
    header, line = capsys.readouterr().out.splitlines()
    assert header.split()[:4] == ["run", "created", "captures", "size"]
    assert line.startswith(run.name)
    assert "tiny" in line


def test_list_without_runs_says_how_to_make_one(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("KPROF_TRACES", str(tmp_path / "none"))
    assert main(["list"]) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "`kprof run` makes one" in captured.err


def test_view_answers_an_unknown_variant_with_the_nearest(traces, capsys):
    assert main(["view", "latest", "snakeviz", "--variant", COMPILED[:-1], "--no-browser"]) == 2
    assert f"did you mean {COMPILED}?" in capsys.readouterr().err


def test_view_refuses_a_port_in_use_in_one_line(traces, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert main(["view", "latest", "snakeviz", "--port", port, "--no-browser"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"kprof: --port {port}: not free on 127.0.0.1")


@pytest.mark.parametrize("arguments", [["report"], ["view"]])
def test_a_run_that_is_not_there_is_one_line(arguments, traces, capsys):
    viewer = ["snakeviz"] if arguments == ["view"] else []
    assert main([*arguments, "nope", *viewer]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("kprof: nope: no such run")


def test_remove_asks_first_and_without_a_terminal_needs_yes(traces, capsys):
    (run,) = traces.iterdir()
    assert main(["remove", run.name]) == 2
    captured = capsys.readouterr()
    assert run.name in captured.err
    assert "give --yes" in captured.err
    assert run.is_dir()
    assert main(["remove", "latest", "--yes"]) == 0
    assert capsys.readouterr().out == f"removed {run}\n"
    assert not run.exists()


class Terminal(io.StringIO):
    """A terminal on which somebody has typed."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "stays"), [("n\n", True), ("\n", True), ("y\n", False)])
def test_on_a_terminal_only_a_yes_removes_the_run_that_is_named(typed, stays, traces, capsys, monkeypatch):
    (run,) = traces.iterdir()
    monkeypatch.setattr("sys.stdin", Terminal(typed))
    assert main(["remove", "latest"]) == 0
    captured = capsys.readouterr()
    assert f"{run} (" in captured.err
    assert "MB)" in captured.err
    assert run.exists() is stays
    assert captured.out == ("" if stays else f"removed {run}\n")
