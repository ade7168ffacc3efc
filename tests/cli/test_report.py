"""``kprof report`` on real captures."""

import json
import shutil

import pytest

from profiler.cli.main import main
from tests import foreign_files as files
from tests.report import made_run
from tests.saved_reports import from_json

COMPILED = "tiny/compiled/predict/b32"


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


def test_a_smallest_growth_that_is_no_amount_is_refused_and_one_for_a_profile_too(traces, tmp_path, capsys):
    assert main(["report", "latest", "--smallest-growth", "16"]) == 0
    assert capsys.readouterr().err == ""
    for amount in ("0", "nan"):
        assert main(["report", "latest", "--smallest-growth", amount]) == 2
        assert capsys.readouterr().err.startswith(f"kprof: --smallest-growth {amount}: more than 0")
    path = files.write(files.simple(), tmp_path / "app.prof")
    assert main(["report", str(path), "--smallest-growth", "16"]) == 2
    assert "--smallest-growth: without a verdict there is none" in capsys.readouterr().err


def test_a_report_into_a_file_is_plain_and_unfolded(traces, tmp_path):
    output = tmp_path / "report.txt"
    assert main(["report", "latest", "--output", str(output)]) == 0
    assert max(len(line) for line in output.read_text().splitlines()) > 160


def test_a_report_without_a_usable_capture_is_shown_and_ends_with_2(traces, capsys):
    """A script that reported such a run saw success."""
    (run,) = traces.iterdir()
    shutil.rmtree(run / "captures")
    assert main(["report", "latest"]) == 2
    assert "failed" in capsys.readouterr().out


def test_a_run_that_is_not_there_is_one_line(traces, capsys):
    assert main(["report", "nope"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("kprof: nope: no such run")


def test_a_profile_of_a_user_s_own_loop_is_reported(tmp_path, capsys):
    assert main(["report", str(files.real("predict_loop", tmp_path))]) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("predict_loop.py:17 <listcomp> calls predict 300 times: ")
    assert captured.err == ""


def test_a_real_loop_under_an_interpreter_that_loses_frames_has_no_calls_and_no_shares(tmp_path, capsys):
    path = files.real("predict_loop_lost", tmp_path)
    assert files.ANSWERS[path.name]["fault"] == "frames_lost"
    assert main(["report", str(path)]) == 0
    text = capsys.readouterr().out
    assert text.startswith("What Keras does here is unknown: frames were lost")
    assert "%" not in text.partition("What to know")[0]
    assert main(["report", str(path), "--format", "json"]) == 0
    (file,) = json.loads(capsys.readouterr().out)["files"]
    assert [one["kind"] for one in file["findings"] if one["spoils_shares"]] == ["frames_lost"]
    for calls in file["calls"]:
        assert [calls[name] for name in ("calls", "seconds", "share", "window_seconds")] == [None] * 4
        assert all(site["calls"] is None and site["seconds"] is None for site in calls["call_sites"])
        assert all(part["share"] is None and part["calls"] is None for part in calls["internals"])


def test_a_log_directory_of_keras_s_callback_is_reported(tmp_path, capsys):
    assert main(["report", str(files.logs(tmp_path))]) == 0
    assert "names no entry point of Keras: the calls are the profiler's own steps" in capsys.readouterr().out


def test_several_sessions_are_listed_in_one_line(tmp_path, capsys):
    logs = files.logs(tmp_path)
    (logs / "train").rename(logs / "a")
    shutil.copytree(logs / "a", logs / "b")
    assert main(["report", str(logs)]) == 2
    line = capsys.readouterr().err
    assert line.count("\n") == 1 and "--session b/2026_01_05_10_15_00" in line
    assert main(["report", str(logs), "--session", "b/2026_01_05_10_15_00"]) == 0


def test_a_run_has_no_sessions(traces, capsys):
    assert main(["report", "latest", "--session", "train"]) == 2
    assert "a run of kprof has no sessions" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"hello", b"i\x07\x00\x00\x00", b"{" * 50])
def test_a_file_of_another_kind_ends_in_one_line(content, tmp_path, capsys):
    path = tmp_path / "x.prof"
    path.write_bytes(content)
    assert main(["report", str(path)]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.count("\n") == 1
    assert str(path) in captured.err and "internal error" not in captured.err
