"""Writes folded stacks: one per line, its frames from the outermost, then the time that is its own.

The format is that of Brendan Gregg's FlameGraph, ``frame;frame;frame NUMBER``, which speedscope, inferno and
others read too. The number is in ps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..attribution.caller_profile import frames
from ..attribution.stacks import Stacks
from ..readers.code_places import CodePlaces
from .stack_text import require_room

# What ends a frame or a line, the sign that escapes it, and NUL, on which some readers stop.
_ESCAPES = {ord(sign): f"%{ord(sign):02X}" for sign in "%;\n\r\0"}


def pieces(stacks: Stacks, places: CodePlaces, name: str) -> Iterator[str]:
    """Return the stacks that have time of their own as folded text; the numbers add up to all of it.

    The format has no room for a name.

    In a frame ``%``, ``;``, line ends and NUL read ``%25``, ``%3B``, ``%0A``, ``%0D`` and ``%00``.

    Raises:
        UsageError: the text would be longer than `stack_text.MOST_BYTES`.
    """
    meant = frames(stacks, places)
    escaped = {frame: str(frame).translate(_ESCAPES) for frame in meant}
    width = {frame: len(name.encode("utf-8", "surrogatepass")) + 1 for frame, name in escaped.items()}
    require_room(stacks, [width[frame] for frame in meant])
    return _lines(stacks, [escaped[frame] for frame in meant])


def _lines(stacks: Stacks, names: Sequence[str]) -> Iterator[str]:
    own = stacks.table.array("self_ps").tolist()
    for path in stacks.paths():
        if own[path[-1]]:
            yield f"{';'.join([names[row] for row in path])} {own[path[-1]]}\n"
