"""Errors that end in one line for the user: what, where, and what to do."""

from __future__ import annotations

EXIT_DONE = 0
EXIT_GATE_FAILED = 1
EXIT_USAGE = 2
EXIT_PARTIAL = 3
EXIT_INTERNAL = 70
EXIT_INTERRUPTED = 130


class KprofError(Exception):
    """An error that the user can act on; its text is one line.

    ``exit_code`` is what the command ends with when nothing handles it.
    """

    exit_code = EXIT_USAGE


class UsageError(KprofError):
    """A request that cannot be carried out as it was put."""


class RunError(KprofError):
    """A run directory that is missing, newer than this kprof, incomplete or altered."""


class CollectError(KprofError):
    """Nothing could be measured: no TensorFlow, a model that cannot be built, a worker that failed."""


class TraceFormatError(KprofError):
    """A profile or trace whose bytes are not what its format says.

    Args:
        message: what is wrong, without the place.
        path: the file, when known.
        offset: the byte at which reading stopped, when known.
    """

    def __init__(self, message: str, path: object | None = None, offset: object | None = None) -> None:
        place = "" if path is None else f"{path}: "
        where = "" if offset is None else f" (at byte {offset})"
        super().__init__(place + message + where)
        self.path = path
        self.offset = offset
