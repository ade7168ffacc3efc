"""How often equal code fails a gate side by side: `kprof run --against` of the same model and interpreter.

Each measurement is a whole run: pairs of fresh processes whose blocks of calls alternate, until the
comparison of the two sides stands or the processes are done. Prints `figure NAME VALUE UNIT`:

- `against_aa_ratioN`, `_lowN`, `_highN`: the ratio of compiled predict in measurement N, with its interval.
- `against_aa_waitingN`: the most that a process used of a core while the other side was measured.
- `against_aa_same`, `against_aa_differs`, `against_aa_cannot_tell`: how many comparisons had each verdict.
- `against_aa_failed`: how many measurements would fail a gate of `slower > 5%` (`faster` counts as well).

A line `warning TEXT` says what disturbed the machine meanwhile.

    python benchmarks/against_aa.py [--workload W] [--measurements N] [--budget SECONDS] [--entry-point E,E]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
from measure_design import show

from profiler.launch import host, manager
from profiler.launch.listener import Silent
from profiler.plan.request import Request
from profiler.protocol.vocabulary import WORKLOADS
from profiler.results import build, disturbances
from profiler.results.document import Comparison
from profiler.runs import record

THRESHOLD = 1.05


def measure(request: Request) -> tuple[tuple[Comparison, ...], float]:
    """Return a run's comparisons of its two sides, and the most that a process used while it waited."""
    path = manager.execute(request, Silent()).run_path
    waited = [one.manifest.waiting for one in record.read(path).captures]
    shares = [one.cpu_ns / one.wait_ns for one in waited if one is not None]
    return build.build(path).across, max(shares, default=np.nan)


def fails(one: Comparison) -> bool:
    """Return whether the whole interval of a difference lies beyond the threshold, in either direction."""
    low, high = one.interval or (1.0, 1.0)
    return one.verdict == "differs" and (low > THRESHOLD or high < 1 / THRESHOLD)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workload", choices=WORKLOADS, default="tiny")
    parser.add_argument("--measurements", type=int, default=20)
    parser.add_argument("--budget", type=float, default=4.0, help="seconds of each variant, on each side")
    parser.add_argument("--entry-point", default="predict", help="which calls, by commas")
    arguments = parser.parse_args()
    words: Counter[str] = Counter()
    failed = 0
    before = host.describe()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(1, arguments.measurements + 1):
            request = Request(
                (arguments.workload,),
                against=f"python:{sys.executable}",
                instruments=("wall",),
                entry_points=tuple(arguments.entry_point.split(",")),
                budget_s=arguments.budget,
                out=str(Path(folder) / str(number)),
            )
            found, waiting = measure(request)
            words.update(one.verdict or "none" for one in found)
            failed += any(map(fails, found))
            main_one = next((one for one in found if "/compiled/predict/" in one.candidate), found[0])
            show(f"against_aa_ratio{number}", main_one.ratio, "x")
            for name, bound in zip(("low", "high"), main_one.interval or (np.nan, np.nan), strict=True):
                show(f"against_aa_{name}{number}", bound, "x")
            show(f"against_aa_waiting{number}", waiting * 100, "%")
    total = sum(words.values())
    for word in ("same", "differs", "cannot tell"):
        show(f"against_aa_{word.replace(' ', '_')}", words[word], f"of {total}")
    show("against_aa_failed", failed, f"of {arguments.measurements}")
    for found_one in disturbances.of_machine(before, host.describe()):
        print(f"warning {found_one}")


if __name__ == "__main__":
    main()
