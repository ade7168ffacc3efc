"""What an instrument's own record leaves out of the window that the harness times: the margin of soundness.

Calls of a Python function that works for about 0.05 to 1 ms are made as a capture makes them, under cProfile
and, where TensorFlow is installed, in its profiler's marks. Prints `figure NAME VALUE UNIT`:

- `INSTRUMENT_Tus_gap_median`, `..._least`, `..._most`: the window less the edge or the marks, a call, over
  captures whose calls last T us.
- `INSTRUMENT_Tus_beyond_relative_most`: the most of that which 5 % of the window does not cover.

    python benchmarks/measure_edge_gap.py [--captures N] [--calls N]
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from measure_design import show

from profiler.attribution.trace.marked_calls import find_marks
from profiler.collect import frameworks
from profiler.collect.harness import Call, measured_calls
from profiler.collect.instruments import Subject, attach
from profiler.collect.instruments.tfprofiler import STEP_NAME
from profiler.collect.probes.watches import Watches
from profiler.protocol.soundness import RELATIVE_MARGIN
from profiler.protocol.spec import CatalogueSpec, ObserveSpec
from profiler.readers import pstats, xplane

LENGTHS_US = (50, 100, 200, 400, 1000)
HARNESS = measured_calls.__code__.co_name

Framework = frameworks.Framework
Gap = Callable[[Call, int, Path, Framework], tuple[int, int]]


def inner(number: int) -> int:
    """Be one of many short Python functions, as a framework's are."""
    return number * number


def work(rounds: int) -> int:
    """Call `inner` for a while."""
    return sum([inner(number) for number in range(rounds)])


def rounds_for(length_us: int) -> int:
    """Return how many rounds of `work` last about that long without a profiler."""
    begin = time.perf_counter_ns()
    work(20000)
    return max(1, round(length_us * 1000 * 20000 / (time.perf_counter_ns() - begin)))


def _subject(call: Call, folder: Path, framework: Framework) -> Subject:
    return Subject(call, str(folder), framework, Watches(CatalogueSpec([], ObserveSpec())))


def under_cprofile(call: Call, count: int, folder: Path, framework: Framework) -> tuple[int, int]:
    """Return the window and the time of the edge into the call, in ns."""
    instrument = attach("cprofile", _subject(call, folder, framework))
    window_ns = sum(instrument.take(count, 0).durations)
    instrument.finish()
    profile = pstats.read(folder / "profile.prof")
    names = profile.functions.coded("name").decode()
    pairs = zip(profile.edges.array("caller").tolist(), profile.edges.array("callee").tolist(), strict=True)
    (row,) = (row for row, (a, b) in enumerate(pairs) if (names[a], names[b]) == (HARNESS, work.__name__))
    return window_ns, round(float(profile.edges.array("cumulative_s")[row]) * 1e9)


def under_marks(call: Call, count: int, folder: Path, framework: Framework) -> tuple[int, int]:
    """Return the window and the time of the marks, in ns."""
    instrument = attach("tfprofiler", _subject(call, folder, framework))
    window_ns = sum(instrument.take(count, 0).durations)
    instrument.finish()
    (session,) = (folder / "plugins" / "profile").iterdir()
    marks = find_marks(xplane.read_session(session), STEP_NAME)
    if marks is None:
        raise SystemExit("the trace holds no marks")
    return window_ns, int((marks.end - marks.start).sum()) // 1000


def measure(name: str, gap: Gap, framework: Framework, captures: int, calls: int) -> None:
    """Take captures of every length and print what is left out of each call."""
    for length_us in LENGTHS_US:
        call = Call(work, (rounds_for(length_us),), {})
        gaps, beyond = [], []
        for _ in range(captures):
            with tempfile.TemporaryDirectory() as folder:
                window_ns, seen_ns = gap(call, calls, Path(folder), framework)
            gaps.append((window_ns - seen_ns) / calls / 1000)
            beyond.append(((window_ns - seen_ns) - RELATIVE_MARGIN * window_ns) / calls / 1000)
        for ending, value in (("median", np.median(gaps)), ("least", min(gaps)), ("most", max(gaps))):
            show(f"{name}_{length_us}us_gap_{ending}", float(value), "us")
        show(f"{name}_{length_us}us_beyond_relative_most", max(beyond), "us")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--captures", type=int, default=30)
    parser.add_argument("--calls", type=int, default=20)
    arguments = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if importlib.util.find_spec("tensorflow") is None:
        raise SystemExit("TensorFlow is not installed here: pip install 'kprof[tensorflow]'")
    framework = frameworks.load("tensorflow")
    measure("cprofile", under_cprofile, framework, arguments.captures, arguments.calls)
    measure("tfprofiler", under_marks, framework, arguments.captures, arguments.calls)


if __name__ == "__main__":
    main()
