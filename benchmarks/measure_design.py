"""What the design of the measurement is worth on this machine: two variants in fresh processes or in blocks.

Measures uncompiled and compiled predict in about the same total time, process starts included,

- `separate`: in fresh processes that alternate, one variant each (Welch's t interval over processes);
- `blocks`: in processes that hold both, in short shuffled blocks (t interval over each process's ratio);

then the compiled predict twice in the same processes (A/A), which must come out as equal. Prints
`figure NAME VALUE UNIT`:

- `DESIGN_half_width`: half the 95 % interval of compiled over uncompiled, as a percentage of the ratio.
- `blocks_half_width_processesN` and `..._roundsN`: from the first N processes, or rounds of each process.
- `aa_ratio`, `aa_low`, `aa_high`: the second over the first of two equal variants that share processes.
- `built_first`: what being built first in its process does to a variant's time, with its interval.
- `first_slot`: the first block of a round over the second, both of any variant, with its interval.
- `autocorrelation`: of the logarithms of neighbouring calls, within a process; median over processes.

A line `warning TEXT` says what disturbed the machine meanwhile.

    python benchmarks/measure_design.py [--workload W] [--processes N] [--seconds S]
"""

from __future__ import annotations

import argparse
import dataclasses
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from profiler.launch import host, worker
from profiler.protocol import files, schemas
from profiler.protocol.decoding import decode
from profiler.protocol.spec import (
    CaptureManifest,
    CatalogueSpec,
    MeasureSpec,
    ObserveSpec,
    Spec,
    VariantSpec,
    WorkloadSpec,
)
from profiler.protocol.vocabulary import WORKLOADS, Variant
from profiler.results import disturbances
from profiler.runs.record import Capture
from profiler.statistics import Blocks, Estimate, paired_ratio, unpaired_ratio
from profiler.statistics.intervals import spread_of, spread_of_difference
from profiler.statistics.pairing import process_log_ratios

BATCH_SIZE = 32
SEED = 20200115
TIMEOUT_S = 300.0
LEAST_S = 0.2


class Bench:
    """Runs worker processes one after another and returns their captures."""

    def __init__(self, folder: Path, workload: str) -> None:
        self.folder = folder
        self.workload = workload
        self.worker = worker.build_zip(folder / "kprof_worker.zip")
        self.seeds = random.Random(SEED)
        self.started = 0

    def variant(self, compile_state: str) -> Variant:
        """Return this workload's predict in a compile state."""
        return Variant(self.workload, compile_state, "predict", BATCH_SIZE, BATCH_SIZE)

    def process(self, variants: Sequence[Variant], budget_s: float) -> tuple[list[Capture], float]:
        """Measure ``variants`` in one fresh process, each for ``budget_s``; return captures and seconds."""
        number = self.started
        self.started += 1
        output = self.folder / f"process-{number}"
        part = MeasureSpec(
            environment="here",
            process=number,
            seed=self.seeds.getrandbits(31),
            variants=[
                VariantSpec(one, "wall", None, budget_s, inspect=False, folder=str(place))
                for place, one in enumerate(variants)
            ],
            catalogue=CatalogueSpec([], ObserveSpec()),
        )
        spec = Spec(str(output), [WorkloadSpec(self.workload)], measure=part)
        path, log = self.folder / "spec.json", self.folder / "worker.txt"
        files.write_json(str(path), {"schema": schemas.SPEC, **dataclasses.asdict(spec)})
        where = worker.Location(self.folder)
        ended = worker.run(sys.executable, [str(self.worker), str(path)], log, TIMEOUT_S, where)
        if ended.status != "ok":
            raise SystemExit(f"{ended.reason}\n{log.read_text()}")
        return [self._capture(output / str(place), one) for place, one in enumerate(variants)], ended.seconds

    def _capture(self, folder: Path, variant: Variant) -> Capture:
        found = decode(CaptureManifest, files.read_json(str(folder / files.CAPTURE_FILE), schemas.CAPTURE))
        if found.status != "ok":
            raise SystemExit(f"{variant.id}: {found.reason}")
        return Capture(str(folder), folder, "here", variant, "wall", found.process, "ok", None, found)


def blocks_of(captures: Sequence[Capture]) -> Blocks:
    """Return captures of one variant, one a process, as blocks."""
    return Blocks({one.process: one.blocks_ns() for one in captures})


def half_width(estimate: Estimate) -> float:
    """Return half an interval's width in logarithms, as a percentage of the ratio."""
    low, high = estimate.interval or (np.nan, np.nan)
    return float(np.expm1(np.log(high / low) / 2) * 100)


def show(name: str, value: float, unit: str) -> None:
    """Print one line."""
    print(f"figure {name} {value:.4g} {unit}", flush=True)


def show_interval(name: str, value: float, half: float) -> None:
    """Print an effect that is given in logarithms, with its interval, in per cent."""
    for ending, log in (("", value), ("_low", value - half), ("_high", value + half)):
        show(name + ending, float(np.expm1(log) * 100), "%")


def separate(bench: Bench, processes: int, seconds: float) -> tuple[float, float]:
    """Measure in alternating fresh processes; return the total and one process's start, both in s."""
    states = [bench.variant("uncompiled"), bench.variant("compiled")]
    found: list[list[Capture]] = [[], []]
    total = 0.0
    for replicate in range(processes):
        for place in (0, 1) if replicate % 2 == 0 else (1, 0):
            captures, spent = bench.process([states[place]], seconds)
            found[place] += captures
            total += spent
    show("separate_seconds", total, "s")
    calls = blocks_of(found[0]), blocks_of(found[1])
    ratio = unpaired_ratio(*calls)
    show("separate_ratio", ratio.value or np.nan, "x")
    show("separate_half_width", half_width(ratio), "%")
    show("autocorrelation", np.median([_neighbours(blocks) for blocks in calls]), "r")
    return total, max(0.0, total / (2 * processes) - seconds)


def _neighbours(blocks: Blocks) -> float:
    found = []
    for number in blocks.processes:
        logs = np.log(blocks.calls(number))
        found.append(np.corrcoef(logs[:-1], logs[1:])[0, 1] if len(logs) > 2 else np.nan)
    return float(np.nanmedian(found)) if np.isfinite(found).any() else np.nan


def together(bench: Bench, processes: int, seconds: float, start_s: float) -> float:
    """Measure both in the same processes, in blocks; every other process builds them in the other order.

    Each process's budget is set so that all together take ``seconds``; the last one's is returned, in s.
    """
    states = [bench.variant("uncompiled"), bench.variant("compiled")]
    by_state: list[list[Capture]] = [[], []]
    total = 0.0
    for replicate in range(processes):
        order = (0, 1) if replicate % 2 == 0 else (1, 0)
        budget = max(LEAST_S, ((seconds - total) / (processes - replicate) - start_s) / 2)
        captures, spent = bench.process([states[place] for place in order], budget)
        for place, capture in zip(order, captures, strict=True):
            by_state[place].append(capture)
        total += spent
        start_s = spent - 2 * budget
    uncompiled, compiled = blocks_of(by_state[0]), blocks_of(by_state[1])
    ratio = paired_ratio(uncompiled, compiled)
    show("blocks_seconds", total, "s")
    show("blocks_ratio", ratio.value or np.nan, "x")
    show("blocks_half_width", half_width(ratio), "%")
    for count in range(3, processes):
        short = paired_ratio(first(uncompiled, count, None), first(compiled, count, None))
        show(f"blocks_half_width_processes{count}", half_width(short), "%")
    rounds = min(len(one) for one in (*uncompiled.processes.values(), *compiled.processes.values()))
    for count in (rounds // 8, rounds // 4, rounds // 2):
        if count:
            short = paired_ratio(first(uncompiled, None, count), first(compiled, None, count))
            show(f"blocks_half_width_rounds{count}", half_width(short), "%")
    show("blocks_rounds", rounds, "rounds")
    built = process_log_ratios(uncompiled, compiled)
    spread = spread_of_difference(built[0::2], built[1::2])
    show_interval("built_first", float(spread.mean) / 2, float(spread.half_width()) / 2)
    slots = np.array([_first_slot(*pair) for pair in zip(*by_state, strict=True)])
    show_interval("first_slot", float(slots.mean()), float(spread_of(slots).half_width()))
    return budget


def first(blocks: Blocks, processes: int | None, rounds: int | None) -> Blocks:
    """Return the first processes, and the first rounds of each."""
    chosen = list(blocks.processes.items())[:processes]
    return Blocks({number: own[:rounds] for number, own in chosen})


def _first_slot(one: Capture, other: Capture) -> float:
    """Return the mean over rounds of log(first block / second block), each over its variant's median."""
    logs: dict[int, list[npt.NDArray[np.float64]]] = {0: [], 1: []}
    for capture in (one, other):
        middle = np.log(np.median(capture.durations_ns()))
        rounds = capture.blocks_ns()
        for block in capture.manifest.blocks:
            logs[block.position].append(np.median(np.log(rounds[block.block])) - middle)
    return float(np.median(logs[0]) - np.median(logs[1]))


def same_twice(bench: Bench, processes: int, seconds: float) -> None:
    """Measure the compiled predict as two variants of the same processes (A/A)."""
    twins: list[list[Capture]] = [[], []]
    for _ in range(processes):
        captures, _spent = bench.process([bench.variant("compiled")] * 2, seconds)
        for place in (0, 1):
            twins[place].append(captures[place])
    ratio = paired_ratio(blocks_of(twins[0]), blocks_of(twins[1]))
    show("aa_ratio", ratio.value or np.nan, "x")
    for name, bound in zip(("aa_low", "aa_high"), ratio.interval or (np.nan, np.nan), strict=True):
        show(name, bound, "x")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workload", choices=WORKLOADS, default="tiny")
    parser.add_argument("--processes", type=int, default=5, help="of each design; at least 4")
    parser.add_argument("--seconds", type=float, default=1.0, help="measured in each separate process")
    arguments = parser.parse_args()
    if arguments.processes < 4:
        parser.error(f"--processes {arguments.processes}: at least 4 are needed, 2 in each build order")
    before = host.describe()
    with tempfile.TemporaryDirectory(prefix="kprof-design-") as folder:
        bench = Bench(Path(folder), arguments.workload)
        total, start_s = separate(bench, arguments.processes, arguments.seconds)
        budget = together(bench, arguments.processes, total, start_s)
        same_twice(bench, arguments.processes, budget)
    for found in disturbances.of_machine(before, host.describe()):
        print(f"warning {found}")


if __name__ == "__main__":
    main()
