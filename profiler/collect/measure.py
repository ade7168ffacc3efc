"""Carries out one process's share of the plan: builds, warms up, measures, writes captures."""

from __future__ import annotations

import dataclasses
import functools
import os
from typing import Any, Callable, NamedTuple

from ..protocol import calls as counting
from ..protocol import files, schemas
from ..protocol.instruments import SPEED, instrument
from ..protocol.scopes import ModelScopes
from ..protocol.spec import CaptureManifest, MeasureSpec, Spec, VariantSpec
from ..protocol.switching import SLOW_CALL_NS
from ..protocol.vocabulary import Variant, compared
from . import (
    blocks,
    captures,
    entry_points,
    growth,
    harness,
    inspection,
    instruments,
    layer_scopes,
    outputs,
    reasons,
)
from .frameworks import Framework
from .harness import Call
from .models import built_in, states
from .parent import Parent
from .probes.watches import Watches
from .taking import Taking, middle
from .turns import Alone, Turns, of_worker


def run(spec: Spec, part: MeasureSpec, framework: Framework, parent: Parent) -> None:
    """Measure the variants of a spec and write one capture folder each below its ``output``.

    A variant that cannot be built or called leaves a manifest with status ``failed`` and the reason; the
    others are measured all the same. Captures that interleave come first. After their timings have been
    written what grows is read, the calls are made that are inspected, and outputs are compared; then come the
    captures of instruments that may disturb or end the process. Beside another worker, blocks that interleave
    are taken in turn with its.
    """
    workloads = {one.name: built_in.open_workload(one, framework) for one in spec.workloads}
    watches = Watches(part.catalogue)
    groups = _groups(_prepared(spec, part, workloads, framework, watches, parent))
    if not groups:
        return
    first, *others = groups
    around = growth.AroundTimed(framework) if part.growth else None
    turns = of_worker(spec.turns, parent)
    _take_together(first, part.seed, around, turns)
    turns.rest()
    for subject in first:
        subject.identity = dataclasses.replace(subject.identity, waiting=turns.waiting)
    watches.close()
    for subject in first:
        subject.attempt(subject.write)
    if around is not None:
        _write_growth(first, around, framework, part.seed, parent)
    for subject in first:
        if subject.inspect and subject.manifest is not None:
            parent.check()
            subject.manifest = _inspect(part, subject, subject.manifest)
    if part.outputs:
        _look_at_outputs(first)
    for group in others:
        _take_together(group, part.seed, None, Alone(parent))
        for subject in group:
            subject.attempt(subject.write)


def _take_together(group: list[Taking], seed: int, around: growth.AroundTimed | None, turns: Turns) -> None:
    """Take captures block by block; where they are of slow calls, read what grows around the blocks."""
    for subject in group:
        subject.attempt(subject.attached.ready)
    for block in _order(group, seed, turns):
        turn = turns.block(block.round, block.position)
        subject = group[block.variant]
        subject.attempt(functools.partial(_take, subject, block._replace(turn=turn), around))


def _prepared(
    spec: Spec,
    part: MeasureSpec,
    workloads: dict[str, built_in.BuiltIn | built_in.Given],
    framework: Framework,
    watches: Watches,
    parent: Parent,
) -> list[Taking]:
    """Return the captures to take; a variant that cannot be built or called has its failure written."""
    ready: dict[Variant, Ready] = {}
    reason: dict[Variant, str] = {}
    subjects = []
    for entry in part.variants:
        parent.check()
        folder, variant = os.path.join(spec.output, entry.folder), entry.variant
        identity = captures.identity(part.environment, variant, entry.instrument, part.process, part.seed)
        try:
            if variant not in ready and variant not in reason:
                workload = workloads[variant.workload]
                ready[variant] = made_ready(variant, workload, framework, part.outputs)
            if variant in ready:
                subjects.append(_prepare(entry, identity, folder, ready[variant], framework, watches))
        except reasons.ANYTHING as error:  # whatever a framework raises is its captures' reason
            reason[variant] = reasons.placed(error)
        if variant in reason:
            captures.write_failure(folder, identity, reason[variant])
    return subjects


class Ready(NamedTuple):
    """A variant that has been built and warmed up, once for all its captures of the process."""

    model: Any
    model_state: str | None
    input_notes: list[str]
    call: Call
    first_call_ns: int
    warm_up_ns: list[int]
    kept: outputs.Kept
    scopes: Callable[[], ModelScopes]


def made_ready(
    variant: Variant,
    workload: built_in.BuiltIn | built_in.Given,
    framework: Framework,
    keeps_outputs: bool = False,
) -> Ready:
    """Return a variant that has been built and warmed up, with its outputs where they are compared."""
    model, model_state = workload.build(variant.compile_state, variant.batch_size)
    x, notes = workload.inputs(variant.rows)
    calls = entry_points.calls_of(variant.entry_point, model, x, variant.rows, variant.batch_size, framework)
    if keeps_outputs:
        # another variant may have called the same model before
        outputs.forget(model)
    first = harness.first_call(calls.first())
    call = calls.later()
    warm_up = harness.warm_up(call)
    kept = outputs.Kept()
    if keeps_outputs:
        kept = outputs.keep(calls.joined(first.outputs), calls.joined(warm_up.outputs))
    batch = functools.partial(entry_points.first_batch, x, variant.rows, variant.batch_size, framework)
    return Ready(
        model,
        model_state,
        workload.notes(variant.compile_state) + notes,
        call,
        first.durations[0],
        warm_up.durations,
        kept,
        functools.partial(layer_scopes.observe, model, batch, framework),
    )


def _prepare(
    entry: VariantSpec,
    identity: CaptureManifest,
    folder: str,
    ready: Ready,
    framework: Framework,
    watches: Watches,
) -> Taking:
    identity = dataclasses.replace(
        identity,
        model_state=ready.model_state,
        input_notes=ready.input_notes,
        settings=states.settings(ready.model),
    )
    os.makedirs(folder, exist_ok=True)
    descriptor = instrument(entry.instrument)
    attached_to = instruments.Subject(ready.call, folder, framework, watches, ready.scopes)
    return Taking(
        folder,
        entry.variant,
        identity,
        ready.model,
        ready.call,
        instruments.attach(descriptor.id, attached_to),
        ready.first_call_ns,
        ready.warm_up_ns,
        ready.kept,
        entry.inspect,
        descriptor,
        counting.measured(entry.calls, entry.budget_s, middle(ready.warm_up_ns), descriptor),
    )


def _groups(subjects: list[Taking]) -> list[list[Taking]]:
    """Return the captures that are taken together: those that interleave; each other one by itself."""
    together = [one for one in subjects if one.descriptor.interleaves]
    apart = [[one] for one in subjects if not one.descriptor.interleaves]
    return [together, *apart] if together else apart


def _order(subjects: list[Taking], seed: int, turns: Turns) -> list[blocks.Block]:
    """Return the blocks of captures that are taken together, or of one by itself."""
    if not subjects[0].descriptor.interleaves:
        (one,) = subjects
        return blocks.alone(one.count, one.call_ns, one.descriptor)
    calls, call_ns = [one.count for one in subjects], [one.call_ns for one in subjects]
    rounds = turns.ready(blocks.rounds_of(calls, call_ns))
    return blocks.schedule(calls, call_ns, seed, rounds, turns.beside)


def _take(subject: Taking, block: blocks.Block, around: growth.AroundTimed | None) -> None:
    """Take a block; where it stands among others of slow calls, read what grows around it."""
    if around is None or subject.call_ns < SLOW_CALL_NS or not subject.descriptor.interleaves:
        subject.take(block)
    elif SPEED in subject.descriptor.gives:
        around.take(subject.variant, block.calls + block.re_warm_up, functools.partial(subject.take, block))
    else:

        def taken() -> list[int]:
            before = len(subject.durations_ns)
            subject.take(block)
            return subject.durations_ns[before:]

        around.watch(subject.variant, taken)


def _write_growth(
    subjects: list[Taking], around: growth.AroundTimed, framework: Framework, seed: int, parent: Parent
) -> None:
    """Write what grows beside the captures of speed, for which quick calls are made again."""
    of_speed = [one for one in subjects if SPEED in one.descriptor.gives and not one.failed]
    quick = [one for one in of_speed if one.call_ns < SLOW_CALL_NS]
    calls = [(one.call, one.call_ns) for one in quick]
    again = growth.of_quick_calls(calls, framework, seed, parent.check) if calls else []
    found = {one.variant: outcome for one, outcome in zip(quick, again)}
    for one in of_speed:
        outcome = found.get(one.variant) or around.outcome(one.variant)
        if one.manifest is not None:
            one.manifest = captures.write_growth(one.folder, one.manifest, outcome.growth, outcome.error)


def _inspect(part: MeasureSpec, subject: Taking, manifest: CaptureManifest) -> CaptureManifest:
    """Make the inspected call after the capture has been written: whatever it raises, the timings stay."""
    error = None
    try:
        found, names = inspection.inspect_call(subject.call, subject.model, part.catalogue)
        path = os.path.join(subject.folder, files.INSPECT_FILE)
        files.write_json(path, {"schema": schemas.INSPECT, **dataclasses.asdict(found)})
        if part.names:
            files.write_json(os.path.join(subject.folder, files.NAMES_FILE), names)
    except reasons.ANYTHING as raised:  # whatever a framework raises is why there is no inspection
        error = reasons.placed(raised)
    return captures.write_again(subject.folder, dataclasses.replace(manifest, inspection_error=error))


def _look_at_outputs(subjects: list[Taking]) -> None:
    """Compare the outputs of variants whose times are compared; whatever fails, the timings stay."""
    written: dict[Variant, tuple[Taking, CaptureManifest]] = {}
    for one in subjects:
        if one.manifest is not None:
            written.setdefault(one.variant, (one, one.manifest))
    arrays = {variant: one.kept.first for variant, (one, _) in written.items() if not one.kept.error}
    pairs = list(compared(written))
    for variant, (subject, manifest) in written.items():
        error = subject.kept.error
        others = {base.id: arrays[base] for base, one in pairs if one == variant and base in arrays}
        if error is None:
            try:
                found = outputs.look_at(subject.kept, subject.model, others)
                path = os.path.join(subject.folder, files.OUTPUTS_FILE)
                files.write_json(path, {"schema": schemas.OUTPUTS, **dataclasses.asdict(found)})
            except reasons.ANYTHING as raised:  # whatever arrays raise is why they are not compared
                error = reasons.placed(raised)
        captures.write_again(subject.folder, dataclasses.replace(manifest, outputs_error=error))
