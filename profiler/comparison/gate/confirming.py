"""Judges a gate by what was measured again: it fails only where it failed each time."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from .document import FAILS, Gate, Judgement


def confirmed(earlier: Gate, again: Gate) -> Gate:
    """Return a gate that fails only where it did in both measurements.

    Where it failed in one of them alone, what the other said stands, with a note of it.

    Args:
        earlier: what was judged so far.
        again: the same expressions on a run of fresh processes.
    """
    return dataclasses.replace(again, judgements=tuple(_joined(earlier, again)))


def _joined(earlier: Gate, again: Gate) -> Iterator[Judgement]:
    before = {_key(one): one for one in earlier.judgements}
    for one in again.judgements:
        first = before.get(_key(one))
        if first is None or (first.outcome == FAILS) == (one.outcome == FAILS):
            yield one
        elif first.outcome == FAILS:
            yield _noted(one, f"it failed in {earlier.run}, and not when it was measured again")
        else:
            yield _noted(first, f"it failed when it was measured again, and not in {earlier.run}")


def _key(one: Judgement) -> tuple[str, str, str]:
    return one.expression, one.environment, one.subject


def _noted(one: Judgement, what: str) -> Judgement:
    note = f"{one.subject}, {one.expression}: {what}: it does not count as failing"
    return dataclasses.replace(one, note="; ".join(filter(None, (one.note, note))))
