"""Runs what documents rest on and CI is too short for, and keeps what it printed where documents read it.

Each entry of evidence.toml is a command. Its output goes to docs/evidence/NAME.txt, below the command, the
machine and the day, and into the block below `<!-- evidence: NAME -->` of a document that shows it. A command
that fails leaves the old output as it is, and what it printed is shown.

    python benchmarks/evidence.py [NAME ...]    all, or those named
    python benchmarks/evidence.py --list        what there is, and how long it takes
"""

from __future__ import annotations

import argparse
import datetime
import os
import re
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from profiler.collect import machine
from profiler.tables import declared

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "evidence"
FIGURE = re.compile(r"^(?:figure|ratio) (\S+) .*$", re.MULTILINE)
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))


@dataclass(frozen=True)
class Piece:
    """One piece of evidence: the command that gives it, its variables, and how long it takes."""

    name: str
    command: str
    minutes: float
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """The file that holds what it printed."""
        return FOLDER / f"{self.name}.txt"


def pieces() -> tuple[Piece, ...]:
    """Return every piece of evidence, in the order in which they run."""
    table = declared.read(Path(__file__).with_suffix(".toml"))
    return tuple(Piece(name, **entry) for name, entry in table.items())


def heading(piece: Piece, day: datetime.date) -> str:
    """Return the lines that say how, where and when a piece was had."""
    command = piece.command.format(python=".venv/bin/python", kprof=".venv/bin/kprof")
    given = "".join(f"{name}={value} " for name, value in piece.variables.items())
    cores = os.cpu_count()
    return f"# {given}{command}\n# {cores} cores, {machine.cpu()}, {day:%-d %B %Y}\n"


def run(piece: Piece) -> bool:
    """Run a piece's command and keep what it printed; return whether it succeeded."""
    begin = time.monotonic()
    print(f"{piece.name}: about {piece.minutes:g} min", file=sys.stderr)
    words = [
        word.format(python=sys.executable, kprof=str(Path(sys.executable).with_name("kprof")))
        for word in shlex.split(piece.command)
    ]
    done = subprocess.run(
        words,
        cwd=ROOT,
        env={**os.environ, **piece.variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - begin
    if done.returncode != 0:
        print(done.stdout, end="", file=sys.stderr)
        print(f"{piece.name}: exit code {done.returncode} after {seconds:.0f} s", file=sys.stderr)
        return False
    printed = without_place(done.stdout)
    FOLDER.mkdir(exist_ok=True)
    piece.path.write_text(heading(piece, datetime.date.today()) + printed)
    for document in DOCUMENTS:
        document.write_text(shown(document.read_text(), piece.name, printed))
    print(f"{piece.name}: kept after {seconds:.0f} s", file=sys.stderr)
    return True


def without_place(output: str) -> str:
    """Return what was printed, with paths of the checkout relative to it: where it lies says nothing."""
    return output.replace(f"{ROOT}{os.sep}", "")


def shown(document: str, name: str, output: str) -> str:
    """Return a document that shows a piece of evidence, renewed by this output.

    A document shows all of it, between ``<!-- output: NAME -->`` and ``<!-- end of output -->``, or some
    lines ``figure NAME VALUE UNIT`` or ``ratio NAME VALUE`` in the block below ``<!-- evidence: NAME -->``;
    each of those is replaced by the output's line of its name.
    """
    whole = re.compile(
        rf"(<!-- output: {re.escape(name)} -->\n).*?(?=<!-- end of output -->$)", re.DOTALL | re.MULTILINE
    )
    document = whole.sub(lambda found: f"{found[1]}{output.rstrip()}\n\n", document)
    block = re.compile(
        rf"(<!-- evidence: {re.escape(name)} -->\n```\n)(.*?)(?=^```$)", re.DOTALL | re.MULTILINE
    )
    known = {found[1]: found[0] for found in FIGURE.finditer(output)}

    def renewed(found: re.Match[str]) -> str:
        return found[1] + FIGURE.sub(lambda line: known.get(line[1], line[0]), found[2])

    return block.sub(renewed, document)


def main() -> int:
    """Run the pieces that were named, or list them; return 1 where one failed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", metavar="NAME", nargs="*", help="which; all where none is named")
    parser.add_argument("--list", action="store_true", help="say what there is")
    options = parser.parse_args()
    known = {piece.name: piece for piece in pieces()}
    unknown = [name for name in options.names if name not in known]
    if unknown:
        parser.error(f"no evidence is called {unknown[0]}: choose from {', '.join(known)}")
    if options.list:
        for piece in known.values():
            print(f"{piece.name:<14} {piece.minutes:3g} min  {piece.command}")
        return 0
    chosen = [known[name] for name in options.names or known]
    kept = [run(piece) for piece in chosen]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
