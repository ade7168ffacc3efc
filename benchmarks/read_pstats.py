"""How fast a ``.prof`` becomes tables, against pstats.Stats and snakeviz's way.

Makes its own input (seeded): a profile of 200k functions and 600k edges, and an ordinary one of 5k functions.
Takes the readers in turn, CPU time in the process that reads, median of 5. Prints `ratio NAME VALUE` (the
peer's time over ours) and `figure NAME VALUE UNIT`.

    python benchmarks/read_pstats.py [--functions N]
"""

from __future__ import annotations

import argparse
import gc
import marshal
import pstats as standard
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from snakeviz.stats import json_stats, table_rows

from profiler.readers import marshal_child, pstats
from profiler.readers.marshal_guard import MarshalGuard

ROUNDS = 5
EDGES_PER_FUNCTION = 3
ORDINARY_FUNCTIONS = 5_000


def make_profile(path: Path, functions: int) -> None:
    """Write a profile of ``functions`` functions, each called by `EDGES_PER_FUNCTION` earlier ones."""
    source = random.Random(20200115)
    labels = [
        (f"/env/lib/site-packages/package{n % 97}/module{n % 1999}.py", n, f"function_{n}")
        for n in range(functions)
    ]
    stats: dict[Any, Any] = {}
    for number, label in enumerate(labels):
        callers = {
            labels[source.randrange(number)]: (2, 2, source.random(), source.random())
            for _ in range(min(number, EDGES_PER_FUNCTION))
        }
        stats[label] = (2, 2, source.random(), source.random(), callers)
    path.write_bytes(marshal.dumps(stats))


def with_ours(path: Path) -> None:
    """Parse as the guarded child does (no cycle search), but here, where the CPU time can be read."""
    gc.disable()
    try:
        marshal_child.parse(path.read_bytes())
    finally:
        gc.enable()


def with_standard(path: Path) -> None:
    """Load with the standard library."""
    standard.Stats(str(path))


def with_snakeviz(path: Path) -> None:
    """Do what snakeviz does before it can show a page."""
    stats = standard.Stats(str(path))
    table_rows(stats)
    json_stats(stats)


def cpu_seconds(run: Callable[[Path], None], path: Path) -> float:
    """Return the CPU time of one reading, in s."""
    begin = time.process_time()
    run(path)
    return time.process_time() - begin


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--functions", type=int, default=200_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        large, ordinary = Path(folder) / "large.prof", Path(folder) / "ordinary.prof"
        make_profile(large, arguments.functions)
        make_profile(ordinary, ORDINARY_FUNCTIONS)
        readers = {"ours": with_ours, "pstats": with_standard, "snakeviz": with_snakeviz}
        times: dict[str, list[float]] = {name: [] for name in readers}
        whole, small = [], []
        with MarshalGuard() as guard:
            for _ in range(ROUNDS):
                for name, reader in readers.items():
                    times[name].append(cpu_seconds(reader, large))
                begin = time.perf_counter()
                pstats.read(large, guard)
                whole.append(time.perf_counter() - begin)
                small.append(cpu_seconds(with_ours, ordinary))
    median = {name: statistics.median(values) for name, values in times.items()}
    print(f"ratio read_pstats_vs_pstats {median['pstats'] / median['ours']:.2f}")
    print(f"ratio read_pstats_vs_snakeviz {median['snakeviz'] / median['ours']:.2f}")
    print(f"figure read_pstats_{ORDINARY_FUNCTIONS}_functions {statistics.median(small) * 1e3:.1f} ms")
    name = f"read_pstats_{arguments.functions}_functions"
    print(f"figure {name} {median['ours']:.2f} s")
    print(f"figure {name}_through_the_guard {statistics.median(whole):.2f} s")


if __name__ == "__main__":
    main()
