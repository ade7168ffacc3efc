"""``kprof run``: what the command line makes of its words."""

import sys

import pytest

from profiler.cli.main import main
from tests.launch.conftest import worker  # noqa: F401
from tests.report.made_run import SLUG


def test_a_release_that_cannot_be_is_refused_before_anything_is_planned(capsys):
    """`--tf 9.9 --dry-run` planned the installed TensorFlow and exited with 0."""
    assert main(["run", "tiny", "--tf", "9.9", "--dry-run"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "TensorFlow 9.9: kprof measures releases of TensorFlow 2" in captured.err


def test_a_dry_run_says_that_a_release_is_not_in_the_table(capsys):
    assert main(["run", "tiny", "--tf", "2.99.0", "--dry-run"]) == 0
    assert "2.99.0 is not in kprof's table: the package index will be asked for it" in capsys.readouterr().out


@pytest.mark.parametrize("other", [["--python", "python3"], ["--resume", "latest"]])
def test_a_release_and_another_interpreter_are_one_too_many(other, capsys):
    assert main(["run", "--tf", "2.15.1", *other]) == 2
    assert "leave out --python and --resume" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ["tiny", "--against", "nothing"],
            "--against nothing: is no interpreter, release, git revision or model",
        ),
        (["tiny", "--against", "git:main"], "--against git:main: only a model that code makes has revisions"),
        (["tiny", "--against", "tf:1.15"], "TensorFlow 1.15: kprof measures releases of TensorFlow 2"),
        (
            ["tiny", "--against", "python3", "--instrument", "probes"],
            "compares times, which no instrument here",
        ),
        (["tiny", "--fail-if", "slower > 5%"], "--fail-if: needs a base; name one with --against"),
        (["--resume", "latest", "--fail-if", "ms > 5"], "--fail-if: is not of a run that is resumed"),
        (["tiny", "--against", "python3", "--confirm", "1"], "--confirm 1: there is no gate"),
        (["tiny", "--against", "python3", "--fail-if", "slwer > 5%"], "did you mean slower?"),
        (
            ["tiny", "--against", "python3", "--fail-if", "grows", "--cannot-tell", "extnd"],
            "did you mean extend?",
        ),
    ],
)
def test_a_base_or_a_gate_that_cannot_be_is_one_line(words, says, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert main(["run", *words, "--out", str(tmp_path)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert says in captured.err
    assert len(captured.err.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_the_plan_of_two_sides_is_that_of_each(capsys):
    assert main(["run", "tiny", "--against", "tf:2.15.1", "--fail-if", "slower > 5%", "--dry-run"]) == 0
    assert capsys.readouterr().out.startswith("2 sides in turn, this and the base (tf:2.15.1), about ")


def test_a_gate_on_two_sides_decides_the_exit_code(capsys, worker, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.setenv("KPROF_TRACES", str(tmp_path))
    worker.factors = {SLUG: 1.5}
    command = ["run", "tiny", "--against", f"python:{sys.executable}", "--instrument", "wall"]
    code = main(
        [*command, "--fail-if", "slower > 5%", "--confirm", "1", "--junit", str(tmp_path / "gate.xml")]
    )
    captured = capsys.readouterr()
    assert code == 1
    assert captured.out.startswith("gate fails: 5 fail (exit code 1)")
    assert "measured before: " in captured.err
    assert len(list(tmp_path.glob("*/report.json"))) == 2
    assert "failures=" in (tmp_path / "gate.xml").read_text()
    worker.factors = {SLUG: 1.0}
    assert main([*command, "--fail-if", "slower > 5%"]) == 0
