"""Whether what `kprof advise` recommends holds in a plain loop: an MLP, 1 to 100 rows a call, drawn anew.

The loop is a user's own: it draws a number of rows, calls, and takes the next; its time is that of all calls
together, after a pass over the same inputs. Prints

- `figure advise_gain VALUE times`: what `advise` says, its interval's ends as `advise_gain_low` and `_high`;
- `ratio loop VALUE`: the time of the loop with predict over that with the recommended way.

    python benchmarks/advise_recommendation.py [--calls N] [--processes N]
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from measure_design import show

import profiler
from profiler.collect import candidates, frameworks
from profiler.collect.candidates import Subject
from profiler.protocol.candidates import candidate

LARGEST = 100
WIDTH = 64
SEED = 20200115


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--calls", type=int, default=60)
    parser.add_argument("--processes", type=int, default=3)
    arguments = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    framework = frameworks.load("tensorflow")
    model = mlp(framework.keras)
    with tempfile.TemporaryDirectory() as folder:
        found = profiler.advise(model, rows=f"1..{LARGEST}", processes=arguments.processes, out=folder)
    if found.recommended is None or found.gain is None:
        raise SystemExit(f"nothing was recommended: {found.why}")
    show("advise_gain", found.gain.ratio, "times")
    for name, end in zip(("low", "high"), found.gain.interval or (), strict=False):
        show(f"advise_gain_{name}", end, "times")
    random = np.random.RandomState(SEED)
    inputs = [
        random.random_sample((rows, WIDTH)).astype("float32")
        for rows in random.randint(1, LARGEST + 1, arguments.calls)
    ]
    subject = Subject(model, framework, 32, inputs[0], True, None, ".")
    way = candidates.prepare(candidate(found.recommended), subject)
    predict_s = loop_s(lambda x: model.predict(x, verbose=0), inputs)
    print(f"ratio loop {predict_s / loop_s(way.entry, inputs):.4g}", flush=True)


def mlp(keras: Any) -> Any:
    """Return a model of three dense layers."""
    layers = keras.layers
    inputs = keras.Input((WIDTH,))
    hidden = layers.Dense(128, activation="relu")(layers.Dense(128, activation="relu")(inputs))
    return keras.Model(inputs, layers.Dense(1)(hidden))


def loop_s(call: Callable[[Any], Any], inputs: list[Any]) -> float:
    """Return what a loop over the inputs takes, in s, after a pass over them."""
    for x in inputs:
        call(x)
    begin = time.perf_counter()
    for x in inputs:
        call(x)
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
