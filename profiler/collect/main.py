"""The worker's command line: ``SPEC.json``, or ``selftest``."""

from __future__ import annotations

import os
import sys
from typing import Any

from ..protocol import errors, files, schemas
from . import reasons, selftest
from .frameworks import tensorflow as environment


def main(arguments: list[str]) -> int:
    """Carry out one task and return the exit code.

    ``selftest`` exits 0 when this interpreter's cProfile keeps its frames, 1 when it does not. A spec's task
    ``environment`` writes ``environment.json`` and builds every workload once; ``diagnose`` does so too and
    tries the TensorFlow profiler; ``measure`` writes captures.
    """
    if arguments == ["selftest"]:
        return 0 if selftest.is_sound() else 1
    if len(arguments) != 1:
        sys.stderr.write("usage: SPEC.json | selftest\n")
        return errors.EXIT_USAGE
    spec = files.read_json(arguments[0], schemas.SPEC)
    sys.path.extend(spec.get("path", ()))
    if spec.get("pin"):
        # Before TensorFlow starts its threads, which inherit it.
        os.sched_setaffinity(0, spec["pin"])
    try:
        import numpy  # noqa: F401
        import tensorflow
    except ImportError as error:
        _write_environment(spec, {"error": f"cannot import {error.name or 'a module'}: {error}"})
        return errors.EXIT_USAGE
    if spec["task"] in ("environment", "diagnose"):
        found = _environment(spec, tensorflow)
        if spec["task"] == "diagnose":
            found["devices"] = environment.devices(tensorflow)
            found["profiler"] = _try_profiler(spec, tensorflow)
        _write_environment(spec, found)
        return errors.EXIT_DONE
    from . import measure

    measure.run(spec, tensorflow)
    return errors.EXIT_DONE


def _environment(spec: dict[str, Any], tensorflow: Any) -> dict[str, Any]:
    found = environment.describe(tensorflow)
    found["workloads"] = {}
    for workload in spec["workloads"]:
        try:
            facts, found["jit_compile"] = _look_at(workload, tensorflow)
        except Exception as error:  # the reason goes to the user
            facts = {"error": reasons.named(error)}
        found["workloads"][workload["name"]] = facts
    return found


def _try_profiler(spec: dict[str, Any], tensorflow: Any) -> dict[str, Any]:
    """Return what a profiler session around nothing gives: its kind of trace, or why there is none."""
    from .harness import Call
    from .instruments import tfprofiler

    folder = os.path.join(spec["output"], "session")
    os.makedirs(folder, exist_ok=True)
    try:
        recording = tfprofiler.capture(Call(int, (), {}), 1, folder, tensorflow)
    except Exception as error:  # the reason goes to the user
        return {"python_events": False, "error": reasons.named(error, 200)}
    return {"python_events": recording.facts["python_events"], "error": recording.unsound}


def _look_at(workload: dict[str, Any], tensorflow: Any) -> tuple[dict[str, Any], Any]:
    from . import entry_points, harness
    from .models import built_in

    opened = built_in.open_workload(workload, tensorflow)
    batch_size = workload.get("batch_size") or opened.fixed_batch_size() or built_in.BATCH_SIZE
    model = opened.any_state(batch_size)
    facts: dict[str, Any] = {"batch_size": opened.fixed_batch_size()}
    if workload.get("model"):
        rows = workload.get("rows") or batch_size
        x, facts["input_notes"] = opened.inputs(rows)
        call = entry_points.make_call("predict", model, x, rows, batch_size, tensorflow)
        durations: list[int] = []
        harness.measured_calls(call, 2, durations)
        facts["call_ns"] = durations[-1]
    facts["parameters"] = int(model.count_params())
    return facts, getattr(model, "jit_compile", None)


def _write_environment(spec: dict[str, Any], found: dict[str, Any]) -> None:
    found.setdefault("schema", schemas.ENVIRONMENT)
    found["executable"] = sys.executable
    os.makedirs(spec["output"], exist_ok=True)
    files.write_json(os.path.join(spec["output"], files.ENVIRONMENT_FILE), found)
