"""Sweeps of runs whose times are known."""

from profiler.plan import rounds, sweep
from profiler.plan.request import Request
from profiler.results.sweep import build
from profiler.runs import record
from profiler.runs.manifest import SweepEntry
from tests.report import made_run

WIGGLE = (0.99, 1.0, 1.01)
PREDICT, FUNCTION = ("compiled", "predict"), ("compiled", "function")


def swept(path, times, wiggle=WIGGLE):
    """Return what a sweep by rows says of medians by way and rows, in ms, which three processes see."""
    sizes = sorted({size for by_size in times.values() for size in by_size})
    ways = dict.fromkeys(("predict", "function", *(entry_point for _, entry_point in times)))
    base = Request(compile_states=("compiled",), entry_points=tuple(ways))
    asked = sweep.request("tiny", base, rows=sweep.given("rows", sizes))
    medians = {
        asked.variant(size, way): [ms * one ** (1 if way == PREDICT else -1) for one in wiggle]
        for way, by_size in times.items()
        for size, ms in by_size.items()
    }
    run = record.read(made_run.write(path / "run", medians))
    entry = SweepEntry(asked, [rounds.first_round(asked)])
    return build.of_run(run, entry, {asked.variant(sizes[0], PREDICT): 0.25})
