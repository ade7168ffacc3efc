"""Reads XPlane files, which the TensorFlow profiler writes, into the tables `lines` and `events`."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np

from ...protocol.errors import TraceFormatError
from ...tables.spec import Table
from ..session_files import XPLANE_SUFFIXES, load
from ..wire.columns import Ints
from ..wire.protobuf import WireError
from .build import PARTIAL_OVERLAP, Anomaly, TraceBuilder
from .event_stats import StatSource, Value
from .event_store import Ints32, StatIndex
from .planes import read_space

SUFFIXES = XPLANE_SUFFIXES

ANOMALIES: Mapping[str, str] = MappingProxyType(
    {
        PARTIAL_OVERLAP: "events that are cut where one starts in them that outlasts them",
        "backwards": "events of negative duration, taken as 0",
        "wrapped": "events beyond 53 days of their line's timestamp, cut there",
        "early": "events that start before their line's timestamp",
        "unnamed": "events that name no entry of their plane's dictionary",
        "aggregated": "events that stand for several occurrences and have no start, put at 0",
    }
)
"""What can be wrong with the events of a line, by the kind of an `Anomaly`."""


@dataclass(frozen=True)
class Trace:
    """What one profiler session recorded.

    Attributes:
        files: the files that were read.
        hosts: the hosts that they came from, in the order of the files, each with a name of its own.
        lines: the table `tables.trace.LINES`.
        events: the table `tables.trace.EVENTS`.
        anomalies: what is wrong with events, by line and kind.
        said: the profiler's own errors and warnings.
    """

    files: tuple[Path, ...]
    hosts: tuple[str, ...]
    lines: Table
    events: Table
    anomalies: tuple[Anomaly, ...]
    said: tuple[str, ...]
    _stat_index: StatIndex
    _stat_sources: tuple[StatSource, ...]

    def stats(self, rows: Sequence[int] | Ints | Ints32) -> list[dict[str, Value]]:
        """Return the stats of the events in ``rows``, decoded now, by name.

        Raises:
            TraceFormatError: a stat is damaged.
        """
        index = self._stat_index
        wanted = np.asarray(rows, np.int64)
        places = np.searchsorted(index.rows, wanted)
        lines = self.events.array("line")
        found: list[dict[str, Value]] = []
        for row, place in zip(wanted.tolist(), places.tolist(), strict=True):
            if place == len(index.rows) or index.rows[place] != row:
                found.append({})
                continue
            source = self._stat_sources[lines[row]]
            try:
                found.append(source.read(int(index.positions[place])))
            except WireError as error:
                raise TraceFormatError(f"stats of event {row}: {error.message}", None, error.offset) from None
        return found


def hosts(trace: Trace) -> tuple[str, ...]:
    """Return the machines that recorded a trace, in the order of its files."""
    return trace.hosts


def read(path: Path | str) -> Trace:
    """Return the trace in one ``.xplane.pb`` file, which may be packed with gzip.

    Raises:
        TraceFormatError: the file is no XPlane, is damaged, or has more events than its size can explain.
    """
    return _read_files([Path(path)])


def read_session(folder: Path | str) -> Trace:
    """Return the trace of one session: all ``.xplane.pb`` files of a folder, one a host.

    Raises:
        TraceFormatError: there is none, or one of them cannot be read.
    """
    try:
        files = sorted(path for path in Path(folder).iterdir() if path.name.endswith(SUFFIXES))
    except OSError as error:
        raise TraceFormatError(f"cannot be read: {error.strerror or error}", folder) from None
    if not files:
        raise TraceFormatError("holds no .xplane.pb file: give the folder of one profiler session", folder)
    return _read_files(files)


def _read_files(paths: Sequence[Path]) -> Trace:
    sources = [load(path) for path in paths]
    builder = TraceBuilder(sum(len(source) for source in sources))
    hosts: list[str] = []
    said: list[str] = []
    stat_sources: list[StatSource] = []
    for path, source in zip(paths, sources, strict=True):
        try:
            space = read_space(source)
            if not space.planes:
                raise WireError("holds no plane: not an XPlane file, or an empty one", 0)
            hosts.append(_told_apart(space.host or _host_of(path), path, hosts))
            said += space.said
            for plane in space.planes:
                lines = builder.add_plane(source, hosts[-1], plane)
                stat_sources += [StatSource(source, plane.stat_names)] * lines
        except WireError as error:
            raise TraceFormatError(error.message, path, error.offset) from None
    lines_table, events, anomalies, stat_index = builder.finish()
    return Trace(
        tuple(paths),
        tuple(hosts),
        lines_table,
        events,
        anomalies,
        tuple(said),
        stat_index,
        tuple(stat_sources),
    )


def _told_apart(host: str, path: Path, others: Sequence[str]) -> str:
    """Return a name that no other host has: containers can share the one that they have."""
    if host not in others:
        return host
    base = _host_of(path)
    names = itertools.chain([base], (f"{base} ({number})" for number in itertools.count(2)))
    return next(name for name in names if name not in others)


def _host_of(path: Path) -> str:
    """Return the host that a file's name says, like ``vm`` for ``vm.xplane.pb``."""
    for suffix in SUFFIXES:
        if path.name.endswith(suffix):
            return path.name.removesuffix(suffix)
    return path.stem
