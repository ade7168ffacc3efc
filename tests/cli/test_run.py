"""``kprof run``: what the command line makes of its words."""

import pytest

from profiler.cli.main import main


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
