"""Judges expressions in three values: a condition is true, false, or open.

An ordering is true only when the whole interval lies past the threshold, and false only when all of it lies
on the other side. ``and`` and ``or`` follow Kleene's rules. What a run does not speak of at all, like an
internal that its release lacks, decides nothing.
"""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...protocol.errors import UsageError
from ...results.document import Interval, Report
from ...statistics import CANNOT_TELL
from ...statistics.verdicts import SAME
from ..runs import RunComparison
from . import subjects
from .asking import Asked, AskedTerm, Every, Question, question
from .document import FAILS, OPEN, PASSES, ConditionResult, Gate, Judgement, Left
from .found import Flag, Found, Measured, Said, Silent
from .quantities import RATIO
from .subjects import ITSELF, Subject

ONLY_BEFORE = "it is in the first run only"
ONLY_AFTER = "it is in the second run only"
COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def judge_report(report: Report, expressions: Sequence[str], cannot_tell: str | None = None) -> Gate:
    """Return what expressions say of a run's variants.

    Args:
        report: what the run says.
        expressions: each is judged by itself.
        cannot_tell: what an open verdict counts as: ``pass``, ``fail``, or None for neither.

    Raises:
        ExpressionError: one is no expression.
        UsageError: one speaks of nothing that the run has.
    """
    asked = [question(text) for text in expressions]
    found = [_judged(one, subjects.of_report(report, one.compared), report.run) for one in asked]
    return _gate(report.run, None, cannot_tell, found)


def judge_comparison(
    comparison: RunComparison, expressions: Sequence[str], cannot_tell: str | None = None
) -> Gate:
    """Return what expressions say of two sides; the arguments and errors are those of `judge_report`."""
    asked = [question(text) for text in expressions]
    both = subjects.of_comparison(comparison)
    found = [_judged(one, both, comparison.after.run) for one in asked]
    left = (
        *(Left(None, name, ONLY_BEFORE) for name in comparison.only_before),
        *(Left(None, name, ONLY_AFTER) for name in comparison.only_after),
    )
    gate = _gate(comparison.after.run, comparison.before.run, cannot_tell, found, left)
    return dataclasses.replace(gate, warnings=tuple(_around(comparison)))


def _around(comparison: RunComparison) -> Iterator[str]:
    """Yield how the environments of both sides differ, which a gate cannot tell from a change of the code."""
    for change in comparison.environments:
        if change.facts:
            yield f"the environments differ: {'; '.join(map(str, change.facts))}"


@dataclass(frozen=True)
class _Judged:
    """One expression on all subjects."""

    judgements: tuple[Judgement, ...]
    left: tuple[Left, ...]


def _gate(
    run: str,
    baseline: str | None,
    cannot_tell: str | None,
    found: Iterable[_Judged],
    left: tuple[Left, ...] = (),
) -> Gate:
    judged = tuple(found)
    return Gate(
        run,
        baseline,
        cannot_tell,
        tuple(one for each in judged for one in each.judgements),
        (*(one for each in judged for one in each.left), *left),
    )


def _judged(asked: Question, every: tuple[Subject, ...], where: str) -> _Judged:
    """Return an expression on all subjects; it must speak of one."""
    judgements, left = [], []
    for subject in every:
        found = _evaluate(asked.term, subject)
        if found.spoken_of:
            judgements.append(_judgement(asked, subject, found))
        else:
            reason = next(one.reason for one in found.results if one.reason)
            left.append(Left(asked.text, subject.name, reason))
    if not judgements:
        why = "; ".join(dict.fromkeys(one.reason for one in left)) or "it compares no two variants"
        raise UsageError(
            f"{asked.text!r} speaks of nothing in it: {why}", where, "measure that, or ask another"
        )
    return _Judged(tuple(judgements), tuple(left))


def _judgement(asked: Question, subject: Subject, found: _Term) -> Judgement:
    outcome = OPEN if found.holds is None else FAILS if found.holds else PASSES
    against = subject.against
    return Judgement(
        expression=asked.text,
        subject=subject.name,
        environment=subject.variant.environment,
        baseline=None if against is None or not asked.compared else against.baseline,
        outcome=PASSES if subject.itself else outcome,
        conditions=found.results,
        note=ITSELF if subject.itself else None,
    )


@dataclass(frozen=True)
class _Term:
    """A term on one subject: whether it holds (None: open), and whether the run speaks of it."""

    holds: bool | None
    spoken_of: bool
    results: tuple[ConditionResult, ...]


def _evaluate(term: AskedTerm, subject: Subject) -> _Term:
    if isinstance(term, Asked):
        result = condition(term, term.named.quantity.read(subject, term.named.arguments))
        return _Term(result.holds, result.spoken_of, (result,))
    parts = [_evaluate(part, subject) for part in term.parts]
    join = _all_of if isinstance(term, Every) else _any_of
    return join(parts, tuple(one for part in parts for one in part.results))


def _all_of(parts: Sequence[_Term], results: tuple[ConditionResult, ...]) -> _Term:
    """Return whether all hold: one that does not decides it, then one that is not spoken of."""
    if any(one.spoken_of and one.holds is False for one in parts):
        return _Term(False, True, results)
    if not all(one.spoken_of for one in parts):
        return _Term(None, False, results)
    return _Term(None if any(one.holds is None for one in parts) else True, True, results)


def _any_of(parts: Sequence[_Term], results: tuple[ConditionResult, ...]) -> _Term:
    """Return whether one holds; what is not spoken of does not count."""
    spoken = [one for one in parts if one.spoken_of]
    if any(one.holds for one in spoken):
        return _Term(True, True, results)
    return _Term(None if any(one.holds is None for one in spoken) else False, bool(spoken), results)


def condition(asked: Asked, found: Found) -> ConditionResult:
    """Return a condition on what its quantity was found to be."""
    if isinstance(found, Silent):
        return ConditionResult(asked.text, None, None, None, asked.named.unit, None, found.reason, False)
    if isinstance(found, Flag):
        told = {True: "yes", False: "no", None: None}[found.holds]
        return ConditionResult(asked.text, found.holds, None, None, "", told, found.reason)
    if isinstance(found, Said):
        return _of_word(asked, found)
    return _of_number(asked, found)


def _of_word(asked: Asked, found: Said) -> ConditionResult:
    """Return a condition on a word; one that stands for not knowing is told from itself alone."""
    same = found.word == asked.word
    holds: bool | None = same if asked.operator == "==" else not same
    if found.word in (None, *found.open_words) and asked.word not in found.open_words:
        holds = None
    return ConditionResult(
        asked.text, holds, None, None, "", found.word, found.reason if holds is None else None
    )


def _of_number(asked: Asked, found: Measured) -> ConditionResult:
    """Return a condition on a number.

    That times differ is true only where the verdict on their ratio says so: ``slower > 5%`` needs it,
    and ``faster < 20%``, which equal times fulfil as well, does not. Where the interval leaves out the drift
    between both sides it shows nothing, wherever it lies.
    """
    if found.value is None or found.interval is None:
        return _result(asked, found, None, found.reason)
    if found.drift is not None:
        return _result(asked, found, None, found.drift)
    holds = _compared(asked.operator or ">", found.interval, asked.threshold or 0.0)
    if holds is None:
        return _result(asked, found, None, "the interval holds the threshold")
    claims = holds and _claims_a_difference(asked)
    if claims and found.verdict == CANNOT_TELL:
        return _result(asked, found, None, f"the verdict is {CANNOT_TELL}")
    if claims and found.verdict == SAME:
        return _result(asked, found, False, f"the verdict is {SAME}: too small a difference to matter")
    return _result(asked, found, holds, None)


def _result(asked: Asked, found: Measured, holds: bool | None, reason: str | None) -> ConditionResult:
    return ConditionResult(asked.text, holds, found.value, found.interval, asked.named.unit, None, reason)


def _compared(sign: str, interval: Interval, threshold: float) -> bool | None:
    """Return whether a whole interval compares so with a threshold; None where a part of it does."""
    low, high = interval
    if sign in ("==", "!="):
        if low < high and low <= threshold <= high:
            return None
        return (low == high == threshold) == (sign == "==")
    ends = {COMPARISONS[sign](low, threshold), COMPARISONS[sign](high, threshold)}
    return ends.pop() if len(ends) == 1 else None


def _claims_a_difference(asked: Asked) -> bool:
    """Return whether a condition on a ratio of times is one that equal times do not fulfil."""
    equal = 1.0 if asked.named.unit == RATIO else 0.0
    return not _compared(asked.operator or ">", (equal, equal), asked.threshold or 0.0)
