"""Builds the report of a run from its directory alone; TensorFlow is not needed."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from .. import statistics
from ..attribution.attribute import INSTRUMENTS, attribute
from ..attribution.share import Attributed, Share
from ..catalogue import catalogue as catalogues
from ..catalogue import presence
from ..catalogue.catalogue import Catalogue
from ..catalogue.presence import Resolution
from ..plan.request import SMALLEST_GROWTH_KIB, require_growth
from ..protocol.inspection import Inspection
from ..protocol.spec import EnvironmentFacts
from ..readers.pstats.marshal_guard import MarshalGuard
from ..runs import record
from ..runs.manifest import RunManifest
from ..runs.record import Capture, RunRecord
from . import beyond, document, frames, growth, outputs, speed, warnings
from .cross_check import contradictions
from .document import (
    CaptureLine,
    Environment,
    Internal,
    InternalShare,
    Report,
    Sides,
)
from .speed import Timed

NOT_INSPECTED = Inspection(functions={})


def build(
    path: Path,
    smallest_effect: float | None = None,
    smallest_growth_kib: float | None = None,
    instruments: Collection[str] | None = None,
) -> Report:
    """Return the report of the run in ``path``, attributed with today's catalogue.

    Args:
        path: the run directory.
        smallest_effect: the smallest relative difference that matters, to judge the same intervals by; by
            default the one that the run was made with.
        smallest_growth_kib: the same of memory that grows, in KiB a call.
        instruments: those whose captures are attributed, which is what takes time; None: all.

    Raises:
        RunError: no run, a newer schema, or a manifest that was cut or altered.
        UsageError: a smallest effect or growth that is not above 0.
    """
    run = record.read(path)
    own = run.manifest.smallest_effect
    effect = statistics.require_effect(own if smallest_effect is None else smallest_effect)
    request = run.manifest.request
    made_with = SMALLEST_GROWTH_KIB if request is None else request.smallest_growth_kib
    growth_kib = require_growth(made_with if smallest_growth_kib is None else smallest_growth_kib)
    with MarshalGuard() as guard:
        return _Builder(run, catalogues.load(), guard, effect, growth_kib * growth.KIB, instruments).report()


class _Builder:
    """One report while it is made: the run, the catalogue, and the warnings so far."""

    def __init__(
        self,
        run: RunRecord,
        catalogue: Catalogue,
        guard: MarshalGuard,
        smallest_effect: float,
        smallest_growth_bytes: float,
        instruments: Collection[str] | None,
    ) -> None:
        self.run = run
        self.catalogue = catalogue
        self.guard = guard
        self.smallest_effect = smallest_effect
        self.smallest_growth_bytes = smallest_growth_bytes
        self.instruments = INSTRUMENTS if instruments is None else instruments
        self.warnings: dict[str, None] = {}

    def report(self) -> Report:
        timed = [speed.timed(self.run, slug, variant) for slug, variant in self.run.variants]
        variants = tuple(map(self._variant, timed))
        for text in warnings.of_run(self.run, timed, self.catalogue.id):
            self._warn(text)
        return Report(
            run=self.run.name,
            catalogue=self.catalogue.id,
            smallest_effect=self.smallest_effect,
            environments={k: _environment(v) for k, v in self.run.manifest.environments.items()},
            variants=variants,
            comparisons=tuple(speed.comparisons(self.run, timed, self.smallest_effect)),
            warnings=tuple(self.warnings),
            proofs=self.run.manifest.proofs,
            sides=_sides(self.run.manifest),
        )

    def _warn(self, text: str) -> None:
        self.warnings.setdefault(text)

    def _variant(self, timed: Timed) -> document.VariantReport:
        slug, variant = timed.environment, timed.variant
        captures = self.run.of(slug, variant)
        inspection = presence.inspection_of(self.run, slug, variant)
        environment = self.run.manifest.environments[slug]
        family = self.catalogue.family(environment)
        if family is None:
            self._warn(f"{slug}: {presence.NO_FAMILY}; its internals are not attributed")
        resolutions = presence.resolutions(self.catalogue, family, inspection)
        attributed = self._attributed(captures, resolutions)
        for text in warnings.of_captures(captures):
            self._warn(text)
        facts = inspection or NOT_INSPECTED
        for line in contradictions(attributed, resolutions):
            self._warn(f"{variant.id}: {line}")
        return self._described(timed, captures, facts, resolutions, attributed)

    def _described(
        self,
        timed: Timed,
        captures: tuple[Capture, ...],
        facts: Inspection,
        resolutions: Mapping[str, Resolution],
        attributed: Mapping[str, Attributed],
    ) -> document.VariantReport:
        shares = {name: found.shares for name, found in attributed.items()}
        status, reason = _status(captures)
        read = growth.read(captures)
        return document.VariantReport(
            environment=timed.environment,
            id=timed.variant.id,
            **dataclasses.asdict(timed.variant),
            status=status,
            reason=reason,
            loop=facts.loop,
            data_adapter=facts.data_adapter,
            flag_experimental_run_tf_function=facts.flag_experimental_run_tf_function,
            graphs_traced_per_call=facts.graphs_traced,
            functions_traced=tuple(facts.functions_traced),
            iterators_per_call=facts.iterators_made,
            latency_ms=speed.latency(timed, captures),
            perturbation=speed.overheads(captures),
            internals=tuple(self._internal(name, resolutions[name], shares) for name in resolutions),
            phases={name: found.phases for name, found in attributed.items() if found.phases},
            compute={name: found.compute for name, found in attributed.items() if found.compute is not None},
            captures=tuple(CaptureLine(c.instrument, c.status, c.reason, c.path) for c in captures),
            model_state=next(
                (one.manifest.model_state for one in captures if one.manifest.model_state), None
            ),
            outputs=outputs.of_captures(captures),
            split=frames.split(captures),
            growth=growth.growth(
                read,
                timed.blocks,
                facts.graphs_traced,
                self.smallest_growth_bytes,
                self.smallest_effect,
                len(self.run.variants),
            ),
            beyond=beyond.beyond(captures, read),
        )

    def _internal(
        self, name: str, resolution: Resolution, shares: Mapping[str, Mapping[str, Share]]
    ) -> Internal:
        entry = next(e for e in self.catalogue.internals if e.id == name)
        return Internal(
            internal=name,
            phase=entry.phase,
            presence=resolution.presence,
            functions=tuple(str(place) for place in resolution.places),
            successor=entry.successor if resolution.presence == "absent" else None,
            measures={instrument: _measure(found[name]) for instrument, found in shares.items()},
            within=resolution.within,
        )

    def _attributed(
        self, captures: Iterable[Capture], resolutions: Mapping[str, Resolution]
    ) -> dict[str, Attributed]:
        """Return what each instrument says; captures that say nothing are warned of."""
        taken: dict[str, list[Capture]] = {}
        for capture in captures:
            if capture.instrument in INSTRUMENTS and capture.instrument in self.instruments:
                taken.setdefault(capture.instrument, []).append(capture)
        attributed: dict[str, Attributed] = {}
        for instrument, own in taken.items():
            outcome = attribute(own, resolutions, self.catalogue, self.guard)
            attributed[instrument] = outcome.attributed
            for capture, reason in outcome.refused:
                self._warn_unusable(capture, reason)
            for note in outcome.attributed.notes:
                self._warn(f"{instrument}: {note}")
        return attributed

    def _warn_unusable(self, capture: Capture, reason: str) -> None:
        environment = self.run.manifest.environments[capture.environment]
        self._warn(warnings.of_unusable(capture, environment, reason))


def _sides(manifest: RunManifest) -> Sides | None:
    found = manifest.sides
    return None if found is None else Sides(found.this, found.base, found.spec, found.commit)


def _environment(found: EnvironmentFacts) -> Environment:
    return Environment(
        **{field.name: getattr(found, field.name) for field in dataclasses.fields(Environment)}
    )


def _measure(share: Share) -> InternalShare:
    return InternalShare(share.share, share.interval, share.calls_per_call, share.reason)


def _status(captures: Sequence[Capture]) -> tuple[str, str | None]:
    """Return a variant's worst status and its reason; ``missing`` when it has no capture.

    An instrument that has a good capture is well: what is told of the others stands with them.
    """
    well = {capture.instrument for capture in captures if capture.usable}
    for status in ("failed", "timeout", "unsound"):
        for capture in captures:
            if capture.status == status and capture.instrument not in well:
                return status, capture.reason
    return ("ok", None) if captures else ("missing", "not measured before the run ended")
