"""``kprof validate`` without measuring: its plan, its refusals, and its exit codes."""

import json

import pytest

from profiler.cli.main import main
from profiler.launch import proving
from profiler.results.proving import judging
from profiler.results.proving.document import SameTwice, Validation
from tests.results.proving.made_up import evidence


def proven(measured):
    tested = judging.tested(evidence({"data_adapter": (0.4, measured), "dataset_ops": (0.9, 55 / 60)}), None)
    return Validation("e", "tiny/compiled/predict/b32", 0.2, (tested,), SameTwice(1.0, None, "same", 3))


def test_a_dry_run_prints_the_plan(capsys):
    assert main(["validate", "--dry-run", "--internals", "execute,callbacks"]) == 0
    plan = capsys.readouterr().out
    assert "Plan: tiny/compiled/predict/b32, about" in plan
    assert "slows execute, callbacks, one at a time" in plan


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["tinny"], "tiny"),
        (["--internals", "exekute"], "execute"),
        (["--instrument", "wall"], "gives no shares to prove"),
        (["--tf", "2.0.0", "--python", "python"], "leave out --python"),
        (["--batch-size", "1,32"], "--batch-size"),
    ],
)
def test_wrong_arguments_are_one_line_and_exit_2(arguments, told, capsys):
    assert main(["validate", "--dry-run", *arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert told in line


@pytest.mark.parametrize(("measured", "code"), [(0.5, 0), (0.6, 1)])
def test_the_exit_code_says_whether_the_errors_are_within_their_bounds(measured, code, monkeypatch, capsys):
    monkeypatch.setattr(proving, "validate", lambda asked, listener, release: proven(measured))
    assert main(["validate"]) == code
    assert capsys.readouterr().out.startswith("probes: ")


def test_the_json_is_of_its_own_schema(monkeypatch, capsys):
    monkeypatch.setattr(proving, "validate", lambda asked, listener, release: proven(0.5))
    assert main(["validate", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["schema"] == "kprof.validation/1"


def test_a_file_that_cannot_be_written_is_told_before_anything_is_measured(monkeypatch, tmp_path, capsys):
    def never(*_):
        raise AssertionError("it measured")

    monkeypatch.setattr(proving, "validate", never)
    assert main(["validate", "--output", str(tmp_path / "missing" / "file")]) == 2
