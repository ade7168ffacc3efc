"""What is wrong with a profile or a trace that someone else made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a file.

    Attributes:
        kind: a short id, like ``frames_lost``.
        text: what is wrong, as one sentence for a person.
        to_do: what the user can do about it, when known.
        spoils_shares: whether no share may be taken from the file.
    """

    kind: str
    text: str
    to_do: str | None = None
    spoils_shares: bool = False

    def __str__(self) -> str:
        return self.text if self.to_do is None else f"{self.text}; {self.to_do}"
