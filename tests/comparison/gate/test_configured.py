"""Thresholds of a project's file, and what takes their place."""

import re
from pathlib import Path

import pytest

from profiler.comparison.gate import configured
from profiler.comparison.gate.configured import Thresholds
from profiler.protocol.errors import OptionError, UsageError

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "gates.md"
TABLE = '[tool.kprof]\nfail-if = ["slower > 5%", "grows"]\ncannot-tell = "pass"\n'


def project(folder, text=TABLE):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(text)
    return folder


def test_the_nearest_file_that_has_the_table_is_taken(tmp_path):
    project(tmp_path)
    project(tmp_path / "a", '[project]\nname = "x"\n[tool.ruff]\nline-length = 110\n')
    (tmp_path / "a" / "b").mkdir()
    assert configured.find(tmp_path / "a" / "b") == Thresholds(("slower > 5%", "grows"), "pass")
    nearer = project(tmp_path / "a" / "b", '[tool.kprof]\nfail-if = ["ms > 20"]\n')
    assert configured.find(nearer) == Thresholds(("ms > 20",), None)


def test_what_is_given_takes_the_place_of_what_the_file_says(tmp_path):
    folder = project(tmp_path)
    assert configured.chosen((), None, True, folder) == Thresholds(("slower > 5%", "grows"), "pass")
    assert configured.chosen(("ms > 20",), None, True, folder) == Thresholds(("ms > 20",), "pass")
    assert configured.chosen((), "fail", True, folder) == Thresholds(("slower > 5%", "grows"), "fail")


def test_a_file_that_is_not_asked_is_not_read(tmp_path):
    folder = project(tmp_path, "this is no TOML")
    assert configured.chosen(("ms > 20",), "fail", False, folder) == Thresholds(("ms > 20",), "fail")
    assert configured.chosen((), None, False, folder) == Thresholds(())
    with pytest.raises(UsageError, match=r"pyproject\.toml: cannot be read"):
        configured.chosen((), None, True, folder)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            '[tool.kprof]\nfail-iff = ["grows"]\n',
            "[tool.kprof]: unknown key 'fail-iff': did you mean fail-if?",
        ),
        ("[tool.kprof]\n", "fail-if: a list of expressions is needed"),
        (
            '[tool.kprof]\nfail-if = "grows"\n',
            'fail-if: a list of expressions is needed, like ["slower > 5%"]',
        ),
        ("[tool.kprof]\nfail-if = []\n", "fail-if: a list of expressions is needed"),
        ("[tool.kprof]\nfail-if = [5]\n", "fail-if: a list of expressions is needed"),
        ('[tool.kprof]\nfail-if = ["grows"]\ncannot-tell = true\n', "cannot-tell: one of pass, fail, extend"),
        (
            '[tool.kprof]\nfail-if = ["grows"]\ncannot-tell = "psas"\n',
            "cannot-tell: one of pass, fail, extend",
        ),
        ('[tool.kprof]\nfail-if = ["slwer > 5%"]\n', "fail-if: slwer > 5%: column 1: unknown name 'slwer'"),
        ("[tool]\nkprof = 5\n", "tool.kprof is no table"),
    ],
)
def test_what_the_file_may_not_hold_is_one_line_with_the_file_and_the_key(text, says, tmp_path):
    folder = project(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        configured.find(folder)
    line = str(caught.value)
    assert says in line and line.startswith(str(folder / "pyproject.toml")) and "\n" not in line


def test_without_a_table_anywhere_the_line_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(configured, "FILE", "no-such-file.toml")
    with pytest.raises(UsageError, match="lies there or above; add one with fail-if"):
        configured.find(tmp_path)


def test_extend_of_the_file_leaves_open_what_cannot_be_measured_again(tmp_path):
    folder = project(tmp_path, '[tool.kprof]\nfail-if = ["grows"]\ncannot-tell = "extend"\n')
    assert configured.find(folder) == Thresholds(("grows",), None)


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        ("extend", "would measure longer, and nothing is measured here"),
        ("psas", "is unknown: did you mean pass"),
    ],
)
def test_a_policy_that_cannot_be_is_refused(policy, says):
    with pytest.raises(OptionError, match=says):
        configured.chosen(("grows",), policy, False, Path())


def test_a_policy_without_a_gate_is_refused():
    with pytest.raises(OptionError, match="there is no gate"):
        configured.chosen((), "pass", False, Path())


def test_the_tables_of_the_document_are_taken(tmp_path):
    tables = re.findall(r"^```toml\n(.*?)^```$", DOCUMENT.read_text(), flags=re.MULTILINE | re.DOTALL)
    assert len(tables) == 2
    for number, text in enumerate(tables):
        assert configured.find(project(tmp_path / str(number), text)).fail_if
