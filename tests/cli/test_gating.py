"""The options of a gate: what `kprof compare` and `kprof report` end with, print and write."""

import json
from xml.etree import ElementTree

import pytest

from profiler.cli.main import main
from tests import foreign_files as files
from tests import reference
from tests.comparison.made_sides import FAST, STEADY, of_two
from tests.report.made_run import COMPILED, write


@pytest.fixture
def traces(tmp_path, monkeypatch):
    """A traces folder with a run before, and one after of predict and of predict_on_batch."""
    folder = tmp_path / "traces"
    write(folder / "before", STEADY)
    of_two(folder / "after", created="2026-11-25T10:00:00+00:00")
    monkeypatch.setenv("KPROF_TRACES", str(folder))
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    monkeypatch.chdir(tmp_path)
    return folder


def ended(capsys, *arguments):
    code = main(list(arguments))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


WAYS = (f"latest:{FAST.id}", f"latest:{COMPILED.id}")


@pytest.mark.parametrize(
    ("arguments", "code", "first"),
    [
        (("compare", *WAYS, "--fail-if", "slower > 5%"), 1, "gate fails: 1 fails (exit code 1)"),
        (("compare", *WAYS[::-1], "--fail-if", "slower > 5%"), 0, "gate passes: 1 passes (exit code 0)"),
        (("compare", "before", "latest", "--fail-if", "slower > 5%"), 4, "gate cannot tell: 1 is open"),
        (("compare", "latest", "latest", "--fail-if", "slower > 5%"), 0, "gate passes: 2 pass"),
        (("report", "latest", "--fail-if", "ms > 20"), 1, "gate fails: 1 fails, 1 passes"),
        (("report", "latest", "--fail-if", "ms > 100", "--fail-if", "ms < 0.1"), 0, "gate passes: 4 pass"),
        (("report", "latest", "--fail-if", "slower > 5%"), 0, "gate passes: 1 passes"),
    ],
)
def test_the_exit_code_is_what_came_out(arguments, code, first, traces, capsys):
    found, out, err = ended(capsys, *arguments)
    assert (found, err) == (code, "") and out.startswith(first)


@pytest.mark.parametrize(("policy", "code"), [("pass", 0), ("fail", 1)])
def test_an_open_verdict_counts_as_was_asked(policy, code, traces, capsys):
    found, out, _ = ended(
        capsys, "compare", "before", "latest", "--fail-if", "slower > 5%", "--cannot-tell", policy
    )
    assert found == code and out.startswith(f"gate cannot tell, which counts as {policy}")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--fail-if", "slwer > 5%"), "slwer > 5%: column 1: unknown name 'slwer': did you mean slower?"),
        (("--fail-if", "slower >"), "slower >: column 9: a number or a word is needed after >"),
        (("--fail-if", ""), "an empty expression: column 1"),
        (("--fail-if", "grows"), "'grows' speaks of nothing in it: what grows was not read"),
        (("--fail-if", "ms > 2", "--cannot-tell", "extend"), "--cannot-tell extend: would measure longer"),
        (("--cannot-tell", "pass"), "--cannot-tell pass: there is no gate; name one with --fail-if"),
        (("--junit", "x.xml"), "--junit x.xml: there is no gate"),
        (("--gate",), "no pyproject.toml with a [tool.kprof] lies there or above"),
        (("--github-summary",), "$GITHUB_STEP_SUMMARY: is not set"),
        (("--fail-if", "ms > 2", "--junit", "nowhere/x.xml"), "nowhere/x.xml: cannot be written"),
        (("--bencher", "nowhere/x.json"), "nowhere/x.json: cannot be written"),
    ],
)
@pytest.mark.parametrize("command", [("report", "latest"), ("compare", "before", "latest")])
def test_bad_use_is_one_line_and_prints_nothing(command, arguments, says, traces, capsys, monkeypatch):
    monkeypatch.setattr("profiler.comparison.gate.configured.FILE", "pyproject.of-this-test.toml")
    says = says.replace("pyproject.toml", "pyproject.of-this-test.toml")
    code, out, err = ended(capsys, *command, *arguments)
    assert (code, out) == (2, "") and len(err.splitlines()) == 1
    assert err.startswith("kprof: ") and says in err


def test_a_typo_is_told_before_a_run_is_looked_for(traces, capsys):
    assert "did you mean slower" in ended(capsys, "report", "nowhere", "--fail-if", "slwer")[2]


def test_thresholds_of_the_project_judge_where_they_are_asked_for(traces, capsys):
    (traces.parent / "pyproject.toml").write_text(
        '[tool.kprof]\nfail-if = ["ms > 20"]\ncannot-tell = "pass"\n'
    )
    assert ended(capsys, "report", "latest")[0] == 0
    assert ended(capsys, "report", "latest", "--gate")[0] == 1
    assert ended(capsys, "report", "latest", "--gate", "--fail-if", "ms > 100")[0] == 0
    assert ended(capsys, "compare", "before", "latest", "--gate", "--fail-if", "slower > 5%")[0] == 0


@pytest.mark.parametrize("name", ["json", "markdown", "csv", "terminal"])
def test_the_gate_is_written_in_every_format_and_to_a_file(name, traces, capsys):
    code, out, _ = ended(
        capsys, "report", "latest", "--fail-if", "ms > 20", "--format", name, "--output", "gate.txt"
    )
    text = (traces.parent / "gate.txt").read_text()
    assert (code, out) == (1, "") and COMPILED.id in text
    if name == "json":
        found = json.loads(text)
        assert (found["schema"], found["outcome"], found["run"]) == ("kprof.gate/1", "fails", "after")


def test_what_other_tools_read_is_written_beside_the_page(traces, capsys, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(traces.parent / "summary.md"))
    beside = ("--junit", "gate.xml", "--bencher", "gate.json", "--github-summary")
    code, out, _ = ended(capsys, "compare", *WAYS, "--fail-if", "slower > 5%", *beside)
    assert code == 1 and out.startswith("gate fails")
    assert ElementTree.parse(traces.parent / "gate.xml").getroot()[0].get("failures") == "1"
    (metrics,) = json.loads((traces.parent / "gate.json").read_text()).values()
    assert metrics["ratio"]["value"] == pytest.approx(100, rel=0.02)
    assert "gate fails: 1 fails" in (traces.parent / "summary.md").read_text()


def test_times_and_the_page_are_written_without_a_gate_too(traces, capsys, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(traces.parent / "summary.md"))
    code, out, _ = ended(capsys, "report", "latest", "--bencher", "gate.json", "--github-summary")
    assert code == 0 and "How to read" not in out
    assert len(json.loads((traces.parent / "gate.json").read_text())) == 2
    assert (traces.parent / "summary.md").read_text().startswith("# after\n")


@pytest.mark.parametrize("option", [("--fail-if", "ms > 20"), ("--bencher", "x.json")])
def test_a_file_of_another_profiler_has_no_gate(option, tmp_path, capsys, traces):
    paths = [str(files.write(files.simple(s), tmp_path / f"{s}.prof")) for s in (2.0, 4.0)]
    for command in (("report", paths[0]), ("compare", *paths)):
        code, out, err = ended(capsys, *command, *option)
        assert (code, out) == (2, "") and err.startswith(
            f"kprof: {option[0]}: needs times of several processes"
        )


def test_a_run_beside_itself_never_fails(capsys):
    run = str(reference.SPANS)
    code, out, _ = ended(capsys, "compare", run, run, "--fail-if", "ms > 1 or ratio < 2 or slower > 5%")
    assert code == 0 and "nothing can differ, and no gate fails" in out
