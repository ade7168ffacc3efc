"""Shortens what an error says to one line that still names the cause."""

from __future__ import annotations

from ..protocol.errors import KprofError

# TensorFlow puts the traceback first and the cause last.
HEAD = 0.35


def named(error: BaseException, length: int = 400) -> str:
    """Return the error's class and text in one line; of our own errors the text alone."""
    if isinstance(error, KprofError):
        return str(error)
    return f"{type(error).__name__}: {shortened(str(error), length)}"


def shortened(text: str, length: int) -> str:
    """Return the text in one line of at most ``length`` characters: its beginning and its end."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    head = int(length * HEAD)
    return f"{line[:head]} ... {line[head + 5 - length :]}"
