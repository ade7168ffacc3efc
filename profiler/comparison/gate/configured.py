"""Thresholds of a project: ``[tool.kprof]`` of the ``pyproject.toml`` found from a folder upwards.

::

    [tool.kprof]
    fail-if = ["slower > 5%", "graphs_traced_per_call > 0"]
    cannot-tell = "pass"
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...protocol.errors import OptionError, UsageError
from ...protocol.options import option
from ...protocol.vocabulary import nearest
from ...tables import declared
from .asking import question
from .document import EXTEND, POLICIES
from .expression import ExpressionError

FILE = "pyproject.toml"
FAIL_IF, CANNOT_TELL = "fail-if", "cannot-tell"
KEYS = (FAIL_IF, CANNOT_TELL)


@dataclass(frozen=True)
class Thresholds:
    """What a gate judges by: the expressions, and what an open verdict counts as (None: neither)."""

    fail_if: tuple[str, ...]
    cannot_tell: str | None = None


def chosen(
    fail_if: tuple[str, ...],
    cannot_tell: str | None,
    from_file: bool,
    folder: Path,
    measures: bool = False,
) -> Thresholds:
    """Return what to judge by: what was given, and else what the project's file says.

    Args:
        fail_if: the expressions that were given.
        cannot_tell: what was given.
        from_file: whether the file is asked at all.
        folder: where it is looked for, and in the folders above.
        measures: whether more can be measured where a verdict is open.

    Raises:
        OptionError: a policy that there is none of, or one without expressions.
        UsageError: the file has no thresholds, or cannot be read.
    """
    given = Thresholds(fail_if, require_policy(cannot_tell, measures))
    if from_file:
        held = find(folder, measures)
        given = Thresholds(fail_if or held.fail_if, given.cannot_tell or held.cannot_tell)
    if cannot_tell is not None and not given.fail_if:
        raise OptionError(
            "cannot_tell", cannot_tell, "there is no gate", f"name one with {option('fail_if')}"
        )
    return given


def require_policy(cannot_tell: str | None, measures: bool = False) -> str | None:
    """Return what an open verdict counts as, where more can be measured or not.

    Raises:
        OptionError: it cannot count as that, or only measuring longer could tell.
    """
    known = (*POLICIES, EXTEND) if measures else POLICIES
    if cannot_tell == EXTEND and not measures:
        what = "would measure longer, and nothing is measured here"
        raise OptionError("cannot_tell", EXTEND, what, f"choose {' or '.join(POLICIES)}")
    if cannot_tell is not None and cannot_tell not in known:
        raise OptionError("cannot_tell", cannot_tell, f"is unknown: {nearest(cannot_tell, known)}")
    return cannot_tell


def find(folder: Path, measures: bool = False) -> Thresholds:
    """Return the thresholds of the nearest file that has a table of kprof.

    Where nothing more can be measured, ``extend`` leaves an open verdict open.

    Raises:
        UsageError: there is none, it cannot be read, or it holds what it may not.
    """
    for parent in (folder, *folder.parents):
        path = parent / FILE
        if not path.is_file():
            continue
        table = _table(path)
        if table is not None:
            held = _thresholds(path, table)
            open_here = held.cannot_tell == EXTEND and not measures
            return Thresholds(held.fail_if, None) if open_here else held
    what = f"no {FILE} with a [tool.kprof] lies there or above"
    raise UsageError(what, folder, f"add one with {FAIL_IF}, or use {option('fail_if')}")


def _table(path: Path) -> dict[str, Any] | None:
    try:
        tool = declared.read(path).get("tool", {})
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise UsageError(f"cannot be read: {reason}", path) from error
    table = tool.get("kprof") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise UsageError("tool.kprof is no table", path)
    return table


def _thresholds(path: Path, table: dict[str, Any]) -> Thresholds:
    where = f"{path}: [tool.kprof]"
    for key in table:
        if key not in KEYS:
            raise UsageError(f"unknown key {key!r}: {nearest(key, KEYS)}", where)
    expressions = table.get(FAIL_IF)
    if (
        not isinstance(expressions, list)
        or not expressions
        or not all(isinstance(e, str) for e in expressions)
    ):
        raise UsageError(f'{FAIL_IF}: a list of expressions is needed, like ["slower > 5%"]', where)
    policy = table.get(CANNOT_TELL)
    if policy is not None and policy not in (*POLICIES, EXTEND):
        raise UsageError(f"{CANNOT_TELL}: one of {', '.join((*POLICIES, EXTEND))} is needed", where)
    for text in expressions:
        try:
            question(text)
        except ExpressionError as error:
            raise UsageError(f"{FAIL_IF}: {error}", where) from error
    return Thresholds(tuple(expressions), policy)
