"""Describes the environment: asks the framework, builds each workload once, and tries the profiler."""

from __future__ import annotations

import dataclasses
import os
import sys
from typing import Any, Optional

from ..protocol.errors import KprofError
from ..protocol.spec import Diagnosis, EnvironmentFacts, Spec, WorkloadFacts, WorkloadSpec
from ..protocol.vocabulary import is_factory
from . import entry_points, harness, reasons
from .frameworks import Framework
from .models import built_in, states
from .models.files import CannotLoadError


def describe(spec: Spec, framework: Framework) -> EnvironmentFacts:
    """Return the environment's facts, having built every workload of the spec once."""
    found = framework.describe()
    jit_compile: Any = None
    workloads = {}
    for workload in spec.workloads:
        try:
            workloads[workload.name], jit_compile = _look_at(workload, framework)
        except Exception as error:  # the reason goes to the user
            said = error.marked if isinstance(error, KprofError) else reasons.named(error)
            workloads[workload.name] = WorkloadFacts(error=said, not_loaded=_not_loaded(error))
    return dataclasses.replace(found, workloads=workloads, jit_compile=jit_compile)


def _not_loaded(error: Exception) -> Optional[str]:
    """Return what is wrong with a model file, without what to do: another release may load it."""
    return type(error)(error.what, error.where).marked if isinstance(error, CannotLoadError) else None


def diagnose(folder: str, framework: Framework) -> Diagnosis:
    """Record an empty profiler session and return what it can record, or why it fails."""
    devices = framework.devices()
    os.makedirs(folder, exist_ok=True)
    try:
        session = framework.profiler_session()
        with session.recording(folder), session.mark("kprof_diagnosis", 0):
            pass
        found = session.traces(folder)
    except Exception as error:  # the reason goes to the user
        return Diagnosis(devices, False, reasons.named(error, 200))
    return Diagnosis(devices, session.python_events, None if found else "the profiler left no trace")


def _look_at(workload: WorkloadSpec, framework: Framework) -> tuple[WorkloadFacts, Any]:
    opened = built_in.open_workload(workload, framework)
    batch_size = workload.batch_size or opened.fixed_batch_size() or built_in.BATCH_SIZE
    model = opened.any_state(batch_size)
    notes: list[str] = []
    call_ns = None
    if workload.model:
        rows = workload.rows or opened.fixed_rows() or batch_size
        x, notes = opened.inputs(rows)
        call = entry_points.calls_of("predict", model, x, rows, batch_size, framework).later()
        timed = harness.Timed.none()
        harness.measured_calls(call, 2, timed)
        call_ns = timed.durations[-1]
    facts = WorkloadFacts(
        parameters=int(model.count_params()),
        batch_size=opened.fixed_batch_size(),
        rows=opened.fixed_rows(),
        call_ns=call_ns,
        input_notes=notes,
        source=_source(workload.model),
        compile_state="compiled" if states.is_compiled(model) else "uncompiled",
    )
    return facts, getattr(model, "jit_compile", None)


def _source(model: Optional[str]) -> Optional[str]:
    """Return the file that a factory was imported from; None for a model's file."""
    if model is None or not is_factory(model):
        return None
    file = getattr(sys.modules.get(model.partition(":")[0]), "__file__", None)
    return None if file is None else os.path.realpath(file)
