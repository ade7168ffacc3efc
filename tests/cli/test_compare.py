"""``kprof compare`` on two runs of known times."""

import json
import shutil

import pytest

from profiler.cli.main import main
from tests import foreign_files as files
from tests import reference
from tests.report.made_run import write

STEADY = (49.9, 50.0, 50.1, 50.05, 49.95)


@pytest.fixture
def traces(tmp_path, monkeypatch):
    """A traces folder with a run before and a slower one after."""
    folder = tmp_path / "traces"
    write(folder / "before", STEADY)
    write(folder / "after", [1.1 * ms for ms in STEADY], created="2026-11-25T10:00:00+00:00")
    monkeypatch.setenv("KPROF_TRACES", str(folder))
    return folder


def test_a_slowdown_is_the_first_line(traces, capsys):
    assert main(["compare", "before", "latest"]) == 0
    captured = capsys.readouterr()
    first = captured.out.splitlines()[0]
    assert first.startswith("tiny/compiled/predict/b32: 50.0 ms before, 55.0 ms after: 1.10 times (")
    assert first.endswith(": differs")
    assert captured.err == ""


def test_the_smallest_effect_decides(traces, capsys):
    assert main(["compare", "before", "after", "--smallest-effect", "0.2"]) == 0
    assert capsys.readouterr().out.splitlines()[0].endswith(": same")


def test_json_goes_to_a_file_whole(traces, capsys):
    output = traces.parent / "comparison.json"
    assert main(["compare", "before", "after", "--format", "json", "--output", str(output)]) == 0
    assert capsys.readouterr().out == ""
    found = json.loads(output.read_text())
    assert found["schema"] == "kprof.comparison/1"
    assert found["variants"][0]["verdict"] == "differs"


def test_markdown_is_printed(traces, capsys):
    assert main(["compare", "before", "after", "--format", "markdown"]) == 0
    assert capsys.readouterr().out.startswith("# after against before\n")


@pytest.mark.parametrize(
    "arguments, error",
    [
        (["before", "nowhere"], "kprof: nowhere: no such run"),
        (["before", "after", "--format", "markdwon"], "did you mean markdown?"),
        (["before", "after", "--smallest-effect", "0"], "smallest effect 0: a fraction between 0 and 1"),
        (["before"], "Missing argument"),
        (["before", "after", "--output", "/nowhere/x"], "cannot be written"),
    ],
)
def test_bad_use_is_one_line(arguments, error, traces, capsys):
    assert main(["compare", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
    assert error in captured.err


def test_two_profiles_are_compared_without_a_verdict(tmp_path, capsys):
    paths = [str(files.write(files.simple(s), tmp_path / f"{s}.prof")) for s in (2.0, 4.0)]
    assert main(["compare", *paths]) == 0
    out = capsys.readouterr().out
    assert "+25.0" in out and "no verdict" in out
    assert main(["compare", *paths, "--smallest-effect", "0.1"]) == 2


def test_a_profile_and_a_run_are_compared(tmp_path, capsys):
    assert main(["compare", str(files.real("predict_loop", tmp_path)), str(reference.CURRENT)]) == 0
    assert "no verdict" in capsys.readouterr().out


def test_a_profile_that_lost_frames_is_refused_in_one_line(tmp_path, capsys):
    path = files.write(files.simple(), tmp_path / "app.prof")
    assert main(["compare", str(path), str(files.LOST)]) == 2
    line = capsys.readouterr().err
    assert line.count("\n") == 1 and "no share can be taken from it: frames were lost" in line


def test_sessions_of_a_log_directory_are_chosen_for_each_side(tmp_path, capsys):
    """It was told to choose with --session, and compare had none."""
    logs = files.logs(tmp_path)
    (first,) = logs.glob("train/plugins/profile/*")
    shutil.copytree(first, first.with_name("2026_02_02_00_00_00"))
    sides = f"train/{first.name},train/2026_02_02_00_00_00"
    assert main(["compare", str(logs), str(logs)]) == 2
    assert "holds 2 sessions" in capsys.readouterr().err
    assert main(["compare", str(logs), str(logs), "--session", sides]) == 0
    assert "6 calls) before" in capsys.readouterr().out
    assert main(["compare", str(logs), str(logs), "--session", f"{sides},x"]) == 2
    assert "more sessions than there are log directories" in capsys.readouterr().err
