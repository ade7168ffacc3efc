"""Compares what two names mean: runs with a verdict; with someone else's file among them, shares alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ..protocol.errors import OptionError
from ..results import build
from ..results.foreign import build as results
from ..runs import find, record
from ..runs import foreign as files
from . import foreign, runs
from .foreign import ForeignComparison, ForeignSide
from .runs import RunComparison


def compare(
    before: str, after: str, smallest_effect: float | None = None, sessions: Sequence[str] = ()
) -> RunComparison | ForeignComparison:
    """Return what changed from one side to the other.

    Args:
        before: a run's path or name, ``latest``, or a file or folder of another profiler.
        after: the same, of after the change.
        smallest_effect: the change that is of interest, as a fraction; None takes that of the runs.
        sessions: which session of a log directory; two are those of the sides in order.

    Raises:
        RunError: there is no such run, or it cannot be read.
        TraceFormatError: a file cannot be read, or is of no format that kprof reads.
        OptionError: sessions without a log directory each, or a smallest effect for a file's sake.
        UsageError: the sides have nothing in common, or measure unlike things.
    """
    names = before, after
    paths = [files.meant(name) for name in names]
    chosen = list(_sessions(paths, sessions))
    if paths == [None, None]:
        return runs.compare(find.find(before), find.find(after), smallest_effect)
    if smallest_effect is not None:
        raise OptionError("smallest_effect", None, "without a verdict there is none", "leave it out")
    sides = [
        None if path is None else foreign.of_file(results.build(name, files.open_files(path, session)))
        for name, path, session in zip(names, paths, chosen, strict=True)
    ]
    like = next(one for one in sides if one is not None)
    old, new = (_run(name, like) if one is None else one for name, one in zip(names, sides, strict=True))
    return foreign.compare(old, new)


def _run(name: str, like: ForeignSide) -> ForeignSide:
    path = find.find(name)
    return foreign.of_run(record.read(path), build.build(path), like)


def _sessions(paths: Sequence[Path | None], chosen: Sequence[str]) -> Iterator[str | None]:
    """Yield the session of each side: two names are for the sides in order, one is for every folder."""
    folders = [path is not None and path.is_dir() for path in paths]
    if len(chosen) > len(paths) or (chosen and not any(folders)):
        what = "names more sessions than there are log directories"
        raise OptionError("session", ",".join(chosen), what, "leave it out, or name one for each")
    for number, is_folder in enumerate(folders):
        yield chosen[min(number, len(chosen) - 1)] if chosen and is_folder else None
