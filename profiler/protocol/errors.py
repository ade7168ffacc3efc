"""Errors that end in one line for the user: what is wrong, where, and what to do about it."""

from __future__ import annotations

import os

from .options import option as marked
from .options import spelled

EXIT_DONE = 0
EXIT_GATE_FAILED = 1
EXIT_USAGE = 2
EXIT_PARTIAL = 3
EXIT_UNDECIDED = 4
EXIT_INTERNAL = 70
EXIT_INTERRUPTED = 130


class KprofError(Exception):
    """An error that the user can act on; its text is one line, ``where: what; to_do``.

    Its parts may name options by `options.option`; the text spells them as keywords of the API.

    ``exit_code`` is what the command ends with when nothing handles it.

    Args:
        what: what is wrong.
        where: the file, option or release that it is about, when known.
        to_do: what the user can do about it, when known.
    """

    exit_code = EXIT_USAGE

    def __init__(self, what: str, where: object = None, to_do: str | None = None) -> None:
        super().__init__(what, where, to_do)
        self.what = what
        self.where = None if where is None else str(where)
        self.to_do = to_do

    def __str__(self) -> str:
        return spelled(self.marked)

    @property
    def marked(self) -> str:
        """The line with options marked, for another text or another spelling."""
        return self._line(self.where)

    def below(self, folder: object) -> str:
        """Return the line with a place in ``folder`` named as it lies there."""
        root = str(folder)
        if self.where is None or self.where == root:
            return spelled(self._line(None))
        prefix = root + os.sep
        place = self.where[len(prefix) :] if self.where.startswith(prefix) else self.where
        return spelled(self._line(place))

    def _line(self, where: str | None) -> str:
        place = "" if where is None else f"{where}: "
        remedy = "" if self.to_do is None else f"; {self.to_do}"
        return f"{place}{self.what}{remedy}"


class UsageError(KprofError):
    """A request that cannot be carried out as it was put."""


class OptionError(UsageError):
    """A value that an option cannot have.

    Args:
        option: its name as a field of `profiler.Request` or an argument of the API.
        value: what it was given, as a person reads it; None where the whole option is at fault.
        what: what is wrong with it.
        to_do: what the user can do about it, when known.
    """

    def __init__(self, option: str, value: object, what: str, to_do: str | None = None) -> None:
        super().__init__(what, marked(option, value), to_do)
        self.args = (option, value, what, to_do)
        self.option = option
        self.value = value


class RunError(KprofError):
    """A run directory that is missing, newer than this kprof, incomplete or altered."""


class CollectError(KprofError):
    """Nothing could be measured: no TensorFlow, a model that cannot be built, a worker that failed."""


class Unusable(KprofError):  # noqa: N818
    """A capture, or a part of one, that cannot give what was asked of it; the text says why."""


class TraceFormatError(KprofError):
    """A profile or trace whose bytes are not what its format says.

    Args:
        what: what is wrong.
        where: the file, when known.
        offset: the byte at which reading stopped, when known.
        to_do: what the user can do about it, when known.
    """

    def __init__(
        self, what: str, where: object = None, offset: object = None, to_do: str | None = None
    ) -> None:
        super().__init__(what if offset is None else f"{what} (at byte {offset})", where, to_do)
        self.args = (what, where, offset, to_do)
        self.path = where
        self.offset = offset
