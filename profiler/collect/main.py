"""The worker's command line: ``SPEC.json``, or ``selftest``."""

from __future__ import annotations

import dataclasses
import os
import sys
from typing import Any

from ..protocol import errors, files, schemas
from ..protocol.decoding import decode
from ..protocol.spec import Answer, Diagnosis, EnvironmentFacts, Spec, WorkloadFacts, WorkloadSpec
from . import reasons, selftest
from .frameworks import tensorflow as environment


def main(arguments: list[str]) -> int:
    """Carry out one spec and return the exit code.

    ``selftest`` exits 0 when this interpreter's cProfile keeps its frames, 1 when it does not. A `Spec` that
    has nothing to measure writes ``environment.json`` and builds every workload once; else captures are
    written.
    """
    if arguments == ["selftest"]:
        return 0 if selftest.is_sound() else 1
    if len(arguments) != 1:
        sys.stderr.write("usage: SPEC.json | selftest\n")
        return errors.EXIT_USAGE
    spec = decode(Spec, files.read_json(arguments[0], schemas.SPEC))
    sys.path.extend(spec.path)
    if spec.pin:
        # Before TensorFlow starts its threads, which inherit it.
        os.sched_setaffinity(0, spec.pin)
    try:
        import numpy  # noqa: F401
        import tensorflow
    except ImportError as error:
        _write_answer(spec, Answer(f"cannot import {error.name or 'a module'}: {error}"))
        return errors.EXIT_USAGE
    if spec.measure is None:
        diagnosis = _try_profiler(spec, tensorflow) if spec.diagnose else None
        _write_answer(spec, Answer(None, _environment(spec, tensorflow), diagnosis))
        return errors.EXIT_DONE
    from . import measure

    measure.run(spec, spec.measure, tensorflow)
    return errors.EXIT_DONE


def _environment(spec: Spec, tensorflow: Any) -> EnvironmentFacts:
    found = environment.describe(tensorflow)
    jit_compile: Any = None
    workloads = {}
    for workload in spec.workloads:
        try:
            workloads[workload.name], jit_compile = _look_at(workload, tensorflow)
        except Exception as error:  # the reason goes to the user
            workloads[workload.name] = WorkloadFacts(error=reasons.named(error))
    return dataclasses.replace(found, workloads=workloads, jit_compile=jit_compile)


def _try_profiler(spec: Spec, tensorflow: Any) -> Diagnosis:
    """Return what a profiler session around nothing gives: its kind of trace, or why there is none."""
    from .harness import Call
    from .instruments import tfprofiler

    devices = environment.devices(tensorflow)
    folder = os.path.join(spec.output, "session")
    os.makedirs(folder, exist_ok=True)
    try:
        recording = tfprofiler.capture(Call(int, (), {}), 1, folder, tensorflow)
    except Exception as error:  # the reason goes to the user
        return Diagnosis(devices, False, reasons.named(error, 200))
    return Diagnosis(devices, bool(recording.facts["python_events"]), recording.unsound)


def _look_at(workload: WorkloadSpec, tensorflow: Any) -> tuple[WorkloadFacts, Any]:
    from . import entry_points, harness
    from .models import built_in

    opened = built_in.open_workload(workload, tensorflow)
    batch_size = workload.batch_size or opened.fixed_batch_size() or built_in.BATCH_SIZE
    model = opened.any_state(batch_size)
    notes: list[str] = []
    call_ns = None
    if workload.model:
        rows = workload.rows or batch_size
        x, notes = opened.inputs(rows)
        call = entry_points.make_call("predict", model, x, rows, batch_size, tensorflow)
        durations: list[int] = []
        harness.measured_calls(call, 2, durations)
        call_ns = durations[-1]
    facts = WorkloadFacts(int(model.count_params()), opened.fixed_batch_size(), call_ns, notes)
    return facts, getattr(model, "jit_compile", None)


def _write_answer(spec: Spec, answer: Answer) -> None:
    os.makedirs(spec.output, exist_ok=True)
    path = os.path.join(spec.output, files.ENVIRONMENT_FILE)
    files.write_json(path, {"schema": schemas.ENVIRONMENT, **dataclasses.asdict(answer)})
