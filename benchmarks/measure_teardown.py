"""What freeing the input pipeline adds to a predict call, and whether tf.data's autotuning is the cause.

The compiled predict of a workload is called in turn with NumPy arrays, with a dataset, and with a dataset
whose options turn autotuning off; all in one process. Prints `figure NAME VALUE UNIT`, for each of the three:

- `WAY_fastest`, `WAY_median`, `WAY_slowest`: of `arrays`, `dataset` and `dataset_without_autotune`.
- `WAY_slow_calls`: the share of calls that took more than 1.4 times the fastest.

    python benchmarks/measure_teardown.py [--workload W] [--rounds N]
"""

from __future__ import annotations

import argparse
import os
import time
from typing import Any

import numpy as np
from measure_design import show

from profiler.collect import frameworks
from profiler.collect.models import built_in
from profiler.protocol.spec import WorkloadSpec
from profiler.protocol.vocabulary import WORKLOADS

BATCH = 32
SLOW = 1.4


def ways(tf: Any, array: Any) -> dict[str, Any]:
    """Return what predict takes as input, by the way it is given."""
    found: dict[str, Any] = {"arrays": array}
    for name, enabled in (("dataset", True), ("dataset_without_autotune", False)):
        options = tf.data.Options()
        options.autotune.enabled = enabled
        found[name] = tf.data.Dataset.from_tensors(array).with_options(options)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workload", choices=WORKLOADS, default="medium")
    parser.add_argument("--rounds", type=int, default=12)
    arguments = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf

    framework = frameworks.load("tensorflow")
    workload = built_in.open_workload(WorkloadSpec(arguments.workload), framework)
    model, _ = workload.build("compiled", BATCH)
    array, _ = workload.inputs(BATCH)
    inputs = ways(tf, array)
    took_s: dict[str, list[float]] = {name: [] for name in inputs}
    for number in range(arguments.rounds + 1):
        for name, given in inputs.items():
            start = time.perf_counter()
            model.predict(given, verbose=0)
            if number:  # the first round traces
                took_s[name].append(time.perf_counter() - start)
    for name, calls in took_s.items():
        fastest = min(calls)
        show(f"{name}_fastest", 1e3 * fastest, "ms")
        show(f"{name}_median", 1e3 * float(np.median(calls)), "ms")
        show(f"{name}_slowest", 1e3 * max(calls), "ms")
        show(f"{name}_slow_calls", 100 * float(np.mean(np.array(calls) > SLOW * fastest)), "%")


if __name__ == "__main__":
    main()
