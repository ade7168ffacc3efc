"""Writes folded stacks: a line each, frames from the outermost, then the time that is the stack's own.

The format is that of Brendan Gregg's FlameGraph, ``frame;frame;frame NUMBER``, which speedscope, inferno and
others read too. The number is in ps.
"""

from __future__ import annotations

from ..attribution.caller_profile import frames
from ..attribution.stacks import Stacks
from ..readers.code_places import CodePlaces

# What ends a frame or a line, the sign that escapes it, and NUL, on which some readers stop.
_ESCAPES = {ord(sign): f"%{ord(sign):02X}" for sign in "%;\n\r\0"}


def render(stacks: Stacks, places: CodePlaces) -> str:
    """Return the stacks that have time of their own as folded text; the numbers add up to all self time.

    In a frame ``%``, ``;``, line ends and NUL read ``%25``, ``%3B``, ``%0A``, ``%0D`` and ``%00``.
    """
    names = [str(frame).translate(_ESCAPES) for frame in frames(stacks, places)]
    own = stacks.table.array("self_ps").tolist()
    lines = [
        f"{';'.join(names[row] for row in path)} {own[path[-1]]}\n"
        for path in stacks.paths()
        if own[path[-1]]
    ]
    return "".join(lines)
