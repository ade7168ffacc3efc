"""How often two equal variants come out as different: A/A measurements in a row, as a run would make them.

Each measurement takes the compiled predict of a workload twice in the same processes, in short shuffled
blocks, and ends once its verdict stands or its processes are done. Prints `figure NAME VALUE UNIT`:

- `aa_ratioN`, `aa_lowN`, `aa_highN`: what measurement N found, with the interval that holds under looking.
- `aa_measurements`, `aa_same`, `aa_differs`, `aa_cannot_tell`: how many there were of each verdict.

A line `warning TEXT` says what disturbed the machine meanwhile.

    python benchmarks/repeat_aa.py [--workload W] [--measurements N] [--processes N] [--seconds S]
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
from measure_design import Bench, blocks_of, show

from profiler.launch import host
from profiler.protocol.vocabulary import WORKLOADS
from profiler.results import disturbances
from profiler.runs.record import Capture
from profiler.statistics import Step, next_step


def measure(bench: Bench, processes: int, seconds: float) -> Step:
    """Return what one A/A measurement ended with."""
    twins: list[list[Capture]] = [[], []]
    while True:
        captures, _ = bench.process([bench.variant("compiled")] * 2, seconds)
        for place in (0, 1):
            twins[place].append(captures[place])
        step = next_step(blocks_of(twins[0]), blocks_of(twins[1]), processes - 2)
        if not step.go_on:
            return step


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workload", choices=WORKLOADS, default="tiny")
    parser.add_argument("--measurements", type=int, default=20)
    parser.add_argument("--processes", type=int, default=5, help="of each measurement, at most; at least 3")
    parser.add_argument("--seconds", type=float, default=1.6, help="measured of each variant in a process")
    arguments = parser.parse_args()
    words: Counter[str] = Counter()
    before = host.describe()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), arguments.workload)
        for number in range(1, arguments.measurements + 1):
            verdict = measure(bench, arguments.processes, arguments.seconds).verdict
            words[verdict.word] += 1
            ratio = verdict.ratio
            show(f"aa_ratio{number}", ratio.value or np.nan, "x")
            for name, bound in zip(("low", "high"), ratio.interval or (np.nan, np.nan), strict=True):
                show(f"aa_{name}{number}", bound, "x")
    show("aa_measurements", sum(words.values()), "measurements")
    for word in ("same", "differs", "cannot tell"):
        show(f"aa_{word.replace(' ', '_')}", words[word], "measurements")
    for found in disturbances.of_machine(before, host.describe()):
        print(f"warning {found}")


if __name__ == "__main__":
    main()
