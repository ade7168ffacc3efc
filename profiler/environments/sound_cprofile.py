"""Finds an interpreter of this machine whose cProfile keeps its frames, by the worker's self-test."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from .interpreters import Interpreter

TIMEOUT_S = 20.0
# What TensorFlow's current releases run on.
MINORS = ("3.11", "3.10", "3.12", "3.13")


def first_sound(interpreters: Sequence[Interpreter], worker: Path) -> Interpreter | None:
    """Return the first interpreter, best known ones first, that passes the self-test, or None.

    Args:
        interpreters: those of this machine.
        worker: the worker's zip, which holds the self-test.
    """
    usable = sorted((i for i in interpreters if i.minor in MINORS), key=lambda i: MINORS.index(i.minor))
    return next((interpreter for interpreter in usable if is_sound(interpreter.path, worker)), None)


def is_sound(python: str, worker: Path) -> bool:
    """Return whether an interpreter starts and passes the self-test."""
    try:
        done = subprocess.run(
            [python, "-s", str(worker), "selftest"], capture_output=True, timeout=TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
