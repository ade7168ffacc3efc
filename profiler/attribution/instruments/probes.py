"""Shares and phases from the spans that probes recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ...catalogue.catalogue import TEARDOWN, Catalogue
from ...catalogue.presence import Place, Resolution
from ...protocol import files, schemas
from ...protocol.errors import Unusable
from ...protocol.probes import AROUND, Probes
from ...protocol.vocabulary import counted
from ...readers import spans as span_files
from ...readers.pstats.marshal_guard import MarshalGuard
from ...readers.spans import Spans
from ...runs import validation
from ...runs.record import Capture
from ...tables.spec import Table
from .. import call_shares
from ..share import Attributed, CallShares, Ints, Share

CALLING_THREAD = 0


@dataclass(frozen=True)
class Windows:
    """The measured calls, in ns of the worker's clock."""

    start: Ints
    end: Ints


class SpanTree:
    """The calling thread's spans inside the measured calls, in ns; a `call_shares.CallTree`."""

    per_ns = 1

    def __init__(self, table: Table, calls: Windows) -> None:
        self.calls = calls
        self.start: Ints = table.array("start_ns")
        self.end: Ints = table.array("end_ns")
        self.parent: Ints = table.array("parent")
        self.depth: Ints = _depths(self.parent)
        self.own: Ints = self.end - self.start
        inner = np.flatnonzero(self.parent >= 0)
        np.subtract.at(self.own, self.parent[inner], (self.end - self.start)[inner])
        number = np.searchsorted(calls.start, self.start, "right") - 1
        inside = (number >= 0) & (self.start < calls.end[np.maximum(number, 0)])
        self.call: Ints = np.where(inside, number, -1)
        self._function = table.coded("function")

    def rows_of(self, places: tuple[Place, ...]) -> Ints:
        """Return the rows, ascending, of functions inside the calls."""
        wanted = {key_of(place) for place in places}
        chosen = np.array([*(value in wanted for value in self._function.values), False])
        return np.flatnonzero(chosen[self._function.codes] & (self.call >= 0))


def key_of(place: Place) -> str:
    """Return what the catalogue calls a function."""
    return f"{place.path}::{place.qualified_name}"


def _depths(parent: Ints) -> Ints:
    depth = np.zeros(len(parent), np.int64)
    for row in np.flatnonzero(parent >= 0).tolist():
        depth[row] = depth[parent[row]] + 1
    return depth


def attribute(
    capture: Capture, resolutions: Mapping[str, Resolution], catalogue: Catalogue, guard: MarshalGuard
) -> Attributed:
    """Return what the spans of a capture say, call by call and together.

    Raises:
        RunError: a file is damaged.
        TraceFormatError: the spans cannot be read.
        Unusable: they are not those of the measured calls.
    """
    probes, spans = load(capture)
    found = _calls(capture, probes, spans, resolutions, catalogue)
    return replace(
        call_shares.together({capture.process: found}), calls=found, notes=tuple(_notes(probes, spans))
    )


def _notes(probes: Probes, spans: Spans) -> Iterator[str]:
    """Yield what to know beside the shares."""
    if probes.backward:
        yield f"{counted(probes.backward, 'span')} in which the clock stepped back: in no share"
    elsewhere = int((spans.table.array("thread") != CALLING_THREAD).sum())
    if elsewhere:
        yield f"{counted(elsewhere, 'span')} on other threads than the calling one: in no share"
    around = [key.partition("::")[2] for key, way in probes.ways.items() if way == AROUND]
    if around:
        yield (
            f"{', '.join(around)}: watched around the frame, since the source is not that of the code that "
            "runs; the share holds the destruction of its locals"
        )


def _calls(
    capture: Capture,
    probes: Probes,
    spans: Spans,
    resolutions: Mapping[str, Resolution],
    catalogue: Catalogue,
) -> CallShares:
    """Return what the spans of a capture say of its calls.

    Raises:
        Unusable: they are not those of the measured calls.
    """
    durations = capture.durations_ns()
    if len(spans.begins) != len(durations):
        raise Unusable(f"the spans are of {len(spans.begins)} calls, {len(durations)} were measured")
    calls = Windows(spans.begins, spans.begins + durations)
    if (calls.start[1:] < calls.end[:-1]).any():
        raise Unusable("a call began before the one before it had ended: the clock stepped")
    tree = SpanTree(_of_calling_thread(spans.table), calls)
    outlasting = (tree.call >= 0) & (tree.end > calls.end[np.maximum(tree.call, 0)])
    if outlasting.any():
        raise Unusable(f"{counted(int(outlasting.sum()), 'span')} ended after the call that it began in")
    known = {name: _if_watched(one, probes) for name, one in resolutions.items()}
    phase_of = {internal.id: internal.phase for internal in catalogue.internals}
    found = call_shares.measure(tree, known, phase_of)
    _require_one_predict(found, known, len(durations), probes.backward)
    return _without_teardown(found, known, probes)


def load(capture: Capture) -> tuple[Probes, Spans]:
    """Return how the functions of a ``probes`` capture were watched, and their spans.

    Raises:
        RunError: a file is missing or damaged.
        TraceFormatError: the spans cannot be read.
        Unusable: it left none.
    """
    facts, path = capture.file(files.PROBES_FILE), capture.file(files.SPANS_FILE)
    if facts is None or path is None:
        raise Unusable("the capture holds no spans")
    probes = validation.read(facts, schemas.PROBES, Probes)
    return probes, span_files.read(path, probes.functions)


def _of_calling_thread(table: Table) -> Table:
    """Return the calling thread's rows, their parents counted among themselves."""
    mine = np.flatnonzero(table.array("thread") == CALLING_THREAD)
    number = np.full(len(table) + 1, -1, np.int64)
    number[mine] = np.arange(len(mine))
    chosen = table.take(mine)
    return replace(chosen, columns={**chosen.columns, "parent": number[chosen.array("parent")]})


def _if_watched(resolution: Resolution, probes: Probes) -> Resolution:
    """Return a resolution, unknown where one of its functions ran and was not watched to its end."""
    if resolution.presence != "present":
        return resolution
    for place in resolution.measured:
        key = key_of(place)
        why = probes.unwatched.get(key)
        if why is None and probes.open.get(key):
            why = f"had not returned {counted(probes.open[key], 'time')} when a block of calls ended"
        if why is not None:
            unknown = f"{place.qualified_name} was not watched: {why}"
            return replace(resolution, presence="unknown", unknown=unknown)
    return resolution


def _require_one_predict(
    found: CallShares, resolutions: Mapping[str, Resolution], calls: int, backward: int
) -> None:
    """Raise `Unusable` unless each call entered predict, where the inspected call did."""
    predict = found.per_call.get("predict")
    if resolutions["predict"].presence == "present" and predict is None:
        raise Unusable("the probes saw no predict, though the inspected call entered it")
    if predict is not None and (missing := int((predict.calls == 0).sum())):
        stepped = f": the clock stepped back within {counted(backward, 'span')}" if backward else ""
        raise Unusable(f"the probes saw no predict in {missing} of {counted(calls, 'call')}{stepped}")


def _without_teardown(found: CallShares, resolutions: Mapping[str, Resolution], probes: Probes) -> CallShares:
    """Return what is known where predict was watched around its frame: its span holds its teardown."""
    ways = {probes.ways.get(key_of(place)) for place in resolutions["predict"].measured}
    if AROUND not in ways or TEARDOWN not in found.per_call:
        return found
    phases = dict(found.phases)
    if TEARDOWN in phases:
        phases["other"] = phases.get("other", 0.0) + phases.pop(TEARDOWN)
    reason = "predict was watched around its frame: its span holds its teardown"
    return replace(
        found,
        per_call={name: one for name, one in found.per_call.items() if name != TEARDOWN},
        unknown={**found.unknown, TEARDOWN: Share.none(reason)},
        phases=phases,
    )
