"""Every command in a document parses, every link leads somewhere."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

import profiler
from benchmarks.evidence import pieces, shown, without_place
from profiler.cli.main import COMMANDS, kprof, main
from profiler.plan.request import OPTIONS, Request
from tests import reference

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = (
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "traces/README.md")),
    *sorted((ROOT / "docs").glob("*.md")),
)
SUBCOMMANDS = {name: kprof.get_command(click.Context(kprof), name) for name in COMMANDS}
PROGRAMS = ("make", "kprof", ".venv/bin/kprof")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def steps(workflow: str) -> list[str]:
    """Return the commands of kprof that a workflow runs."""
    return re.findall(r"^ +- run: (kprof .*)$", workflow, flags=re.MULTILINE)


def commands() -> list[list[str]]:
    """Return each command of the documents and of the help's examples, as words."""
    found = []
    for document in DOCUMENTS:
        text = document.read_text()
        lines = [line for block in blocks(text, "sh") for line in block.splitlines()]
        found += [shlex.split(line, comments=True) for line in lines]
        found += [shlex.split(line) for block in blocks(text, "yaml") for line in steps(block)]
        spans = re.findall(r"`([^`\n]+)`", text)
        found += [shlex.split(span) for span in spans if re.match(r"make [a-z]|kprof [a-z]+ [a-z]", span)]
    for command in SUBCOMMANDS.values():
        for line in (command.epilog or "").splitlines():
            if line.startswith("  kprof "):
                found.append(shlex.split(re.split(r"  +", line.strip())[0].partition(" |")[0]))
    return [words for words in found if words]


@pytest.mark.long
@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_a_command_in_a_document_is_one_that_works(words):
    if words[0] == ".venv/bin/python":
        done = subprocess.run([sys.executable, ROOT / words[1], "--help"], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        return
    assert words[0] in PROGRAMS
    if words[0] == "make":
        targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
        assert words[1] in targets
        assert all(re.match(r"(PYTHON|ARGS)=", word) for word in words[2:])
        return
    context = click.Context(kprof, info_name="kprof")
    name, command, rest = kprof.resolve_command(context, words[1:])
    assert command is not None
    parameters = command.make_context(name, rest, parent=context).params
    if name == "run":
        Request(**{field: parameters[field] for field in ("workloads", *OPTIONS)})


def test_the_documents_hold_commands():
    assert len(commands()) > 15


def test_the_first_two_commands_are_those_of_a_newcomer():
    first = blocks((ROOT / "README.md").read_text(), "sh")[0]
    assert [line.split("#")[0].split() for line in first.splitlines()] == [
        ["make", "profile"],
        ["make", "test"],
    ]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_files_that_are_there(document):
    for target in re.findall(r"\]\(([^)#]+)\)", document.read_text()):
        assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_python_in_a_document_uses_names_that_exist(document):
    for block in blocks(document.read_text(), "python"):
        compile(block, document.name, "exec")
        for name in re.findall(r"profiler\.(\w+)\(", block):
            assert callable(getattr(profiler, name))


def test_the_workflow_in_a_document_runs_and_judges():
    (workflow,) = blocks((ROOT / "docs" / "gates.md").read_text(), "yaml")
    assert [shlex.split(line)[1] for line in steps(workflow)] == ["run", "report"]
    indents = [len(line) - len(line.lstrip()) for line in workflow.splitlines()]
    assert all(indent % 2 == 0 for indent in indents) and "\t" not in workflow


def test_the_page_in_the_document_of_gates_is_what_kprof_prints(capsys):
    text = (ROOT / "docs" / "gates.md").read_text()
    (command,) = re.findall(r"^`(kprof report latest --fail-if .*)` prints:$", text, flags=re.MULTILINE)
    (printed,) = blocks(text, "text")
    words = [str(reference.SPANS) if word == "latest" else word for word in shlex.split(command)]
    assert main(words[1:]) == 1
    assert capsys.readouterr().out == printed


def test_options_that_a_document_names_exist():
    known = {option for command in SUBCOMMANDS.values() for p in command.params for option in p.opts}
    for document in DOCUMENTS:
        for option in re.findall(r"`(--[a-z-]+)", document.read_text()):
            assert option in known | {"--help", "--version"}, option


def test_the_printed_output_in_the_readme_is_marked():
    text = (ROOT / "README.md").read_text()
    assert text.index("<!-- output: make profile -->") < text.index("<!-- end of output -->")


def test_every_subcommand_is_named_in_the_readme():
    text = (ROOT / "README.md").read_text()
    for name in SUBCOMMANDS:
        assert f"kprof {name}" in text


def test_the_worker_s_outputs_are_ignored_by_git():
    git = subprocess.run(
        ["git", "check-ignore", "traces/20260101-000000-x/run.json", ".venv/bin/python"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert git.returncode == 0, git.stderr
    assert len(git.stdout.splitlines()) == 2


def evidence() -> list[tuple[Path, str, str]]:
    """Return each block of evidence in the documents: the document, the evidence's name, the block."""
    shown = r"<!-- evidence: (\w+) -->\n```\n(.*?)^```$"
    return [
        (document, name, block)
        for document in DOCUMENTS
        for name, block in re.findall(shown, document.read_text(), flags=re.MULTILINE | re.DOTALL)
    ]


@pytest.mark.parametrize(("document", "name", "block"), evidence(), ids=lambda value: str(value)[-20:])
def test_a_figure_in_a_document_is_one_that_its_command_printed(document, name, block):
    printed = (ROOT / "docs" / "evidence" / f"{name}.txt").read_text().splitlines()
    assert [line for line in block.splitlines() if line not in printed] == []


def test_every_piece_of_evidence_says_how_where_and_when_it_was_had():
    known = {piece.name for piece in pieces()}
    for path in sorted((ROOT / "docs" / "evidence").glob("*.txt")):
        assert path.stem in known
        command, place, *rest = path.read_text().splitlines()
        assert command.startswith("# ") and re.fullmatch(r"# \d+ cores, .+, \d+ \w+ \d{4}", place)
        assert rest


def test_evidence_renews_the_lines_and_the_whole_blocks_that_documents_show():
    document = (
        "a\n<!-- evidence: one -->\n```\nfigure x 1 ms\n```\n"
        "<!-- output: one -->\nold\nlines\n<!-- end of output -->\nz\n"
    )
    assert shown(document, "one", "figure x 2 ms\nfigure y 3 ms\n") == (
        "a\n<!-- evidence: one -->\n```\nfigure x 2 ms\n```\n"
        "<!-- output: one -->\nfigure x 2 ms\nfigure y 3 ms\n\n<!-- end of output -->\nz\n"
    )
    assert shown(document, "two", "figure x 9 ms\n") == document


def test_evidence_names_files_from_the_checkout_on():
    assert without_place(f"{ROOT}/tests/a.py:1: warning\n") == "tests/a.py:1: warning\n"
    for piece in (ROOT / "docs" / "evidence").glob("*.txt"):
        assert str(ROOT) not in piece.read_text(), piece.name
