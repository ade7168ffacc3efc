"""Shortens what an error says to one line that still names the cause."""

from __future__ import annotations

import os
import sysconfig
import traceback

from ..protocol.errors import KprofError

# What a model's code raises and what ends a process both end one capture, not the others.
ANYTHING = (Exception, SystemExit)
_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
# TensorFlow puts the traceback first and the cause last.
HEAD = 0.35


def named(error: BaseException, length: int = 400) -> str:
    """Return the error's class and text in one line; of our own errors the text alone."""
    if isinstance(error, KprofError):
        return str(error)
    return f"{type(error).__name__}: {shortened(str(error), length)}"


def placed(error: BaseException) -> str:
    """Return what `named` does, and the place in the user's own code where the error arose."""
    said = named(error)
    if isinstance(error, SystemExit):
        said = f"the model ended the process (sys.exit({error.code!r}))"
    place = _place(error)
    return f"{said} ({place})" if place else said


def _place(error: BaseException) -> str:
    """Return the file, line and function of the user's own in which an error arose; empty when none is."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}"
    installed = tuple(
        {sysconfig.get_path(name) + os.sep for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    )
    own = [
        f"{frame.filename}:{frame.lineno} in {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith((*installed, _OURS, "<"))
        and f"{os.sep}site-packages{os.sep}" not in frame.filename
    ]
    return own[-1] if own else ""


def shortened(text: str, length: int) -> str:
    """Return the text in one line of at most ``length`` characters: its beginning and its end."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    head = int(length * HEAD)
    return f"{line[:head]} ... {line[head + 5 - length :]}"
