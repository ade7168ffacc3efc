"""The worker's command line: ``SPEC.json``, or ``selftest``."""

from __future__ import annotations

import os
import sys
from typing import Any

from ..protocol import errors, files, schemas
from . import selftest


def main(arguments: list[str]) -> int:
    """Carry out one task and return the exit code.

    ``selftest`` exits 0 when this interpreter's cProfile keeps its frames, 1 when it does not. A spec's task
    ``environment`` writes ``environment.json`` and builds every workload once; ``measure`` writes captures.
    """
    if arguments == ["selftest"]:
        return 0 if selftest.is_sound() else 1
    if len(arguments) != 1:
        sys.stderr.write("usage: SPEC.json | selftest\n")
        return errors.EXIT_USAGE
    spec = files.read_json(arguments[0], schemas.SPEC)
    try:
        import numpy  # noqa: F401
        import tensorflow
    except ImportError as error:
        _write_environment(spec, {"error": f"cannot import {error.name or 'a module'}: {error}"})
        return errors.EXIT_USAGE
    if spec["task"] == "environment":
        _write_environment(spec, _environment(spec, tensorflow))
        return errors.EXIT_DONE
    from . import measure

    measure.run(spec, tensorflow)
    return errors.EXIT_DONE


def _environment(spec: dict[str, Any], tensorflow: Any) -> dict[str, Any]:
    from . import environment, workloads

    found = environment.describe(tensorflow)
    found["workloads"] = {}
    for name in spec["workloads"]:
        try:
            model = workloads.build(name, "compiled", workloads.BATCH_SIZE, tensorflow)
        except Exception as error:  # the reason goes to the user
            found["workloads"][name] = {
                "error": f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
            }
        else:
            found["workloads"][name] = {"parameters": int(model.count_params())}
            found["jit_compile"] = getattr(model, "jit_compile", None)
    return found


def _write_environment(spec: dict[str, Any], found: dict[str, Any]) -> None:
    found.setdefault("schema", schemas.ENVIRONMENT)
    found["executable"] = sys.executable
    os.makedirs(spec["output"], exist_ok=True)
    files.write_json(os.path.join(spec["output"], files.ENVIRONMENT_FILE), found)
