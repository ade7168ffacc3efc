"""Times the XPlane reader against other ways from the same file to a table of times per name.

Makes a real capture of predict calls (one million events and more), and larger files by repeating its
longest line. Everything is measured in one run, interleaved, CPU time, median of `ROUNDS`:

    ratio NAME VALUE          the peer's time over ours
    figure NAME VALUE UNIT

Ours gives self time as well; of the peers only ``xplane_pb2_with_stack`` does.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROUNDS = 5
CALLS = 42
SIZES = (100_000, 300_000, 1_000_000, 3_000_000, 10_000_000, 20_000_000)
MEMORY_LIMIT = 4 << 30
PIECE = 1 << 16
TIMES = ("duration_ps", "self_ps")
Table = dict[str, tuple[int, int]]


class _Option:
    """A profiler option that TensorFlow 2.20 and later take for an integer."""

    def __init__(self, value: int) -> None:
        self._value = value

    def __index__(self) -> int:
        return self._value

    __int__ = __index__

    def __bool__(self) -> bool:
        raise TypeError("not a bool")


def capture(folder: str, calls: int) -> None:
    """Profile predict calls of a tiny model into a folder."""
    import keras
    import numpy as np
    import tensorflow as tf

    layers = [keras.Input((4,)), keras.layers.Dense(2, "relu"), keras.layers.Dense(1, "sigmoid")]
    model = keras.Sequential(layers)
    rows = np.zeros((32, 4), np.float32)
    for _ in range(3):
        model.predict(rows, verbose=0)
    levels = [_Option(level) for level in (2, 1, 1, 0)]
    options = tf.profiler.experimental.ProfilerOptions(*levels)
    tf.profiler.experimental.start(folder, options=options)
    for call in range(calls):
        with tf.profiler.experimental.Trace("kprof_call", step_num=call, _r=1):
            model.predict(rows, verbose=0)
    tf.profiler.experimental.stop()


def repeat(source: Path, target: Path, events: int) -> None:
    """Write a file of so many events by repeating the longest line of the first plane."""
    from profiler.readers.wire.protobuf import fields

    data = source.read_bytes()
    plane = next(part for part in fields(data, 0, len(data)) if part.number == 1)
    parts = list(fields(data, plane.start, plane.stop))
    longest = max((part for part in parts if part.number == 3), key=lambda part: part.value)
    inner = list(fields(data, longest.start, longest.stop))
    found = [data[part.offset : part.stop] for part in inner if part.number == 4]
    name = b"\x12\x06python"
    lines = []
    left, number = events, 0
    while left:
        some = found[:left]
        left, number = left - len(some), number + 1
        header = b"\x08" + _varint((1 << 40) + number) + name
        lines.append(_span(3, header + b"".join(some)))
    rest = b"".join(data[part.offset : part.stop] for part in parts if part.number != 3)
    with target.open("wb") as file:
        file.write(b"\x0a" + _varint(len(rest) + sum(map(len, lines))) + rest)
        file.writelines(lines)


def _varint(value: int) -> bytes:
    parts = []
    while value >= 0x80:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])


def _span(number: int, contents: bytes) -> bytes:
    return bytes([number << 3 | 2]) + _varint(len(contents)) + contents


def kprof(path: str) -> Table:
    """Return time and self time by name."""
    from profiler.readers import xplane

    events = xplane.read(path).events
    names = events.coded("name")
    columns = (_sum_by(names.codes, events.array(column), len(names.values)) for column in TIMES)
    return dict(zip(names.values, zip(*columns, strict=True), strict=True))


def _sum_by(codes: Any, values: Any, size: int) -> list[int]:
    """Return the sum of ``values`` by code, exact, in pieces of two halves; a code of -1 is left out."""
    import numpy as np

    total = np.zeros(size + 1, np.int64)
    for begin in range(0, len(codes), PIECE):
        bins, piece = codes[begin : begin + PIECE] + 1, values[begin : begin + PIECE]
        low = np.bincount(bins, piece & 0xFFFFFFFF, size + 1)
        high = np.bincount(bins, piece >> 32, size + 1)
        total += low.astype(np.int64) + (high.astype(np.int64) << 32)
    sums: list[int] = total[1:].tolist()
    return sums


def xplane_pb2_plain(path: str) -> Table:
    """Return time by name, no self time."""
    totals: dict[str, int] = {}
    for plane in _parsed(path).planes:
        names = {key: entry.name for key, entry in plane.event_metadata.items()}
        for line in plane.lines:
            for event in line.events:
                name = names[event.metadata_id]
                totals[name] = totals.get(name, 0) + event.duration_ps
    return {name: (total, 0) for name, total in totals.items()}


def xplane_pb2_with_stack(path: str) -> Table:
    """Return time and self time by name; an event that crosses another one counts wholly as its child."""
    totals: dict[str, int] = {}
    selfs: dict[str, int] = {}
    for plane in _parsed(path).planes:
        names = {key: entry.name for key, entry in plane.event_metadata.items()}
        for line in plane.lines:
            stack: list[tuple[int, str]] = []
            for event in line.events:
                start, duration = event.offset_ps, event.duration_ps
                name = names[event.metadata_id]
                while stack and stack[-1][0] <= start:
                    stack.pop()
                if stack:
                    selfs[stack[-1][1]] -= duration
                totals[name] = totals.get(name, 0) + duration
                selfs[name] = selfs.get(name, 0) + duration
                stack.append((start + duration, name))
    return {name: (total, selfs[name]) for name, total in totals.items()}


def _parsed(path: str) -> Any:
    from tensorflow.tsl.profiler.protobuf import xplane_pb2

    space = xplane_pb2.XSpace()
    space.ParseFromString(Path(path).read_bytes())
    return space


def jax_profile_data(path: str) -> Table:
    """Return time by name, no self time."""
    from jax.profiler import ProfileData

    totals: dict[str, int] = {}
    for plane in ProfileData.from_file(path).planes:
        for line in plane.lines:
            for event in line.events:
                totals[event.name] = totals.get(event.name, 0) + int(event.duration_ns)
    return {name: (total, 0) for name, total in totals.items()}


def xprof_framework_op_stats(path: str) -> Table:
    """Run xprof's tool, in a fresh folder since it keeps its result; its table of operations is JSON."""
    from xprof.convert import raw_to_tool_data

    with tempfile.TemporaryDirectory(dir=Path(path).parent) as fresh:
        linked = Path(fresh) / "host.xplane.pb"
        os.link(path, linked)
        table, _ = raw_to_tool_data.xspace_to_tool_data([str(linked)], "framework_op_stats", {})
    if not table:
        raise RuntimeError("xprof made no framework_op_stats")
    return {}


PEERS: dict[str, tuple[str, Callable[[str], Table]]] = {
    "xplane_pb2": ("tensorflow", xplane_pb2_plain),
    "xplane_pb2_with_stack": ("tensorflow", xplane_pb2_with_stack),
    "jax_profile_data": ("jax", jax_profile_data),
    "xprof_framework_op_stats": ("xprof", xprof_framework_op_stats),
}


def compare(path: Path, peers: dict[str, Callable[[str], Table]]) -> None:
    """Print the peers' time over ours, in one process, warm."""
    times: dict[str, list[float]] = {name: [] for name in ("kprof", *peers)}
    for _ in range(ROUNDS):
        for name, reader in {"kprof": kprof, **peers}.items():
            begin = time.process_time()
            reader(str(path))
            times[name].append(time.process_time() - begin)
    ours = statistics.median(times["kprof"])
    print(f"figure read_xplane_cpu {ours:.3f} s")
    for name in peers:
        print(f"ratio {name} {statistics.median(times[name]) / ours:.2f}")


def compare_processes(path: Path, peers: dict[str, Callable[[str], Table]]) -> None:
    """Print the peers' time over ours for a whole process, from its start to the table."""
    times: dict[str, list[float]] = {name: [] for name in ("kprof", *peers)}
    for _ in range(ROUNDS):
        for name, taken in times.items():
            taken.append(_child("table", name, str(path))["cpu_s"])
    ours = statistics.median(times["kprof"])
    print(f"figure read_xplane_process_cpu {ours:.3f} s")
    for name in peers:
        print(f"ratio process_{name} {statistics.median(times[name]) / ours:.2f}")


def _child(*arguments: str) -> dict[str, float]:
    """Run this script for one step in a process of its own; return what it measured, and its CPU time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, str(Path(__file__).resolve()), "--step", *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=_environment())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"cpu_s": cpu_s, **found}


def _environment() -> dict[str, str]:
    root = str(Path(__file__).resolve().parents[1])
    return {**os.environ, "PYTHONPATH": root, "TF_CPP_MIN_LOG_LEVEL": "3"}


def grow(capture_file: Path, folder: Path) -> None:
    """Print time and memory an event for growing files, and the slope of log time over log events."""
    points = []
    for events in SIZES:
        path = folder / "grown.xplane.pb"
        repeat(capture_file, path, events)
        rounds = [_child("read", str(path)) for _ in range(3)]
        seconds = statistics.median(one["read_s"] for one in rounds)
        peak = statistics.median(one["peak_bytes"] for one in rounds)
        print(f"figure read_{events}_events {seconds:.3f} s")
        print(f"figure peak_memory_{events}_events {peak / events:.1f} bytes/event")
        points.append((math.log(events), math.log(seconds)))
    slope = statistics.linear_regression(*zip(*points, strict=True)).slope
    print(f"figure slope {slope:.3f} log(s)/log(events)")


def step(arguments: list[str]) -> None:
    """Do one step in this process and print what it took as JSON."""
    what, *rest = arguments
    if what == "capture":
        capture(rest[0], int(rest[1]))
        print("{}")
    elif what == "table":
        name, path = rest
        (kprof if name == "kprof" else PEERS[name][1])(path)
        print("{}")
    else:
        print(json.dumps(_read_once(rest[0])))


def _read_once(path: str) -> dict[str, float]:
    from profiler.readers import xplane

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    before, begin = _peak_bytes(), time.process_time()
    xplane.read(path)
    return {"read_s": time.process_time() - begin, "peak_bytes": _peak_bytes() - before}


def _peak_bytes() -> int:
    """Return the most memory that this process has held; ru_maxrss may be its parent's."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def main() -> None:
    """Run everything, or one step of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--step", nargs="+", help=argparse.SUPPRESS)
    parser.add_argument("--no-growth", action="store_true", help="leave out the larger files")
    options = parser.parse_args()
    if options.step:
        step(options.step)
        return
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    peers = {}
    for name, (package, reader) in PEERS.items():
        if importlib.util.find_spec(package) is None:
            print(f"skipped {name}: {package} is not installed")
        else:
            peers[name] = reader
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        _child("capture", made, str(CALLS))
        captured = next(folder.glob("plugins/profile/*/*.xplane.pb"))
        print(f"figure capture_bytes {captured.stat().st_size} bytes")
        print(f"figure capture_events {_events_in(captured)} events")
        compare(captured, peers)
        compare_processes(captured, peers)
        if not options.no_growth:
            grow(captured, folder)


def _events_in(path: Path) -> int:
    from profiler.readers import xplane

    return len(xplane.read(path).events)


if __name__ == "__main__":
    main()
