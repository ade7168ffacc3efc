"""How much faster than predict the other entry points are, for a compiled built-in workload.

They are called in turn in short blocks, all in one process. Prints

- `figure ENTRY_median VALUE ms`: of a call;
- `ratio ENTRY VALUE`: predict's median over the entry point's.

    python benchmarks/measure_entry_points.py [--workload W] [--rounds N]
"""

from __future__ import annotations

import argparse
import os

import numpy as np
from measure_design import show

from profiler.collect import entry_points, frameworks, harness
from profiler.collect.models import built_in
from profiler.protocol.spec import WorkloadSpec
from profiler.protocol.vocabulary import ENTRY_POINTS, WORKLOADS

BATCH = 32
BLOCK = 5


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workload", choices=WORKLOADS, default="tiny")
    parser.add_argument("--rounds", type=int, default=10)
    arguments = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    framework = frameworks.load("tensorflow")
    workload = built_in.open_workload(WorkloadSpec(arguments.workload), framework)
    model, _ = workload.build("compiled", BATCH)
    x, _ = workload.inputs(BATCH)
    calls = {}
    for name in ENTRY_POINTS:
        of_entry = entry_points.calls_of(name, model, x, BATCH, BATCH, framework)
        harness.first_call(of_entry.first())
        calls[name] = of_entry.later()
        harness.warm_up(calls[name])
    took_ns: dict[str, list[int]] = {name: [] for name in ENTRY_POINTS}
    for _ in range(arguments.rounds):
        for name, call in calls.items():
            took_ns[name] += harness.timed_calls(call, BLOCK).durations
    medians = {name: float(np.median(durations)) for name, durations in took_ns.items()}
    for name, median in medians.items():
        show(f"{name}_median", median / 1e6, "ms")
    for name in ENTRY_POINTS[1:]:
        print(f"ratio {name} {medians['predict'] / medians[name]:.4g}", flush=True)


if __name__ == "__main__":
    main()
