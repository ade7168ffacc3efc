"""Names options in texts for the reader, who reads them as the keywords of the API or as flags.

A text marks each option with `option`; an error's own text spells it as a keyword, ``rows=8``, and the
command line as its flag, ``--rows 8``.
"""

from __future__ import annotations

import re
from typing import Callable, Optional

_OPEN, _CLOSE = "\u27e6", "\u27e7"
_MARK = re.compile(f"{_OPEN}([A-Za-z_]+)(?: ([^{_CLOSE}]*))?{_CLOSE}")


def option(name: str, value: object = None) -> str:
    """Return the mark of an option with the value to give it.

    Args:
        name: a field of `profiler.Request`, or an argument of the API.
        value: what it is given, as a person reads it; None where that does not matter.
    """
    return f"{_OPEN}{name}{_CLOSE}" if value is None else f"{_OPEN}{name} {value}{_CLOSE}"


def keyword(name: str, value: Optional[str]) -> str:
    """Return an option as the API's user writes it."""
    return f"{name}={value or ''}"


def spelled(text: str, spell: Callable[[str, Optional[str]], str] = keyword) -> str:
    """Return a text with each marked option as ``spell`` writes its name and value."""
    return _MARK.sub(lambda found: spell(found[1], found[2]), text)
