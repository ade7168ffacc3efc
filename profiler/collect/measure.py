"""Runs one process's share of the plan: builds, warms up, measures under one instrument, writes captures."""

from __future__ import annotations

import dataclasses
import functools
import os
import time
from dataclasses import dataclass, field
from typing import Any, Callable

from ..protocol import files, schemas
from ..protocol.spec import BlockRecord, CaptureManifest, MeasureSpec, Spec, VariantSpec
from . import blocks, captures, entry_points, harness, inspection, reasons
from .harness import Call
from .instruments import cprofile, tfprofiler
from .models import built_in


@dataclass
class _Subject:
    """One variant while it is measured."""

    folder: str
    identity: CaptureManifest
    model: Any
    call: Call
    first_call_ns: int
    warm_up_ns: list[int]
    inspect: bool
    count: int
    durations_ns: list[int] = field(default_factory=list)
    blocks: list[BlockRecord] = field(default_factory=list)

    @property
    def call_ns(self) -> int:
        return sorted(self.warm_up_ns)[len(self.warm_up_ns) // 2]

    def timing(self) -> captures.Timing:
        return captures.Timing(self.first_call_ns, self.warm_up_ns, self.durations_ns, self.blocks)


def run(spec: Spec, part: MeasureSpec, tensorflow: Any) -> None:
    """Measure the variants of a spec and write one capture folder each below its ``output``.

    A variant that cannot be built or called leaves a manifest with status ``failed`` and the reason; the
    others are measured all the same.
    """
    workload = built_in.open_workload(spec.workloads[0], tensorflow)
    subjects = []
    for entry in part.variants:
        identity = _identity(part, entry)
        folder = os.path.join(spec.output, entry.folder)
        try:
            subjects.append(_prepare(entry, identity, folder, workload, tensorflow))
        except Exception as error:  # whatever a framework raises is this capture's reason
            captures.write_failure(folder, identity, reasons.named(error))
    if subjects:
        _INSTRUMENTS[part.instrument](part, subjects)


def _identity(part: MeasureSpec, entry: VariantSpec) -> CaptureManifest:
    """Return what a capture's manifest says before anything is measured."""
    return CaptureManifest(
        status="failed",
        reason=None,
        files={},
        environment=part.environment,
        variant=entry.variant.id,
        **dataclasses.asdict(entry.variant),
        instrument=part.instrument,
        process=part.process,
        seed=part.seed,
        started_ns=time.time_ns(),
    )


def _prepare(
    entry: VariantSpec,
    identity: CaptureManifest,
    folder: str,
    workload: built_in.BuiltIn | built_in.Given,
    tensorflow: Any,
) -> _Subject:
    variant = entry.variant
    model, model_state = workload.build(variant.compile_state, variant.batch_size)
    x, notes = workload.inputs(variant.rows)
    identity = dataclasses.replace(
        identity, model_state=model_state, input_notes=workload.notes(variant.compile_state) + notes
    )
    call = entry_points.make_call(variant.entry_point, model, x, variant.rows, variant.batch_size, tensorflow)
    first, others = harness.warm_up(call)
    os.makedirs(folder, exist_ok=True)
    subject = _Subject(folder, identity, model, call, first, others, entry.inspect, 0)
    subject.count = entry.calls or blocks.calls_within(int(entry.budget_s * 1e9), subject.call_ns)
    return subject


def _wall(spec: MeasureSpec, subjects: list[_Subject]) -> None:
    order = blocks.schedule([s.count for s in subjects], [s.call_ns for s in subjects], spec.seed)
    failed: set[int] = set()

    def attempt(number: int, step: Callable[[], None]) -> None:
        if number in failed:
            return
        try:
            step()
        except Exception as error:  # the other variants go on
            failed.add(number)
            _fail(subjects[number], error)

    for block in order:
        attempt(block.variant, functools.partial(_measure_block, subjects[block.variant], block))
    for number, subject in enumerate(subjects):
        attempt(number, functools.partial(_finish, spec, subject, captures.Recording([], {}, None)))


def _measure_block(subject: _Subject, block: blocks.Block) -> None:
    harness.measured_calls(subject.call, block.settle, [])
    subject.blocks.append(BlockRecord(block.round, block.calls, block.position, time.time_ns(), block.settle))
    harness.measured_calls(subject.call, block.calls, subject.durations_ns)


def _finish(spec: MeasureSpec, subject: _Subject, recording: captures.Recording) -> None:
    if subject.inspect:
        _inspect(spec, subject)
    captures.write(subject.folder, subject.identity, subject.timing(), recording)


def _fail(subject: _Subject, error: Exception) -> None:
    captures.write_failure(subject.folder, subject.identity, reasons.named(error))


def _inspect(spec: MeasureSpec, subject: _Subject) -> None:
    found, names = inspection.inspect_call(subject.call, subject.model, spec.catalogue)
    path = os.path.join(subject.folder, files.INSPECT_FILE)
    files.write_json(path, {"schema": schemas.INSPECT, **dataclasses.asdict(found)})
    if spec.names:
        files.write_json(os.path.join(subject.folder, files.NAMES_FILE), names)


def _cprofile(spec: MeasureSpec, subjects: list[_Subject]) -> None:
    for subject in subjects:
        path = os.path.join(subject.folder, files.PROFILE_FILE)
        _single_block(
            spec,
            subject,
            subject.count,
            functools.partial(cprofile.capture, subject.call, subject.count, path),
        )


def _tfprofiler(spec: MeasureSpec, subjects: list[_Subject]) -> None:
    import tensorflow

    for subject in subjects:
        count = min(subject.count, tfprofiler.MAX_CALLS)
        _single_block(
            spec,
            subject,
            count,
            functools.partial(tfprofiler.capture, subject.call, count, subject.folder, tensorflow),
        )


def _single_block(
    spec: MeasureSpec, subject: _Subject, count: int, capture: Callable[[], captures.Recording]
) -> None:
    started_ns = time.time_ns()
    try:
        recording = capture()
        subject.durations_ns.extend(recording.durations_ns)
        subject.blocks.append(BlockRecord(0, count, started_ns=started_ns))
        _finish(spec, subject, recording)
    except Exception as error:  # like a profiler that the model's own code has started
        _fail(subject, error)


_INSTRUMENTS = {"wall": _wall, "cprofile": _cprofile, "tfprofiler": _tfprofiler}
