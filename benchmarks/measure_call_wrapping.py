"""What stands around an entry point in the timed window: how a call's outputs become NumPy arrays.

The entry points of tiny but predict are called in turn in three ways, all in one process: as a capture calls
them now (`captured`), in a lambda that walks the outputs with `tf.nest` as captures once did (`walked`), and
alone, their tensors left as they are (`alone`). Prints `figure NAME VALUE UNIT`:

- `ENTRY_alone`: the median of a call.
- `ENTRY_captured_adds`, `ENTRY_walked_adds`: what the way adds to that, the median over rounds.
- `array_captured_adds`, `array_walked_adds`, `tensor_...`: the same around a function that only returns such
  an output, where nothing hides it; a tensor's own `numpy()` is part of it.

    python benchmarks/measure_call_wrapping.py [--rounds N] [--calls N]
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
from measure_design import show

from profiler.collect import entry_points, frameworks, harness
from profiler.collect.entry_points import calls_of
from profiler.collect.harness import Call
from profiler.collect.models import built_in
from profiler.protocol.spec import WorkloadSpec
from profiler.protocol.vocabulary import ENTRY_POINTS

BATCH = 32


def ways(entry_point: str, model: Any, x: Any, framework: frameworks.Framework) -> dict[str, Call]:
    """Return a call of an entry point in each way."""
    calls = calls_of(entry_point, model, x, BATCH, BATCH, framework)
    harness.first_call(calls.first())
    entry, kwargs = entry_points.step(entry_point, model, framework)
    alone = Call(entry, (x,), kwargs)
    return {
        "alone": alone,
        "captured": calls.later(),
        "walked": Call(_walked(alone, framework), alone.args, {}),
    }


def _walked(call: Call, framework: frameworks.Framework) -> Callable[[Any], Any]:
    def array(output: Any) -> Any:
        return output.numpy() if hasattr(output, "numpy") else output

    def to_numpy(outputs: Any) -> Any:
        return framework.map_structure(array, outputs)

    return lambda x: to_numpy(call.entry(x, **call.kwargs))


def measure(name: str, calls: dict[str, Call], rounds: int, count: int) -> None:
    """Make the calls in turn and print what each way adds to the call alone."""
    took_us: dict[str, list[float]] = {way: [] for way in calls}
    for call in calls.values():
        harness.untimed_calls(call, count)
    for _ in range(rounds):
        for way, call in calls.items():
            durations = harness.timed_calls(call, count).durations
            took_us[way].append(float(np.median(durations)) / 1000)
    alone = np.array(took_us["alone"])
    show(f"{name}_alone", float(np.median(alone)), "us")
    for way in ("captured", "walked"):
        show(f"{name}_{way}_adds", float(np.median(np.array(took_us[way]) - alone)), "us")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--calls", type=int, default=30)
    arguments = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    framework = frameworks.load("tensorflow")
    import tensorflow as tf

    for name, output in (("array", np.zeros((BATCH, 1), "float32")), ("tensor", tf.zeros((BATCH, 1)))):
        returns = SimpleNamespace(predict_on_batch=lambda x, output=output: output)
        found = ways("predict_on_batch", returns, None, framework)
        measure(name, found, arguments.rounds, arguments.calls)
    workload = built_in.open_workload(WorkloadSpec("tiny"), framework)
    model, _ = workload.build("compiled", BATCH)
    x, _ = workload.inputs(BATCH)
    for entry_point in ENTRY_POINTS[1:]:
        found = ways(entry_point, model, x, framework)
        measure(entry_point, found, arguments.rounds, arguments.calls)


if __name__ == "__main__":
    main()
