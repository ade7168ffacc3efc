"""Builds the report of a run from its directory alone; TensorFlow is not needed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .. import statistics
from ..attribution.attribute import INSTRUMENTS, Attributed, Share, attribute
from ..catalogue import catalogue as catalogues
from ..catalogue import presence
from ..catalogue.catalogue import Catalogue
from ..catalogue.presence import Standing
from ..launch import host, stopping
from ..protocol import files
from ..protocol.vocabulary import Variant as VariantId
from ..readers.pstats.marshal_guard import MarshalGuard
from ..runs import record
from ..runs.record import Capture, Run
from . import speed, timings
from .cross_check import contradictions
from .document import (
    CaptureLine,
    Comparison,
    Environment,
    Internal,
    Latency,
    Measure,
    Perturbation,
    Report,
    Variant,
)
from .speed import Timed


def build(path: Path, smallest_effect: float | None = None) -> Report:
    """Return the report of the run in ``path``, attributed with today's catalogue.

    Args:
        path: the run directory.
        smallest_effect: the smallest relative difference that matters, to judge the same intervals by; by
            default the one that the run was made with.

    Raises:
        RunError: no run, a newer schema, or a manifest that was cut or altered.
        UsageError: a smallest effect that is not above 0.
    """
    run = record.read(path)
    own = float(run.manifest["smallest_effect"])
    effect = statistics.require_effect(own if smallest_effect is None else smallest_effect)
    with MarshalGuard() as guard:
        return _Builder(run, catalogues.load(), guard, effect).report()


class _Builder:
    """One report while it is made: the run, the catalogue, and the warnings so far."""

    def __init__(self, run: Run, catalogue: Catalogue, guard: MarshalGuard, smallest_effect: float) -> None:
        self.run = run
        self.catalogue = catalogue
        self.guard = guard
        self.smallest_effect = smallest_effect
        self.warnings: dict[str, None] = {}

    def report(self) -> Report:
        variants = tuple(self._variant(slug, variant) for slug, variant in self.run.variants)
        timed = [timings.timed(self.run, slug, variant) for slug, variant in self.run.variants]
        self._warn_of_instability(timed)
        self._warn_of_the_machine()
        self._warn_of_xla()
        for slug, environment in self.run.manifest["environments"].items():
            for note in environment.get("notes", ()):
                self._warn(f"{slug}: {note}")
        made_with = str(self.run.manifest["catalogue"])
        if made_with != self.catalogue.id:
            self._warn(f"the run was made with catalogue {made_with}; attributed with {self.catalogue.id}")
        if self.run.manifest["status"] != "complete":
            self._warn(f"the run is {self.run.manifest['status']}: what it lacks is not shown")
        return Report(
            run=self.run.name,
            catalogue=self.catalogue.id,
            smallest_effect=self.smallest_effect,
            environments={k: _environment(v) for k, v in self.run.manifest["environments"].items()},
            variants=variants,
            comparisons=tuple(self._comparisons(timed)),
            warnings=tuple(self.warnings),
        )

    def _warn(self, text: str) -> None:
        self.warnings.setdefault(text)

    def _captures(self, slug: str, variant: VariantId, instrument: str | None = None) -> list[Capture]:
        return [
            c
            for c in self.run.captures
            if (c.environment, c.variant) == (slug, variant) and instrument in (None, c.instrument)
        ]

    def _variant(self, slug: str, variant: VariantId) -> Variant:
        captures = self._captures(slug, variant)
        inspection = presence.inspection_of(self.run, slug, variant)
        environment = self.run.manifest["environments"][slug]
        family = self.catalogue.family(environment["framework_version"], environment["keras"])
        if family is None:
            self._warn(f"{slug}: the catalogue knows no such release; its internals are not attributed")
        standings = presence.standings(self.catalogue, family, inspection)
        attributed = self._attributed(captures, standings)
        shares = {name: found.shares for name, found in attributed.items()}
        for capture in captures:
            for note in capture.manifest.get("input_notes", ()):
                self._warn(f"{variant.workload}: {note}")
        status, reason = _status(captures)
        facts = inspection or {}
        for line in contradictions(attributed, facts):
            self._warn(f"{variant.id}: {line}")
        return Variant(
            environment=slug,
            id=variant.id,
            **dataclasses.asdict(variant),
            status=status,
            reason=reason,
            loop=facts.get("loop"),
            data_adapter=facts.get("data_adapter"),
            flag_experimental_run_tf_function=facts.get("flag_experimental_run_tf_function"),
            graphs_traced_per_call=facts.get("graphs_traced"),
            functions_traced=tuple(facts.get("functions_traced", ())),
            iterators_per_call=facts.get("iterators_made"),
            latency_ms=_latency(timings.timed(self.run, slug, variant), captures),
            perturbation=_perturbation(captures),
            internals=tuple(self._internal(name, standings[name], shares) for name in standings),
            phases={name: found.phases for name, found in attributed.items() if found.phases},
            compute={name: found.compute for name, found in attributed.items() if found.compute is not None},
            captures=tuple(CaptureLine(c.instrument, c.status, c.reason, c.path) for c in captures),
            model_state=next(
                (c.manifest["model_state"] for c in captures if "model_state" in c.manifest), None
            ),
        )

    def _internal(self, name: str, standing: Standing, shares: Mapping[str, Mapping[str, Share]]) -> Internal:
        entry = next(e for e in self.catalogue.internals if e.id == name)
        return Internal(
            internal=name,
            phase=entry.phase,
            presence=standing.presence,
            functions=tuple(str(place) for place in standing.places),
            successor=entry.successor if standing.presence == "absent" else None,
            measures={instrument: _measure(found[name]) for instrument, found in shares.items()},
            within=standing.within,
        )

    def _attributed(
        self, captures: Iterable[Capture], standings: Mapping[str, Standing]
    ) -> dict[str, Attributed]:
        """Return what each instrument says, the first sound capture of each; the others are warned of."""
        attributed: dict[str, Attributed] = {}
        sound: set[str] = set()
        for capture in captures:
            if capture.instrument not in INSTRUMENTS or capture.instrument in sound:
                continue
            found = attribute(capture, standings, self.catalogue, self.guard)
            if isinstance(found, str):
                self._warn_unusable(capture, found)
                blank = Attributed({name: Share(None, None, found) for name in standings})
                attributed.setdefault(capture.instrument, blank)
            else:
                attributed[capture.instrument] = found
                sound.add(capture.instrument)
        return attributed

    def _warn_unusable(self, capture: Capture, reason: str) -> None:
        environment = self.run.manifest["environments"][capture.environment]
        if capture.instrument != "cprofile" or not environment.get("cprofile_lost_frames"):
            self._warn(f"{capture.variant.id} under {capture.instrument}: {reason}: no shares from it")
            return
        remedy = environment.get("cprofile_remedy")
        self._warn(
            f"cProfile of Python {environment['python']} loses frames: no shares from it; "
            + (
                f"{remedy}, found here, keeps them"
                if remedy
                else "Python 3.10 and 3.11 are known to keep them"
            )
        )

    def _comparisons(self, timed: list[Timed]) -> Iterable[Comparison]:
        cost_s = timings.process_seconds(self.run)
        for baseline, candidate in speed.pairs(t for t in timed if len(t.blocks)):
            found = speed.verdict(
                baseline,
                candidate,
                self.smallest_effect,
                cost_s.get(candidate.variant.workload),
                stopping.confidence(self.run.manifest, baseline, candidate),
            )
            if found.ratio.value is None:
                continue
            yield Comparison(
                baseline.id,
                candidate.id,
                found.ratio.value,
                found.ratio.interval,
                found.word,
                found.more_seconds,
                found.reason or found.ratio.reason,
            )

    def _warn_of_the_machine(self) -> None:
        seen = self.run.manifest.get("machine", {})
        if "before" in seen and "after" in seen:
            for environment in self.run.manifest["environments"].values():
                for text in host.warnings(seen["before"], seen["after"], environment.get("threads")):
                    self._warn(text)

    def _warn_of_xla(self) -> None:
        for slug, environment in self.run.manifest["environments"].items():
            device = environment.get("device")
            # only Keras 3 turns it on by itself, and only beside a device, then for uncompiled models too
            resolves = str(environment.get("keras")).startswith("3.") and device not in (None, "CPU")
            if environment.get("jit_compile") is True and resolves:
                self._warn(
                    f"{slug}: jit_compile is True, as Keras 3 resolves it on a {device}:"
                    " compiled and uncompiled both run XLA"
                )

    def _warn_of_instability(self, timed: list[Timed]) -> None:
        """Warn once of each kind of doubt, naming the variants that it is about."""
        seen: dict[str, tuple[str, list[str]]] = {}
        for one in timed:
            for finding in statistics.findings(one.blocks) if len(one.blocks) else ():
                seen.setdefault(finding.kind, (finding.text, []))[1].append(one.variant.id)
        for text, variants in seen.values():
            others = f" (and {len(variants) - 1} more variants)" if len(variants) > 1 else ""
            self._warn(f"{variants[0]}{others}: {text}")


def _environment(found: Mapping[str, Any]) -> Environment:
    known: dict[str, Any] = {field.name: found.get(field.name) for field in dataclasses.fields(Environment)}
    return Environment(**known | {name: known[name] or {} for name in ("threads", "variables")})


def _measure(share: Share) -> Measure:
    return Measure(share.share, share.interval, share.calls_per_call, share.reason)


def _status(captures: list[Capture]) -> tuple[str, str | None]:
    """Return a variant's worst status and its reason; ``missing`` when it has no capture.

    An instrument that has a good capture is well: what is told of the others stands with them.
    """
    well = {capture.instrument for capture in captures if capture.usable}
    for status in ("failed", "timeout", "unsound"):
        for capture in captures:
            if capture.status == status and capture.instrument not in well:
                return status, capture.reason
    return ("ok", None) if captures else ("missing", "not measured before the run ended")


def _latency(timed: Timed, captures: list[Capture]) -> Latency | None:
    blocks = timed.blocks
    if not len(blocks):
        return None
    median = statistics.latency(blocks)
    p95, p99 = statistics.percentile(blocks, 0.95), statistics.percentile(blocks, 0.99)
    first = [c.manifest["first_call_ns"] for c in captures if c.usable and c.instrument == "wall"]
    medians = sorted(np.exp(blocks.log_medians()) / 1e6)
    return Latency(
        median=float(median.value or 0) / 1e6,
        interval=_ms(median),
        p95=None if p95.value is None else p95.value / 1e6,
        p99=None if p99.value is None else p99.value / 1e6,
        calls=blocks.call_count,
        processes=len(blocks),
        first_call=float(np.median(first)) / 1e6,
        process_medians=tuple(float(value) for value in medians),
        p95_interval=_ms(p95),
        p99_interval=_ms(p99),
    )


def _ms(estimate: statistics.Estimate) -> tuple[float, float] | None:
    interval = estimate.interval
    return interval and (interval[0] / 1e6, interval[1] / 1e6)


def _perturbation(captures: list[Capture]) -> dict[str, Perturbation]:
    calls: dict[str, dict[int, list[Any]]] = {}
    for capture in captures:
        if capture.status in ("ok", "unsound") and (capture.folder / files.LATENCIES_FILE).is_file():
            calls.setdefault(capture.instrument, {})[capture.process] = [capture.durations_ns()]
    blocks = {name: statistics.Blocks(processes) for name, processes in calls.items()}
    wall = blocks.pop("wall", None)
    if wall is None:
        return {}
    ratios = {name: statistics.borrowed_ratio(wall, found) for name, found in blocks.items()}
    return {
        name: Perturbation(found.value, found.interval)
        for name, found in ratios.items()
        if found.value is not None
    }
