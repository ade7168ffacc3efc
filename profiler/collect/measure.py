"""Runs one process's share of the plan: builds, warms up, measures under one instrument, writes captures."""

from __future__ import annotations

import dataclasses
import functools
import os
import time
from dataclasses import dataclass, field
from typing import Any, Callable

from ..protocol import files
from ..protocol.vocabulary import Variant
from . import blocks, captures, entry_points, harness, inspection, reasons
from .harness import Call
from .instruments import cprofile, tfprofiler
from .models import built_in


@dataclass
class _Subject:
    """One variant while it is measured."""

    folder: str
    identity: dict[str, Any]
    model: Any
    call: Call
    first_call_ns: int
    warm_up_ns: list[int]
    inspect: bool
    count: int
    durations_ns: list[int] = field(default_factory=list)
    blocks: list[dict[str, int]] = field(default_factory=list)

    @property
    def call_ns(self) -> int:
        return sorted(self.warm_up_ns)[len(self.warm_up_ns) // 2]

    def timing(self) -> captures.Timing:
        return captures.Timing(self.first_call_ns, self.warm_up_ns, self.durations_ns, self.blocks)


def run(spec: dict[str, Any], tensorflow: Any) -> None:
    """Measure the variants of a spec and write one capture folder each below ``spec["output"]``.

    A variant that cannot be built or called leaves a manifest with status ``failed`` and the reason; the
    others are measured all the same.
    """
    workload = built_in.open_workload(spec["workload"], tensorflow)
    subjects = []
    for entry in spec["variants"]:
        identity = _identity(spec, entry)
        folder = os.path.join(spec["output"], entry["folder"])
        try:
            subjects.append(_prepare(entry, identity, folder, workload, tensorflow))
        except Exception as error:  # whatever a framework raises is this capture's reason
            captures.write_failure(folder, identity, "failed", reasons.named(error))
    if subjects:
        _INSTRUMENTS[spec["instrument"]](spec, subjects)


def _identity(spec: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    variant = Variant(**entry["variant"])
    return {
        "environment": spec["environment"],
        "variant": variant.id,
        **dataclasses.asdict(variant),
        "instrument": spec["instrument"],
        "process": spec["process"],
        "seed": spec["seed"],
        "started_ns": time.time_ns(),
    }


def _prepare(
    entry: dict[str, Any],
    identity: dict[str, Any],
    folder: str,
    workload: built_in.BuiltIn | built_in.Given,
    tensorflow: Any,
) -> _Subject:
    variant = Variant(**entry["variant"])
    model, identity["model_state"] = workload.build(variant.compile_state, variant.batch_size)
    x, notes = workload.inputs(variant.rows)
    identity["input_notes"] = workload.notes(variant.compile_state) + notes
    call = entry_points.make_call(variant.entry_point, model, x, variant.rows, variant.batch_size, tensorflow)
    first, others = harness.warm_up(call)
    os.makedirs(folder, exist_ok=True)
    subject = _Subject(folder, identity, model, call, first, others, entry["inspect"], 0)
    subject.count = entry["calls"] or blocks.calls_within(int(entry["budget_s"] * 1e9), subject.call_ns)
    return subject


def _wall(spec: dict[str, Any], subjects: list[_Subject]) -> None:
    order = blocks.schedule([s.count for s in subjects], [s.call_ns for s in subjects], spec["seed"])
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
    subject.blocks.append(
        {
            "block": block.round,
            "position": block.position,
            "started_ns": time.time_ns(),
            "calls": block.calls,
            "settle": block.settle,
        }
    )
    harness.measured_calls(subject.call, block.calls, subject.durations_ns)


def _finish(spec: dict[str, Any], subject: _Subject, recording: captures.Recording) -> None:
    if subject.inspect:
        _inspect(spec, subject)
    status = "unsound" if recording.unsound else "ok"
    captures.write(
        subject.folder, subject.identity, subject.timing(), status, recording.unsound, recording.facts
    )


def _fail(subject: _Subject, error: Exception) -> None:
    captures.write_failure(subject.folder, subject.identity, "failed", reasons.named(error))


def _inspect(spec: dict[str, Any], subject: _Subject) -> None:
    found, names = inspection.inspect_call(subject.call, subject.model, spec["catalogue"])
    files.write_json(os.path.join(subject.folder, files.INSPECT_FILE), found)
    if spec.get("names"):
        files.write_json(os.path.join(subject.folder, files.NAMES_FILE), names)


def _cprofile(spec: dict[str, Any], subjects: list[_Subject]) -> None:
    for subject in subjects:
        path = os.path.join(subject.folder, files.PROFILE_FILE)
        _single_block(
            spec,
            subject,
            subject.count,
            functools.partial(cprofile.capture, subject.call, subject.count, path),
        )


def _tfprofiler(spec: dict[str, Any], subjects: list[_Subject]) -> None:
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
    spec: dict[str, Any], subject: _Subject, count: int, capture: Callable[[], captures.Recording]
) -> None:
    started_ns = time.time_ns()
    try:
        recording = capture()
        subject.durations_ns.extend(recording.durations_ns)
        subject.blocks.append(
            {"block": 0, "position": 0, "started_ns": started_ns, "calls": count, "settle": 0}
        )
        _finish(spec, subject, recording)
    except Exception as error:  # like a profiler that the model's own code has started
        _fail(subject, error)


_INSTRUMENTS = {"wall": _wall, "cprofile": _cprofile, "tfprofiler": _tfprofiler}
