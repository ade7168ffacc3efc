"""Compares what two names mean: runs or variants with a verdict; with someone else's file among them, shares.

``RUN:VARIANT`` names one variant of a run, as ``latest:tiny/compiled/predict/b32`` or, where several
environments have it, ``latest:ENV:ID``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from ..protocol.errors import OptionError, RunError, UsageError
from ..results.foreign import build as results
from ..runs import find
from ..runs import foreign as files
from . import foreign, runs, sides
from .foreign import ForeignComparison, ForeignSide
from .runs import RunComparison
from .sides import Chosen


def compare(
    before: str,
    after: str,
    smallest_effect: float | None = None,
    sessions: Sequence[str] = (),
    instruments: Collection[str] | None = None,
) -> RunComparison | ForeignComparison:
    """Return what changed from one side to the other.

    Args:
        before: a run's path or name, ``latest``, one of these with ``:VARIANT``, or a file or folder of
            another profiler.
        after: the same, of after the change.
        smallest_effect: the change that is of interest, as a fraction; None takes that of the runs.
        sessions: which session of a log directory; two are those of the sides in order.
        instruments: those whose captures of runs are attributed; None: all.

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
        return runs.compare(chosen_of(before), chosen_of(after), smallest_effect, instruments)
    if smallest_effect is not None:
        raise OptionError("smallest_effect", None, "without a verdict there is none", "leave it out")
    opened = [
        None if path is None else foreign.of_file(results.build(name, files.open_files(path, session)))
        for name, path, session in zip(names, paths, chosen, strict=True)
    ]
    like = next(one for one in opened if one is not None)
    old, new = (_run(name, like) if one is None else one for name, one in zip(names, opened, strict=True))
    return foreign.compare(old, new)


def chosen_of(name: str) -> Chosen:
    """Return the run, and the variant of it, that a name means.

    A path may hold colons itself: the whole name comes first, then what stands before each colon in turn.

    Raises:
        RunError: there is no such run.
        UsageError: a file of another profiler has no variants.
    """
    colons = [place for place, character in enumerate(name) if character == ":"]
    errors = []
    for run, variant in ((name, None), *((name[:place], name[place + 1 :]) for place in colons)):
        if variant is not None and files.meant(run) is not None:
            what = "is a file of another profiler, which has no variants"
            raise UsageError(what, run, f"leave out :{variant}")
        try:
            return Chosen(find.find(run), variant)
        except RunError as error:
            errors.append(error)
    raise errors[min(1, len(colons))]


def _run(name: str, like: ForeignSide) -> ForeignSide:
    side = sides.read_one(chosen_of(name))
    report = dataclasses.replace(side.report, variants=side.reported())
    return foreign.of_run(side.run, report, like)


def _sessions(paths: Sequence[Path | None], chosen: Sequence[str]) -> Iterator[str | None]:
    """Yield the session of each side: two names are for the sides in order, one is for every folder."""
    folders = [path is not None and path.is_dir() for path in paths]
    if len(chosen) > len(paths) or (chosen and not any(folders)):
        what = "names more sessions than there are log directories"
        raise OptionError("session", ",".join(chosen), what, "leave it out, or name one for each")
    for number, is_folder in enumerate(folders):
        yield chosen[min(number, len(chosen) - 1)] if chosen and is_folder else None
