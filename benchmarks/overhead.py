"""What probes cost: a span, and a call of predict of the releases at hand, beside what they may cost.

The cost of a span is taken by `span_cost.py` under each Python, with the worker's own code. The overhead of a
call is that of `kprof run`: blocks of calls with probes beside blocks without them in the same processes.
Prints `figure NAME VALUE UNIT`, and after a figure that has a bar `figure NAME_bar VALUE UNIT`:

- `span_pythonX`: what entering and leaving a watched function adds, in ns, and `span_pairs_pythonX` in pairs
  of calls of `perf_counter_ns` in the same loop.
- `probes_STATE_tfX`: a call's time with probes over that without, the median of block ratios, and the
  `..._low` and `..._high` of its interval.
- `call_STATE_tfX`: a call, in ms; `spans_STATE_tfX`: its spans; `spans_share_STATE_tfX`: these times the cost
  of a span on that Python, as a share of the call.

    python benchmarks/overhead.py [--tf RELEASE,...] [--processes N] [--seconds S]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from measure_design import show

from profiler.attribution.instruments import probes
from profiler.environments.interpreters import choose, find_interpreters
from profiler.launch import manager
from profiler.launch.listener import Silent
from profiler.launch.worker import build_zip
from profiler.plan.request import Request
from profiler.results import build
from profiler.results.document import VariantReport
from profiler.runs import record
from profiler.runs.record import RunRecord

SPAN_COST = Path(__file__).with_name("span_cost.py")
# Pairs of `perf_counter_ns` that a span may take, by Python.
MOST_PAIRS = {"3.7": 3.5, "3.11": 3.0, "3.12": 4.5}
FAST_MS, SLOWER_MS = 5.0, 10.0
# What probes may add to calls of about a millisecond; of slower ones their spans may take a thousandth.
MOST_OF_FAST, MOST_SPANS_SHARE = 1.03, 0.1


def span_ns(python: str, minor: str, worker: Path, folder: Path) -> float:
    """Print what a span costs under a Python, and return it in ns."""
    command = [python, "-s", str(SPAN_COST), str(worker), str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    told = json.loads(done.stdout)
    show(f"span_python{minor}", told["span_ns"], "ns")
    show(f"span_pairs_python{minor}", told["pairs"], "pairs")
    if minor in MOST_PAIRS:
        show(f"span_pairs_python{minor}_bar", MOST_PAIRS[minor], "pairs")
    return float(told["span_ns"])


def measured(release: str | None, states: tuple[str, ...], options: argparse.Namespace, folder: Path) -> Path:
    """Measure predict of tiny without and with probes and return the run."""
    request = Request(
        ("tiny",),
        compile_states=states,
        entry_points=("predict",),
        instruments=("wall", "probes"),
        processes=options.processes,
        budget_s=options.seconds * options.processes,
        out=str(folder),
    )
    return manager.execute(request, Silent(), release).run_path


def calls_of(run: RunRecord, one: VariantReport) -> tuple[float, float]:
    """Return the spans and the milliseconds of a call."""
    captures = [
        capture
        for capture in run.captures
        if (capture.variant.id, capture.instrument) == (one.id, "probes") and capture.usable
    ]
    found = [probes.load(capture)[1] for capture in captures]
    spans = sum(len(each.table) for each in found) / sum(len(each.begins) for each in found)
    assert one.latency_ms is not None
    return spans, one.latency_ms.median


def overhead(path: Path, cost_ns: float | None) -> None:
    """Print what a run says of each of its variants."""
    run, report = record.read(path), build.build(path)
    for one in report.variants:
        slug = one.environment.partition("-")[0]
        name, found = f"{one.compile_state}_{slug}", one.perturbation["probes"]
        spans, call_ms = calls_of(run, one)
        show(f"probes_{name}", found.ratio, "x")
        for ending, bound in zip(("low", "high"), found.interval or (), strict=False):
            show(f"probes_{name}_{ending}", bound, "x")
        if call_ms < FAST_MS:
            show(f"probes_{name}_bar", MOST_OF_FAST, "x")
        show(f"call_{name}", call_ms, "ms")
        show(f"spans_{name}", spans, "spans")
        if cost_ns is not None:
            show(f"spans_share_{name}", spans * cost_ns / (call_ms * 1e6) * 100, "%")
            if call_ms >= SLOWER_MS:
                show(f"spans_share_{name}_bar", MOST_SPANS_SHARE, "%")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tf", default="", help="releases besides this environment's, like 2.0.0")
    parser.add_argument("--processes", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each variant in a process")
    options = parser.parse_args()
    here = ".".join(map(str, sys.version_info[:2]))
    interpreters = find_interpreters()
    chosen = {minor: found.path for minor in MOST_PAIRS if (found := choose(interpreters, minor))}
    chosen[here] = sys.executable
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        worker = build_zip(folder / "worker.zip")
        costs = {minor: span_ns(path, minor, worker, folder) for minor, path in sorted(chosen.items())}
        for release in (None, *filter(None, options.tf.split(","))):
            states = ("uncompiled", "compiled") if release is None else ("uncompiled",)
            path = measured(release, states, options, folder)
            (environment,) = record.read(path).manifest.environments.values()
            overhead(path, costs.get(".".join(environment.python.split(".")[:2])))


if __name__ == "__main__":
    main()
