"""What a span of the probes costs under this Python, by the worker's own code; `overhead.py` runs it.

    python benchmarks/span_cost.py WORKER.zip FOLDER

A function that does nothing is called in three loops in turn: as it is, with two calls of the clock beside it
(a pair), and watched. Prints a JSON object: how it was watched, and the medians over rounds of what a span
and a pair add to a call, in ns, and of their ratio in the same round.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, sys.argv[1])

from kprof_worker.collect.probes.tape import FIELDS
from kprof_worker.collect.probes.watches import Watched

FOLDER = Path(sys.argv[2])
# Loops of a tenth of a millisecond are rarely interrupted.
ROUNDS, CALLS = 1001, 200
MODULE = "watched_by_span_cost"
SOURCE = """
def watched():
    return None
"""


def called(function: Callable[[], object], count: int) -> int:
    """Return the ns of a loop that calls the function."""
    begin = time.perf_counter_ns()
    for _ in range(count):
        function()
    return time.perf_counter_ns() - begin


def called_beside_a_pair(function: Callable[[], object], count: int) -> int:
    """Return the ns of a loop that calls the function and, twice, the clock."""
    clock = time.perf_counter_ns
    begin = clock()
    for _ in range(count):
        clock()
        function()
        clock()
    return time.perf_counter_ns() - begin


def middle(values: list[float]) -> float:
    """Return the median of an odd number of values."""
    return sorted(values)[len(values) // 2]


def main() -> None:
    """Measure and print."""
    (FOLDER / (MODULE + ".py")).write_text(SOURCE)
    sys.path.insert(0, str(FOLDER))
    function = __import__(MODULE).watched
    watch = Watched([MODULE + ".py::watched"])
    watch.prepare()
    (way,) = watch.ways.values()
    spans: list[float] = []
    pairs: list[float] = []
    ratios: list[float] = []
    for number in range(ROUNDS + 1):
        plain = called(function, CALLS)
        pair = called_beside_a_pair(function, CALLS) - plain
        with watch.watched() as tape:
            called(function, CALLS // 10)
            tape.clear()
            empty = len(tape.events)
            span = called(function, CALLS) - plain
            assert len(tape.events) == empty + 2 * FIELDS * CALLS, "events are missing"
            tape.clear()
        if number:
            spans.append(span / CALLS)
            pairs.append(pair / CALLS)
            ratios.append(span / pair)
    watch.close()
    costs = {"span_ns": middle(spans), "pair_ns": middle(pairs), "pairs": middle(ratios)}
    print(json.dumps({"way": way, **costs}))


main()
