"""Builds what a sweep says from its run directory alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ...plan.rounds import TRACER, Round
from ...protocol.errors import RunError
from ...protocol.vocabulary import Variant
from ...runs import record
from ...runs.manifest import RunManifest, SweepEntry
from ...runs.record import RunRecord
from ..document import Report
from .document import RoundLine, Sweep
from .lines import lines
from .points import floors, measured, name, others, point


def build(path: Path, report: Report | None = None) -> Sweep:
    """Return what the sweep in ``path`` says so far.

    Args:
        path: the run directory.
        report: the run's report, which knows the share of the model's kernels; without it that is unknown.

    Raises:
        RunError: no run, a damaged one, or one that is no sweep.
    """
    run = record.read(path)
    swept = run.manifest.sweep
    if swept is None:
        raise RunError("is no sweep", path, f"show it with: kprof report {path.name}")
    return of_run(run, swept, {} if report is None else _compute(report))


def of_run(run: RunRecord, swept: SweepEntry, compute: Mapping[Variant, float]) -> Sweep:
    """Return what a sweep says so far."""
    asked, manifest = swept.asked, run.manifest
    environment = next(iter(manifest.environments))
    effect = manifest.smallest_effect
    timed = measured(run, environment, asked, sizes(swept.rounds))
    return Sweep(
        run=run.name,
        environment=environment,
        axis=asked.axis,
        workloads=asked.workloads,
        ways=tuple(map(name, asked.ways())),
        baseline=name(asked.baseline),
        smallest_effect=effect,
        points=tuple(
            point(one, floor, asked, effect, compute)
            for one, floor in zip(timed, floors(timed, others(asked)), strict=True)
            if one.timed or one.reasons
        ),
        lines=lines(timed, asked, effect),
        rounds=tuple(RoundLine(one.sizes, one.processes, one.why) for one in swept.rounds),
        spent_s=spent_s(manifest),
        budget_s=asked.budget_s,
        status=manifest.status,
        notes=tuple(manifest.environments[environment].notes),
    )


def sizes(rounds: Iterable[Round]) -> tuple[int, ...]:
    """Return the sizes of rounds, each once, in order."""
    return tuple(sorted({size for one in rounds for size in one.sizes}))


def spent_s(manifest: RunManifest) -> float:
    """Return how long the processes of a run have taken, in s."""
    return sum({one.process: one.process_s or 0.0 for one in manifest.captures}.values())


def _compute(report: Report) -> dict[Variant, float]:
    return {
        Variant(one.workload, one.compile_state, one.entry_point, one.batch_size, one.rows): share
        for one in report.variants
        if (share := one.compute.get(TRACER)) is not None
    }
