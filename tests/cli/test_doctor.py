"""``kprof doctor`` where nothing can be measured: what it prints and how it exits."""

import importlib.metadata
import json
import sys

import pytest

from profiler.cli.main import main


@pytest.fixture(autouse=True)
def without_plugin(monkeypatch):
    """Take TensorBoard's plugin away: starting it takes seconds."""
    version = importlib.metadata.version

    def found(package):
        if package == "tensorboard-plugin-profile":
            raise importlib.metadata.PackageNotFoundError(package)
        return version(package)

    monkeypatch.setattr(importlib.metadata, "version", found)


@pytest.fixture
def no_python(tmp_path):
    """Options that name an interpreter that is not there, and a fresh folder for traces."""
    return ["--python", str(tmp_path / "python"), "--out", str(tmp_path / "traces")]


def test_a_failure_is_a_line_with_its_remedy_and_exit_1(no_python, tmp_path, capsys):
    assert main(["doctor", *no_python]) == 1
    shown = capsys.readouterr()
    (failed,) = [line for line in shown.out.splitlines() if line.startswith("fail")]
    assert "warn  profiler plugin: not installed" in shown.out
    assert failed.startswith("fail  interpreter: ")
    assert " -> " in failed
    assert {line[:4].strip() for line in shown.out.splitlines()} <= {"ok", "warn", "fail"}
    assert shown.err == ""
    assert not (tmp_path / "traces").exists()


def test_as_json_it_holds_the_same_checks(no_python, capsys):
    assert main(["doctor", *no_python, "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "kprof.doctor/1"
    assert all(set(check) == {"name", "status", "found", "remedy"} for check in document["checks"])
    assert [c["name"] for c in document["checks"] if c["status"] == "fail"] == ["interpreter"]
    assert all((check["remedy"] is None) == (check["status"] == "ok") for check in document["checks"])


@pytest.mark.parametrize("terminal", [True, False])
def test_only_a_terminal_is_told_what_takes_time(terminal, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
    assert main(["doctor", "--python", "/usr/bin/env", "--out", str(tmp_path)]) == 1
    assert ("preparing /usr/bin/env" in capsys.readouterr().err) == terminal


def test_an_unknown_format_is_refused_with_the_known_ones(capsys):
    assert main(["doctor", "--format", "jsn"]) == 2
    assert "json" in capsys.readouterr().err
