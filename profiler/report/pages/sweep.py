"""The page of a sweep: a sentence for each question, then every point."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ...plan.sweep import MODEL
from ...results.sweep.document import CROSSES, OVERHEAD, SAME, Line, LineCrossing, Point, Sweep
from ...statistics.crossings import ABOVE, BELOW
from .. import numbers
from ..blocks import Block, Cell, Column, Layout, Lines, Marked, Records, Row, Table, Title
from ..numbers import MISSING

UNITS = {"rows": "rows", "batch size": "rows a batch", "width": "units", MODEL: "models"}


@dataclass(frozen=True)
class SweepPage:
    """What a sweep says."""

    sweep: Sweep

    @property
    def title(self) -> str:
        """The heading: what was swept, and where."""
        found = self.sweep
        return f"{' and '.join(found.workloads)} by {found.axis}, {found.environment}"

    def blocks(self) -> Iterator[Block]:
        """Yield a sentence for each question, the points, and how they were measured."""
        found = self.sweep
        yield Lines(tuple(_answers(found)), "finding")
        details = tuple(_details(found))
        if details:
            yield Lines(details, "text")
        if found.points:
            yield Title(
                "Points", "ms a call, geometric mean of the processes' medians; * marks the fastest way"
            )
            yield _points(found)
            yield Lines(tuple(_notes(found)))
        if found.notes:
            yield Lines(found.notes, "warning")

    def document(self) -> dict[str, Any]:
        """Return the sweep as a JSON object."""
        return self.sweep.to_json()

    def records(self) -> Records:
        """Return a row for each point and way."""
        header = (
            *(
                "axis",
                "size",
                "workload",
                "batch_size",
                "rows",
                "way",
                "ms",
                "ms_low",
                "ms_high",
                "processes",
            ),
            *("overhead", "overhead_low", "overhead_high", "compute", "compiled_ratio", "best", "reason"),
        )
        rows = (
            (
                *(self.sweep.axis, one.size, one.workload, one.batch_size, one.rows, way),
                *(taken.median, *(taken.interval or (None, None)), taken.processes),
                *(one.overhead.value, *(one.overhead.interval or (None, None))),
                *(one.compute.value, one.compiled_ratio.value, one.best, taken.reason),
            )
            for one in self.sweep.points
            for way, taken in one.ms.items()
        )
        return Records(header, rows)


def page(sweep: Sweep) -> SweepPage:
    """Return the page of a sweep."""
    return SweepPage(sweep)


def _answers(found: Sweep) -> Iterator[str]:
    """Yield the sentences on overhead and on the fastest way."""
    for line in found.lines:
        if line.kind == "overhead":
            yield _overhead(found, line)
    if found.axis == MODEL:
        yield from (_of_model(one) for one in found.points)
    else:
        yield from _fastest(found)


def _of_model(one: Point) -> str:
    if one.overhead.value is None or one.fastest_other is None:
        return f"{one.workload}: overhead unknown: {one.overhead.reason}"
    told = numbers.share(one.overhead.value)
    return (
        f"{one.workload}: {told} of predict's time is overhead ({_entry(one.fastest_other)} needs the rest)"
    )


def _overhead(found: Sweep, line: Line) -> str:
    level, what = numbers.share(line.level).replace(".0", ""), "predict's overhead"
    if line.status == CROSSES:
        goes = (
            f"{'rises above' if one.rises else 'falls below'} {level} at {_size(found, one)}"
            for one in line.crossings
        )
        return f"{what} {', then '.join(goes)}"
    first, last = found.points[0].size, found.points[-1].size
    if line.status in (ABOVE, BELOW):
        told = (_at(found, one, size) for one, size in ((found.points[0], first), (found.points[-1], last)))
        return f"{what} stays {line.status} {level} from {first} to {last} {_unit(found)} ({', '.join(told)})"
    return f"{what}: cannot tell where it falls below {level}: {_open(found, line)}{_passed(found, line)}"


def _passed(found: Sweep, line: Line) -> str:
    """Return between which points the values alone pass a level; empty where they do not pass it once."""
    known = [(one.size, one.overhead.value) for one in found.points if one.overhead.value is not None]
    level = line.level or 0.0
    passed = [(a, b) for (a, x), (b, y) in itertools.pairwise(known) if (x >= level) != (y >= level)]
    if len(passed) != 1:
        return ""
    return f" (the values alone pass it between {passed[0][0]} and {passed[0][1]})"


def _at(found: Sweep, one: Point, size: int) -> str:
    return f"{numbers.share(one.overhead.value)} at {size}"


def _fastest(found: Sweep) -> Iterator[str]:
    """Yield which way is the fastest over which sizes, neighbouring points with one way together."""
    groups: list[tuple[str, list[int]]] = []
    for one in found.points:
        if one.best is None:
            continue
        told = _together(one)
        if groups and groups[-1][0] == told:
            groups[-1][1].append(one.size)
        else:
            groups.append((told, [one.size]))
    parts = [f"{told} {_range(sizes)}" for told, sizes in groups]
    if parts:
        yield f"the fastest way at the points, by {found.axis}: {'; '.join(parts)}"


def _together(one: Point) -> str:
    return " or ".join(sorted(_entry(way) for way in (str(one.best), *one.as_good)))


def _range(sizes: Sequence[int]) -> str:
    return f"at {sizes[0]}" if len(sizes) == 1 else f"from {sizes[0]} to {sizes[-1]}"


def _details(found: Sweep) -> Iterator[str]:
    """Yield a sentence for each pair of ways."""
    for line in found.lines:
        if line.kind != "overhead":
            yield _pair(found, line)


def _pair(found: Sweep, line: Line) -> str:
    way, other = _told(found, line.way), _told(found, str(line.other))
    if line.status == CROSSES:
        turns = (
            f"{way if not one.rises else other} becomes faster than {other if not one.rises else way} "
            f"at {_size(found, one)}"
            for one in line.crossings
        )
        return ", then ".join(turns)
    if line.status == SAME:
        return f"{way} and {other} differ by less than {found.smallest_effect:.0%} at every point"
    if line.status in (ABOVE, BELOW):
        faster, slower = (other, way) if line.status == ABOVE else (way, other)
        return f"{faster} is faster than {slower} at all sizes"
    low, high = line.open[0][0], line.open[-1][1]
    where = f"from {_whole(low)} to {_whole(high)} {_unit(found)}"
    return f"{way} against {other}: cannot tell which is faster {where}"


def _told(found: Sweep, way: str) -> str:
    """Return a way as it is called: with its state where predict was measured in both."""
    state, entry = way.split("/")
    several = sum(one.endswith(f"/{entry}") for one in found.ways) > 1
    return f"{state} {entry}" if several else entry


def _entry(way: str) -> str:
    return way.rpartition("/")[2]


def _size(found: Sweep, one: LineCrossing) -> str:
    unit = _unit(found)
    if one.interval is None:
        return f"about {_whole(one.size)} {unit} (no interval: {one.reason})"
    low, high = one.interval
    told = f"{_whole(low)} to {_whole(high)} {unit}"
    if not one.closely:
        return f"some size between the points {told}"
    return f"{told} (about {_whole(one.size)})"


def _open(found: Sweep, line: Line) -> str:
    low, high = line.open[0][0], line.open[-1][1]
    return f"it may anywhere from {_whole(low)} to {_whole(high)} {_unit(found)}"


def _unit(found: Sweep) -> str:
    return UNITS[found.axis]


def _whole(size: float) -> str:
    return f"{size:.0f}" if size < 1000 else f"{float(f'{size:.3g}'):.0f}"


def _points(found: Sweep) -> Table:
    name = Column(found.axis, "text", whole=True)
    tail = (Column("overhead"), Column("interval", "text"), Column("compute"), Column("compiled/unc."))
    ways = tuple(Column(_told(found, way)) for way in found.ways)
    wide = Layout(
        (name, *ways, *tail, Column("verdict", "text")),
        tuple(
            Row((_name(found, one), *_times(found, one), *_numbers(one), one.verdict or MISSING))
            for one in found.points
        ),
    )
    narrow = Layout(
        (name, Column("predict"), Column("fastest other", "text"), Column("ms"), Column("overhead")),
        tuple(Row((_name(found, one), *_short(found, one))) for one in found.points),
    )
    return Table((wide, narrow))


def _name(found: Sweep, one: Point) -> str:
    return one.workload if found.axis == MODEL else str(one.size)


def _times(found: Sweep, one: Point) -> Iterator[Cell]:
    for way in found.ways:
        text = numbers.milliseconds(one.ms[way].median)
        yield Marked(f"{text} *", "strong") if way == one.best else text


def _numbers(one: Point) -> tuple[Cell, ...]:
    bounds = one.overhead.interval
    return (
        numbers.share(one.overhead.value),
        MISSING if bounds is None else f"{numbers.share(bounds[0])}..{numbers.share(bounds[1])}",
        numbers.share(one.compute.value),
        numbers.ratio(one.compiled_ratio.value),
    )


def _short(found: Sweep, one: Point) -> tuple[Cell, ...]:
    other = one.fastest_other
    return (
        numbers.milliseconds(one.ms[found.baseline].median),
        MISSING if other is None else _entry(other),
        MISSING if other is None else numbers.milliseconds(one.ms[other].median),
        numbers.share(one.overhead.value),
    )


def _notes(found: Sweep) -> Iterator[str]:
    yield f"overhead: {OVERHEAD}"
    yield "compute: in which share of predict's call a kernel of the model ran, where that was traced"
    failed = {taken.reason for one in found.points for taken in one.ms.values() if taken.median is None}
    for reason in sorted(filter(None, failed - {"not measured at this point"})):
        yield f"not measured: {reason}"
    count = sum(one.processes for one in found.rounds)
    yield (
        f"{len(found.rounds)} rounds, {count} processes, {numbers.seconds(found.spent_s)}; every process "
        "takes all points of its round in short blocks, in a random order"
    )
