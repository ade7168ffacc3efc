"""Layers of real captures on the command line."""

import json

import pytest

from profiler.cli.main import main
from tests import foreign_files as files
from tests import reference

MEDIUM = str(reference.FOLDER / "layers" / "medium")
BRANCHES = str(reference.FOLDER / "layers" / "branches")


def test_the_layers_with_the_most_time_come_first(capsys):
    assert main(["layers", MEDIUM]) == 0
    out = capsys.readouterr().out
    assert out.index("conv1d") < out.index("lstm") < out.index("4 more: --all") < out.index("(no layer)")
    assert "known" in out
    assert "\x1b" not in out


def test_all_shows_the_small_ones_too(capsys):
    assert main(["layers", MEDIUM, "--all"]) == 0
    out = capsys.readouterr().out
    assert "more: --all" not in out
    assert "dense_3" in out


@pytest.mark.parametrize("format_name", ["markdown", "csv", "json"])
def test_every_format_holds_the_layers(format_name, capsys, tmp_path):
    target = tmp_path / "layers.txt"
    assert main(["layers", BRANCHES, "--format", format_name, "--output", str(target)]) == 0
    assert capsys.readouterr().out == ""
    text = target.read_text()
    assert "encoder/dense_1" in text.replace("\\", "")
    if format_name == "json":
        assert json.loads(text)["schema"] == "kprof.layers/1"


def test_an_older_run_is_guessed(capsys):
    assert main(["layers", str(reference.CURRENT), "--variant", "tiny/uncompiled/predict/b32"]) == 0
    out = capsys.readouterr().out
    assert "guessed" in out
    assert "tiny/uncompiled/predict/b32" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([str(reference.SPANS)], "has no sound tfprofiler capture; measure it under tfprofiler"),
        ([MEDIUM, "--variant", "medium/compiled/predict_on_batch/b3"], "did you mean medium/compiled/pred"),
        ([MEDIUM, "--session", "a"], "a run of kprof has no sessions"),
        ([str(files.DATA / "py3.11.prof")], "keeps callers, not stacks"),
        ([str(reference.CURRENT / "xplane" / "vm.xplane.pb.gz"), "--variant", "a"], "has no variants"),
    ],
)
def test_what_cannot_be_shown_is_one_line(arguments, message, capsys):
    assert main(["layers", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err
    assert len(captured.err.splitlines()) == 1


def test_a_trace_of_another_program_is_taken(capsys):
    assert main(["layers", str(reference.CURRENT / "xplane" / "vm.xplane.pb.gz")]) == 0
    out = capsys.readouterr().out
    assert out.startswith("layers of predict (frames) in ")
    assert "guessed" in out
