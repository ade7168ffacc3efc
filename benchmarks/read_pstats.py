"""How fast a ``.prof`` becomes tables, against pstats.Stats and against what snakeviz does to show one.

Makes its own input (seeded): a profile of 200k functions and 600k edges in cProfile's shape (20 functions a
file, most callers near by, one edge in five from a hub), and an ordinary one of 5k functions. The readers
take turns, each time in a fresh process; a figure is the median of 5 CPU times of that process, from the file
to the tables. The figures through the guard are wall time in the caller's process, its child started.

Prints `ratio NAME VALUE` (the peer's time over ours) and `figure NAME VALUE UNIT`.
"""

from __future__ import annotations

import argparse
import marshal
import multiprocessing
import pstats as standard
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from snakeviz.stats import json_stats, table_rows

from profiler.readers import pstats
from profiler.readers.pstats import marshal_child
from profiler.readers.pstats.marshal_guard import MarshalGuard

ROUNDS = 5
EDGES_PER_FUNCTION = 3
ORDINARY_FUNCTIONS = 5_000
FUNCTIONS_PER_FILE = 20
NEAR = 60
HUB_SHARE = 0.2
FUNCTIONS_PER_HUB = 100


def make_profile(path: Path, functions: int) -> None:
    """Write a profile of ``functions`` functions and `EDGES_PER_FUNCTION` times as many edges."""
    source = random.Random(20200115)
    labels = [
        (
            f"/env/lib/python3.11/site-packages/package_{n // 2000}/module_{n // FUNCTIONS_PER_FILE}.py",
            1 + 17 * (n % FUNCTIONS_PER_FILE),
            sys.intern(f"function_{n % (functions // 2)}"),
        )
        for n in range(functions)
    ]
    # cProfile makes one label for a function's row and another for it as a caller.
    callers = [(file, line, name) for file, line, name in labels]
    stats: dict[Any, Any] = {label: (*calls(source), {}) for label in labels}
    missing = EDGES_PER_FUNCTION * functions
    while missing:
        callee = source.randrange(functions)
        if source.random() < HUB_SHARE:
            caller = source.randrange(max(1, functions // FUNCTIONS_PER_HUB)) * FUNCTIONS_PER_HUB % functions
        else:
            caller = (callee + source.randrange(-NEAR, NEAR)) % functions
        table = stats[labels[callee]][4]
        if callers[caller] not in table:
            table[callers[caller]] = calls(source)
            missing -= 1
    path.write_bytes(marshal.dumps(stats))


def calls(source: random.Random) -> tuple[int, int, float, float]:
    """Return made-up figures of one row: calls, primitive calls, self s, cumulative s."""
    number = source.randrange(1, 2000)
    self_s = source.random()
    return number, number, self_s, self_s + source.random()


def with_ours(path: Path) -> None:
    """Make the tables as the guard's child and its parent do, in one process."""
    framed = marshal_child.read_framed(bytes(path), path.stat().st_size)
    pstats.to_profile(marshal_child.parse_limited(framed))


def with_standard(path: Path) -> None:
    """Load with the standard library."""
    standard.Stats(str(path))


def with_snakeviz(path: Path) -> None:
    """Do what snakeviz does before it can show a page."""
    stats = standard.Stats(str(path))
    table_rows(stats)
    json_stats(stats)


def in_fresh_process(reader: Callable[[Path], None], path: Path) -> float:
    """Return the CPU time of one reading in a process that has read nothing before, in s."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(cpu_seconds, (reader, path))


def cpu_seconds(reader: Callable[[Path], None], path: Path) -> float:
    """Return the CPU time of one reading, in s."""
    begin = time.process_time()
    reader(path)
    return time.process_time() - begin


def wall_seconds(path: Path, guard: MarshalGuard) -> float:
    """Return the time that a caller waits for the tables, in s."""
    begin = time.perf_counter()
    pstats.read(path, guard)
    return time.perf_counter() - begin


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--functions", type=int, default=200_000, help="of the large profile")
    large_functions = parser.parse_args().functions
    readers = {"ours": with_ours, "pstats": with_standard, "snakeviz": with_snakeviz}
    times: dict[str, list[float]] = {name: [] for name in (*readers, "ordinary", "guard", "guard_ordinary")}
    with tempfile.TemporaryDirectory() as folder, MarshalGuard() as guard:
        large, ordinary = Path(folder) / "large.prof", Path(folder) / "ordinary.prof"
        make_profile(large, large_functions)
        make_profile(ordinary, ORDINARY_FUNCTIONS)
        pstats.read(ordinary, guard)
        for _ in range(ROUNDS):
            for name, reader in readers.items():
                times[name].append(in_fresh_process(reader, large))
            times["ordinary"].append(in_fresh_process(with_ours, ordinary))
            times["guard"].append(wall_seconds(large, guard))
            times["guard_ordinary"].append(wall_seconds(ordinary, guard))
    median = {name: statistics.median(values) for name, values in times.items()}
    print(f"ratio read_pstats_vs_pstats {median['pstats'] / median['ours']:.2f}")
    print(f"ratio read_pstats_vs_snakeviz {median['snakeviz'] / median['ours']:.2f}")
    print(f"figure read_pstats_5k_functions {median['ordinary'] * 1e3:.1f} ms")
    print(f"figure read_pstats_5k_functions_through_guard {median['guard_ordinary'] * 1e3:.1f} ms")
    print(f"figure read_pstats_{large_functions}_functions {median['ours']:.2f} s")
    print(f"figure read_pstats_{large_functions}_functions_through_guard {median['guard']:.2f} s")


if __name__ == "__main__":
    main()
