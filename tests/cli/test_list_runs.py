"""``kprof list``."""

import json

from profiler.cli.main import main


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


def test_the_list_can_be_read_by_a_program(traces, capsys):
    (run,) = traces.iterdir()
    assert main(["list", "--format", "json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["runs"]
    assert (found["name"], found["path"], found["workloads"]) == (run.name, str(run), ["tiny"])


def test_an_empty_list_is_still_json(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("KPROF_TRACES", str(tmp_path))
    assert main(["list", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["runs"] == []
