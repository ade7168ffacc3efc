"""Where the calls lie in a trace without our marks: frames of an entry point, steps, or the whole line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

import numpy as np
import numpy.typing as npt

from ...catalogue import recognition
from ...catalogue.recognition import Named
from ...tables.spec import Coded
from ..trace.compute import Stated
from ..trace.marked_calls import Ints, Marks, Recorded
from .calls import FRAMES, STEPS, WHOLE

STEP = "step_num"
PYTHON_FRAME = re.compile(r"\$(?P<file>[^:]+):(?P<line>\d{1,9}) (?P<name>.*)", re.DOTALL)
MOST_ALIKE = 50
"""No program has more functions of one name in files of one name that are worth telling apart."""
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Windows:
    """Calls on one line of a trace.

    Attributes:
        kind: ``frames``, ``steps`` or ``whole line``.
        name: what they are called: an entry point, the steps' name, or the line's.
        path, line: of the entry point's function; empty and None for others.
        marks: where they lie.
        threads: lines with such calls; those of one alone are the windows.
        events: how many events of their name all lines have, those within others and cut ones too.
        seen_seconds: the time of all of them that the session saw, that of cut ones too.
    """

    kind: str
    name: str
    path: str
    line: int | None
    marks: Marks
    threads: int = 1
    events: int = 0
    seen_seconds: float | None = None

    @property
    def event_name(self) -> str:
        """The name of the entry point's events."""
        return f"${self.path}:{self.line} {self.name}"

    @property
    def calls(self) -> int:
        """How many there are."""
        return len(self.marks.start)

    @property
    def seconds(self) -> float:
        """Their time together."""
        return float((self.marks.end - self.marks.start).sum()) / 1e12


NONE_CUT: Ints = np.empty(0, np.int64)


def find(trace: Stated, cut: Ints = NONE_CUT) -> tuple[Windows, ...]:
    """Return the calls in a trace: those of every entry point, else the steps, else the longest line as one.

    Args:
        trace: the trace; an empty one has none.
        cut: rows of calls that lie partly outside the session, which are left out where whole ones remain.
    """
    return _frames(trace, cut) or _steps(trace) or _whole(trace)


def _frames(trace: Recorded, cut: Ints) -> tuple[Windows, ...]:
    """Return the frames of Keras's entry points on lines of Python events, one entry point a row.

    Events name a file by its base name alone, so a program's own ``predict`` in a ``trainer.py`` looks like
    Keras's. Keras's is the one that runs its internals, and no other function of the same name and file.
    """
    on_python = _on_python(trace)
    whole = on_python.copy()
    whole[cut] = False
    names = trace.events.coded("name")
    found: dict[Named, list[Windows]] = {}
    for code, frame in _entry_frames(names):
        chosen = (names.codes == code) & on_python
        place = FRAMES, frame["name"], frame["file"], int(frame["line"])
        windows = _of(trace, chosen & whole, *place) or _of(trace, chosen, *place)
        seen = _of(trace, chosen, *place)
        if windows is not None and seen is not None:
            noted = replace(windows, events=int(chosen.sum()), seen_seconds=seen.seconds)
            found.setdefault((frame["file"], frame["name"]), []).append(noted)
    if not found:
        return ()
    inner = _rows_of(trace, on_python, recognition.inner_functions())
    return tuple(one for alike in found.values() for one in _of_keras(trace, alike, inner))


def _entry_frames(names: Coded) -> Iterator[tuple[int, re.Match[str]]]:
    """Yield the codes of the names that an entry point of Keras has, of at most `MOST_ALIKE` lines each."""
    known = recognition.entry_points()
    files = {PurePosixPath(path).name for path in known.files}
    lines: Counter[Named] = Counter()
    for code, value in enumerate(names.values):
        frame = PYTHON_FRAME.fullmatch(value)
        if frame and frame["file"] in files and frame["name"] in known.names and frame["name"] != "__call__":
            lines[frame["file"], frame["name"]] += 1
            if lines[frame["file"], frame["name"]] <= MOST_ALIKE:
                yield code, frame


def _of_keras(trace: Recorded, alike: list[Windows], inner: Ints) -> list[Windows]:
    """Return those of some windows of one file and name that are Keras's own."""
    lines, starts = trace.events.array("line"), trace.events.array("start_ps")

    def holds(outer: Windows, line: int, moments: Ints) -> bool:
        return line == outer.marks.line and bool((outer.marks.calls_of(moments) >= 0).any())

    return [
        one
        for one in alike
        if holds(one, one.marks.line, starts[inner[lines[inner] == one.marks.line]])
        and not any(holds(one, other.marks.line, other.marks.start) for other in alike if other is not one)
    ]


def _rows_of(trace: Recorded, on_python: Mask, functions: Collection[Named]) -> Ints:
    """Return the Python events of functions, by base name and own name."""
    names = trace.events.coded("name")
    wanted = [
        bool((frame := PYTHON_FRAME.fullmatch(value)) and (frame["file"], frame["name"]) in functions)
        for value in names.values
    ]
    return np.flatnonzero(np.array([*wanted, False])[names.codes] & on_python)


def _steps(trace: Stated) -> tuple[Windows, ...]:
    """Return the profiler's own step markers: events of Python's lines that count steps."""
    names = trace.events.coded("name")
    on_python = _on_python(trace)
    codes, firsts = np.unique(np.where(on_python, names.codes, -1), return_index=True)
    plain = [
        (int(code), int(row))
        for code, row in zip(codes.tolist(), firsts.tolist(), strict=True)
        if code >= 0 and not names.values[code].startswith("$")
    ]
    stats = trace.stats([row for _, row in plain])
    counted = [code for (code, _), found in zip(plain, stats, strict=True) if STEP in found]
    found = [_of(trace, names.codes == code, STEPS, names.values[code], "", None) for code in counted]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: -one.seconds)[:1])


def _whole(trace: Recorded) -> tuple[Windows, ...]:
    """Return the line with the most events, Python's before others, as one call."""
    lines = trace.events.array("line")
    if not len(lines):
        return ()
    counts = np.bincount(lines, minlength=len(trace.lines))
    kinds = trace.lines.coded("kind").decode()
    candidates = [row for row, kind in enumerate(kinds) if kind == "python" and counts[row]] or list(
        range(len(kinds))
    )
    row = max(candidates, key=lambda one: int(counts[one]))
    start = trace.events.array("start_ps")[lines == row]
    end = start + trace.events.array("duration_ps")[lines == row]
    first, last = int(start.min()), int(end.max())
    if last <= first:
        return ()
    marks = Marks(row, np.array([first], np.int64), np.array([last], np.int64))
    return (Windows(WHOLE, trace.lines.coded("name").decode()[row], "", None, marks),)


def _of(trace: Recorded, chosen: Mask, kind: str, name: str, path: str, line: int | None) -> Windows | None:
    """Return the outermost of some events, on the line with the most of their time."""
    rows = np.flatnonzero(chosen & _on_python(trace))
    duration = trace.events.array("duration_ps")
    rows = rows[duration[rows] > 0]
    if not len(rows):
        return None
    lines = trace.events.array("line")[rows]
    threads = np.unique(lines)
    fullest = max(threads.tolist(), key=lambda one: int(duration[rows[lines == one]].sum()))
    rows = rows[lines == fullest]
    start = trace.events.array("start_ps")[rows]
    end = start + duration[rows]
    outer = np.ones(len(rows), np.bool_)
    outer[1:] = start[1:] >= np.maximum.accumulate(end)[:-1]
    return Windows(kind, name, path, line, Marks(fullest, start[outer], end[outer]), len(threads))


def _on_python(trace: Recorded) -> Mask:
    kinds = trace.lines.coded("kind").decode()
    on: Mask = np.isin(
        trace.events.array("line"), [row for row, kind in enumerate(kinds) if kind == "python"]
    )
    return on


def frames_of(names: Coded, rows: Ints) -> dict[tuple[str, str], dict[int, Ints]]:
    """Return the rows of each Python function, by file name and own name, then by line."""
    found: dict[tuple[str, str], dict[int, Ints]] = {}
    codes = names.codes[rows]
    order = np.argsort(codes, kind="stable")
    distinct, firsts = np.unique(codes[order], return_index=True)
    for code, of_code in zip(distinct.tolist(), np.split(rows[order], firsts[1:]), strict=True):
        frame = PYTHON_FRAME.fullmatch(names.values[code]) if code >= 0 else None
        if frame:
            by_line = found.setdefault((frame["file"], frame["name"]), {})
            by_line[int(frame["line"])] = of_code
    return found
