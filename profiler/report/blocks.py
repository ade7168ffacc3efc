"""What a page consists of, whatever it is drawn as."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Title:
    """A heading, and a remark beside it."""

    text: str
    remark: str = ""


@dataclass(frozen=True)
class Lines:
    """Lines of prose; ``finding`` marks what the page is for, ``warning`` what to be careful with."""

    lines: tuple[str, ...]
    kind: str = "plain"


@dataclass(frozen=True)
class Grid:
    """A table; the columns in ``left`` are text, all others numbers."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left: tuple[int, ...] = (0,)


Block = Title | Lines | Grid
