"""Says beside shares how far their instrument was proven right on that machine."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from ...protocol.proving import Proof
from .sections import Section


def beside(section: Section, instrument: str) -> str:
    """Return the proof of an instrument in brackets, or nothing where there is none."""
    proof = section.proofs.get(instrument)
    return "" if proof is None else f" ({_told(proof)})"


def lines(section: Section, instruments: Iterable[str]) -> Iterator[str]:
    """Yield a line for each of some instruments that was proven."""
    for name in instruments:
        if name in section.proofs:
            yield f"{name}: {_told(section.proofs[name])}"


def _told(proof: Proof) -> str:
    return f"validated to {proof.error * 100:.1f} points on {_day(proof.day)}"


def _day(day: str) -> str:
    """Return a date as ``24 November 2026``; what is no date comes back as it is."""
    try:
        date = datetime.date.fromisoformat(day)
    except ValueError:
        return day
    return f"{date.day} {date:%B %Y}"
