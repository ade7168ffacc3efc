"""The options of commands that judge by conditions, and what they write beside the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..protocol.errors import OptionError
from .output import deliver, require_writable

if TYPE_CHECKING:
    from ..comparison.gate.document import Gate
    from ..comparison.gate.steered import Steered
    from ..report.blocks import Page

F = TypeVar("F", bound=Callable[..., Any])

_EXPRESSIONS = (
    click.option(
        "--fail-if",
        multiple=True,
        metavar="EXPR",
        help="Fail where this holds, like 'slower > 5%', and print that alone. Give it again for more.",
    ),
    click.option(
        "--gate",
        "from_file",
        is_flag=True,
        help="Judge by what [tool.kprof] says in the pyproject.toml found from here upwards.",
    ),
)
_POLICY = (
    click.option(
        "--cannot-tell",
        metavar="pass|fail",
        help="What an open verdict counts as. [default: neither, exit code 4]",
    ),
)
_POLICIES_OF_MEASURING = (
    click.option(
        "--cannot-tell",
        metavar="pass|fail|extend",
        help="What an open verdict counts as; extend: measure longer first, with up to four times the "
        "processes. [default: neither, exit code 4]",
    ),
    click.option(
        "--confirm",
        type=click.IntRange(0),
        default=0,
        metavar="N",
        help="Fail only where it does again in N more runs of fresh processes.",
    ),
)
_FILES = (
    click.option("--junit", metavar="FILE", help="Write the gate there too, as a test report."),
    click.option(
        "--github-summary",
        is_flag=True,
        help="Append the page to the summary of a GitHub Actions job.",
    ),
    click.option(
        "--bencher", metavar="FILE", help="Write times and counts there, with intervals, for Bencher."
    ),
)

NAMES = ("fail_if", "from_file", "cannot_tell", "confirm", "junit", "github_summary", "bencher")
"""The parameters that `options_of_measuring` adds."""


def options(command: F) -> F:
    """Add the options of a gate; `read` takes them."""
    return _with(command, *_EXPRESSIONS, *_POLICY, *_FILES)


def options_of_measuring(command: F) -> F:
    """Add the options of a gate that can have more measured; `read_of_measuring` takes them."""
    return _with(command, *_EXPRESSIONS, *_POLICIES_OF_MEASURING, *_FILES)


def _with(command: F, *added: Callable[[F], F]) -> F:
    for option in reversed(added):
        command = option(command)
    return command


@dataclass(frozen=True)
class Wanted:
    """What was asked for: the expressions, what an open verdict counts as, and where to write.

    ``instruments``: those whose captures the page needs to be attributed; None: all.
    """

    fail_if: tuple[str, ...]
    cannot_tell: str | None
    junit: str | None
    github_summary: bool
    bencher: str | None
    instruments: frozenset[str] | None

    def write(self, page: Page, gate: Gate | None, metrics: Callable[[], str]) -> None:
        """Write all that is wanted beside the page.

        Args:
            page: what is printed.
            gate: what was judged; None where nothing was.
            metrics: gives what was measured, for Bencher.

        Raises:
            UsageError: a file cannot be written.
        """
        if self.junit is not None and gate is not None:
            from ..report.gates import junit

            deliver([junit.draw(gate)], self.junit)
        if self.bencher is not None:
            deliver([metrics()], self.bencher)
        if self.github_summary:
            from ..report.gates import github

            github.append(page)


def read(
    fail_if: tuple[str, ...],
    from_file: bool,
    cannot_tell: str | None,
    junit: str | None,
    github_summary: bool,
    bencher: str | None,
    measures: bool = False,
) -> Wanted:
    """Return what the options ask for, checked before anything is read or measured.

    Raises:
        UsageError: an expression that is none, a project's file that cannot be used, or no place to write to.
    """
    from ..comparison.gate import asking, configured
    from ..report.gates import github

    thresholds = configured.chosen(fail_if, cannot_tell, from_file, Path.cwd(), measures)
    asked = [asking.question(text) for text in thresholds.fail_if]
    if junit is not None and not thresholds.fail_if:
        raise OptionError("junit", junit, "there is no gate", "name one with --fail-if or --gate")
    if github_summary:
        github.require_summary()
    for path in (junit, bencher):
        require_writable(path)
    needed = frozenset(name for one in asked for name in one.instruments) if asked else None
    return Wanted(thresholds.fail_if, thresholds.cannot_tell, junit, github_summary, bencher, needed)


def require_none(wanted: Wanted) -> None:
    """Refuse a gate where a file of another profiler is shown.

    Raises:
        OptionError: there is one.
    """
    given = {"fail_if": wanted.fail_if, "bencher": wanted.bencher}
    for name in (name for name, value in given.items() if value):
        what = "needs times of several processes, and a file of another profiler has none"
        raise OptionError(name, None, what, "measure with kprof run")


def of_measuring(
    against: str | None, resume: str | None, confirm: int, **gate: Any
) -> tuple[Wanted, Steered | None]:
    """Return what the options ask for, and the gate that steers the measuring; None where there is none.

    Args:
        against: the base that is measured beside.
        resume: the run that is resumed.
        confirm: how often a gate that fails is measured again.
        gate: the other options, as `read` takes them.

    Raises:
        UsageError: as `read`, or no two sides are measured anew.
    """
    wanted = read(**gate, measures=True)
    if confirm and not wanted.fail_if:
        raise OptionError("confirm", confirm, "there is no gate", "name one with --fail-if or --gate")
    used = [name for name in ("fail_if", "bencher", "github_summary") if getattr(wanted, name)]
    if not used:
        return wanted, None
    later = "judge the run afterwards with kprof report"
    if resume is not None:
        raise OptionError(used[0], None, "is not of a run that is resumed", later)
    if against is None:
        raise OptionError(used[0], None, "needs a base", f"name one with --against, or {later}")
    if not wanted.fail_if:
        return wanted, None
    from ..comparison.gate.steered import Steered

    return wanted, Steered(wanted.fail_if, wanted.cannot_tell, confirm)
