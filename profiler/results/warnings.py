"""Warns of what a reader must know beside a run's numbers; each warning is one line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from .. import statistics
from ..protocol.spec import EnvironmentFacts
from ..protocol.vocabulary import counted
from ..runs import find
from ..runs.manifest import COMPLETE, RunManifest
from ..runs.record import Capture, RunRecord
from . import disturbances
from .speed import Timed

# What a process may use of a core while another is measured.
IDLE_SHARE = 0.03


def of_run(run: RunRecord, timed: Sequence[Timed], catalogue: str) -> Iterator[str]:
    """Yield the warnings about a whole run.

    Args:
        run: the run.
        timed: its variants' calls.
        catalogue: the id of the catalogue that the run is attributed with.
    """
    manifest = run.manifest
    yield from _of_instability(timed)
    yield from _of_the_machine(manifest)
    yield from _of_waiting(run.captures)
    yield from _of_xla(manifest.environments)
    for slug, environment in manifest.environments.items():
        for note in environment.notes:
            yield f"{slug}: {note}"
    if manifest.catalogue != catalogue:
        yield f"the run was made with catalogue {manifest.catalogue}; attributed with {catalogue}"
    if manifest.status != COMPLETE:
        yield f"the run is {find.status(run.path, manifest)}: what it lacks is not shown"


def of_captures(captures: Iterable[Capture]) -> Iterator[str]:
    """Yield the notes on a variant's captures: their input, and what of them failed beside the timings."""
    for capture in captures:
        for note in capture.manifest.input_notes:
            yield f"{capture.variant.workload}: {note}"
        if capture.manifest.inspection_error:
            yield (
                f"{capture.variant.id}: what ran is unknown, since the inspected call failed: "
                f"{capture.manifest.inspection_error}"
            )
        if capture.manifest.unsplit:
            yield (
                f"{capture.variant.id}: calls of process {capture.process} are not split into frame and "
                f"teardown: {capture.manifest.unsplit}"
            )
        if capture.manifest.outputs_error:
            yield f"{capture.variant.id}: its outputs were not compared: {capture.manifest.outputs_error}"
        if capture.manifest.growth_error:
            yield f"{capture.variant.id}: what grows is not known: {capture.manifest.growth_error}"


def of_unusable(capture: Capture, environment: EnvironmentFacts, reason: str) -> str:
    """Return the warning of a capture that gives no shares."""
    if capture.instrument != "cprofile" or not environment.cprofile_lost_frames:
        return f"{capture.variant.id} under {capture.instrument}: {reason}: no shares from it"
    remedy = environment.cprofile_remedy
    found = f"{remedy}, found here, keeps them" if remedy else "Python 3.10 and 3.11 are known to keep them"
    return f"cProfile of Python {environment.python} loses frames: no shares from it; {found}"


def _of_the_machine(manifest: RunManifest) -> Iterator[str]:
    for sitting in manifest.all_sittings:
        if sitting.after is None:
            continue
        for environment in manifest.environments.values():
            found = disturbances.of_machine(sitting.before, sitting.after, environment.threads)
            yield from map(str, found)


def _of_waiting(captures: Iterable[Capture]) -> Iterator[str]:
    """Yield where a process used a core while it waited, and the calls beside it were measured."""
    found: dict[str, dict[int, float]] = {}
    for one in captures:
        waiting = one.manifest.waiting
        if waiting is not None:
            found.setdefault(one.environment, {})[one.process] = waiting.cpu_ns / waiting.wait_ns
    for slug, shares in found.items():
        busy = {process: share for process, share in shares.items() if share > IDLE_SHARE}
        if busy:
            worst = max(busy, key=lambda process: busy[process])
            yield (
                f"{slug}: {len(busy)} of {len(shares)} processes used the cores while they waited for their "
                f"turns, process {worst} {busy[worst]:.0%} of one: the calls of the other side may be slower "
                "for it; look for threads that do not rest"
            )


def _of_xla(environments: Mapping[str, EnvironmentFacts]) -> Iterator[str]:
    for slug, environment in environments.items():
        device = environment.device
        # only Keras 3 turns it on by itself, and only beside a device, then for uncompiled models too
        resolves = str(environment.keras).startswith("3.") and device not in (None, "CPU")
        if environment.jit_compile is True and resolves:
            yield (
                f"{slug}: jit_compile is True, as Keras 3 resolves it on a {device}:"
                " compiled and uncompiled both run XLA"
            )


def _of_instability(timed: Iterable[Timed]) -> Iterator[str]:
    """Yield each kind of doubt once, naming the variants that it is about."""
    seen: dict[str, tuple[str, list[str]]] = {}
    for one in timed:
        for finding in statistics.findings(one.blocks) if len(one.blocks) else ():
            seen.setdefault(finding.kind, (finding.text, []))[1].append(one.variant.id)
    for text, variants in seen.values():
        others = f" (and {counted(len(variants) - 1, 'more variant')})" if len(variants) > 1 else ""
        yield f"{variants[0]}{others}: {text}"
