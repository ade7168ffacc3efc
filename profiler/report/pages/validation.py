"""The page of a proof: what each instrument said of internals that were slowed on purpose."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...protocol.vocabulary import counted
from ...results.proving.document import BEYOND, OPEN, WITHIN, Check, Tested, Validation
from .. import numbers
from ..blocks import Block, Column, Lines, Records, Table, Title, table
from ..numbers import MISSING

WORDS = {WITHIN: "within", BEYOND: "beyond", OPEN: "cannot tell"}


@dataclass(frozen=True)
class ValidationPage:
    """A proof in one environment."""

    validation: Validation

    @property
    def title(self) -> str:
        """The heading: what was called, and where."""
        return f"The instruments on {self.validation.variant}, {self.validation.environment}"

    def blocks(self) -> Iterator[Block]:
        """Yield a line for each instrument, then what it said of each internal, then the leans."""
        found = self.validation
        yield Lines(tuple(map(_summary, found.instruments)), "finding")
        yield Lines((_same_twice(found), *_astray(found)), "text")
        for tested in found.instruments:
            if tested.checks:
                title = f"Internals slowed by {found.fraction:.0%} of a call, under {tested.instrument}"
                yield Title(title, f"shares; errors in points, at most {_points(tested.bound)} are allowed")
                yield _checks(tested)
                yield Lines(tuple(_notes(tested)))
        if any(tested.leans for tested in found.instruments):
            yield Title("How each instrument leans", "its shares minus those of probes, in points")
            yield _leans(found)

    def document(self) -> dict[str, Any]:
        """Return the proof as a JSON object."""
        return self.validation.to_json()

    def records(self) -> Records:
        """Return a row for each instrument, internal that was slowed, and share that was predicted."""
        names = tuple(field.name for field in dataclasses.fields(Check) if field.name != "interval")
        header = ("instrument", *names, "error_low", "error_high")
        rows = (
            (tested.instrument, *(getattr(check, name) for name in names), *(check.interval or (None, None)))
            for tested in self.validation.instruments
            for check in tested.checks
        )
        return Records(header, rows)


def page(validation: Validation) -> ValidationPage:
    """Return the page of a proof."""
    return ValidationPage(validation)


def _points(fraction: float | None, signed: bool = False) -> str:
    if fraction is None:
        return MISSING
    return f"{fraction * 100:+.1f}" if signed else f"{fraction * 100:.1f}"


def _interval(check: Check) -> str:
    if check.interval is None:
        return MISSING
    return "..".join(_points(end, signed=True) for end in check.interval)


def _summary(tested: Tested) -> str:
    """Return what a proof says of one instrument in a line."""
    if tested.status != "ok":
        return f"{tested.instrument}: {tested.status}: {tested.reason}"
    if tested.proven is not None:
        slowed = len({check.slowed for check in tested.checks if check.verdict is not None})
        which = f"{counted(slowed, 'internal')} slowed, {counted(tested.calls, 'call')} each"
        return f"{tested.instrument}: validated to {_points(tested.proven)} points ({which})"
    known = [check for check in tested.checks if check.verdict == tested.verdict and check.error is not None]
    if not known:
        why = f"{tested.astray} waits were not in their internal's span" if tested.astray else "no check"
        return f"{tested.instrument}: {WORDS.get(tested.verdict or '', 'cannot tell')}: {why}"
    worst = max(known, key=lambda check: check.farthest or 0.0)
    told = f"{_points(worst.error, signed=True)} points ({_interval(worst)}) on {worst.internal}"
    told += f" while {worst.slowed} waited" if worst.slowed != worst.internal else ""
    if tested.verdict == BEYOND:
        return f"{tested.instrument}: wrong by more than {_points(tested.bound)} points: {told}"
    more = f"the interval holds the bound of {_points(tested.bound)}; more calls narrow it"
    return f"{tested.instrument}: cannot tell: {told}; {more}"


def _same_twice(found: Validation) -> str:
    same = found.same_twice
    told = f"{numbers.ratio(same.ratio)} ({numbers.interval(same.interval)}), {same.verdict}"
    return f"the same calls twice: {told} (processes: {same.processes})"


def _astray(found: Validation) -> Iterator[str]:
    for tested in found.instruments:
        if tested.waits:
            lay = f"{tested.waits - (tested.astray or 0)} of {counted(tested.waits, 'wait')}"
            yield f"{tested.instrument}: {lay} lay in the span of their internal and of no other"


def _checks(tested: Tested) -> Table:
    columns = (
        Column("internal", "text", whole=True),
        Column("injected, ms"),
        Column("predicted"),
        Column("measured"),
        Column("error"),
        Column("interval", "text"),
        Column("", "text"),
    )
    own = [check for check in tested.checks if check.slowed == check.internal]
    rows = [
        (
            check.internal,
            numbers.milliseconds(check.injected_ms),
            numbers.share(check.predicted),
            numbers.share(check.measured),
            _points(check.error, signed=True),
            _interval(check),
            WORDS.get(check.verdict or "", check.reason or MISSING),
        )
        for check in own
    ]
    return table(*columns, rows=rows)


def _notes(tested: Tested) -> Iterator[str]:
    """Yield the worst error around a slowed internal, how calls reacted, and what was not slowed."""
    around = [c for c in tested.checks if c.slowed != c.internal and c.verdict is not None]
    if around:
        worst = max(around, key=lambda check: check.farthest or abs(check.error or 0.0))
        told = f"{_points(worst.error, signed=True)} ({_interval(worst)})"
        yield (
            f"largest error of the {len(around)} around a slowed one: {told}, "
            f"{worst.internal} while {worst.slowed} waited"
        )
    reactions = {c.slowed: c.reaction_ms for c in tested.checks if c.reaction_ms}
    if reactions:
        told = ", ".join(f"{name} {value:+.2g} ms" for name, value in reactions.items())
        yield f"calls took longer or shorter than the wait explains, nobody knows in which internal: {told}"
    if tested.not_slowed:
        yield f"not slowed, since nothing they call can be exchanged: {', '.join(tested.not_slowed)}"


def _leans(found: Validation) -> Table:
    leaning = [tested for tested in found.instruments if tested.leans]
    names = dict.fromkeys(lean.internal for tested in leaning for lean in tested.leans)
    columns = (Column("internal", "text"), *(Column(tested.instrument) for tested in leaning))
    known = [{lean.internal: lean.lean for lean in tested.leans} for tested in leaning]
    rows = [(name, *(_points(one.get(name), signed=True) for one in known)) for name in names]
    return table(*columns, rows=rows)
