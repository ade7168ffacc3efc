"""The environment variables that a worker gets, and those that a run records."""

from __future__ import annotations

import os

# What changes how a framework runs; a run keeps them.
RECORDED = ("CUDA_", "XLA_", "TF_", "OMP_", "KERAS_")
RECORDED_NAMES = ("LD_LIBRARY_PATH", "PYTHONPATH")
# Terraform's, which hold passwords.
NOT_RECORDED = ("TF_VAR_", "TF_TOKEN_", "TF_CLI_")


def of_worker(keep_pythonpath: bool) -> dict[str, str]:
    """Return the environment variables of a worker.

    ``PYTHONHASHSEED`` is fixed, and ``PYTHONPATH`` cleared for built-in workloads; ``CUDA_*``, ``XLA_*``,
    ``TF_*`` and ``LD_LIBRARY_PATH`` pass through with all others.
    """
    variables = {k: v for k, v in os.environ.items() if k not in ("PYTHONHOME", "PYTHONSTARTUP")}
    if not keep_pythonpath:
        variables.pop("PYTHONPATH", None)
    variables["PYTHONHASHSEED"] = "0"
    return variables


def recorded(keep_pythonpath: bool) -> dict[str, str]:
    """Return those of a worker's environment variables that change how a framework runs, by name."""
    return {
        name: value
        for name, value in sorted(of_worker(keep_pythonpath).items())
        if name in RECORDED_NAMES or (name.startswith(RECORDED) and not name.startswith(NOT_RECORDED))
    }
