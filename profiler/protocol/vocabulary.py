"""The words of a measurement: workloads, compile states, entry points, instruments, variants."""

from __future__ import annotations

import difflib
from typing import NamedTuple, Sequence

from .errors import UsageError

WORKLOADS = ("tiny", "medium")
COMPILE_STATES = ("uncompiled", "compiled")
ENTRY_POINTS = ("predict", "predict_on_batch", "call", "function")
INSTRUMENTS = ("wall", "cprofile", "tfprofiler")

PHASES = (
    "input pipeline",
    "graph tracing",
    "iterator creation",
    "execution",
    "callbacks",
    "output conversion",
    "teardown",
    "other",
)
PRESENCES = ("present", "not called", "absent", "unknown")
CAPTURE_STATUSES = ("ok", "failed", "unsound", "timeout")


def require_known(kind: str, value: str, known: Sequence[str]) -> str:
    """Return ``value`` when it is one of ``known``, else raise `UsageError` with the nearest name."""
    if value in known:
        return value
    near = difflib.get_close_matches(value, known, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]}?" if near else "choose from {}".format(", ".join(known))
    raise UsageError(f"unknown {kind} {value!r}: {hint}")


def is_factory(model: str) -> bool:
    """Return whether a model's name is ``package.module:factory`` rather than a path."""
    module, colon, name = model.partition(":")
    return bool(colon) and name.isidentifier() and all(part.isidentifier() for part in module.split("."))


class Variant(NamedTuple):
    """Workload x compile state x entry point x batch size: one thing that is timed."""

    workload: str
    compile_state: str
    entry_point: str
    batch_size: int
    rows: int

    @property
    def id(self) -> str:
        """The name that is unique within an environment, like ``tiny/compiled/predict/b32``."""
        return "%s/%s/%s/b%d" % (self.workload, self.compile_state, self.entry_point, self.batch_size)

    @property
    def folder(self) -> str:
        """The name of the variant's folder in a run directory."""
        return "%s-%s-%s-b%d" % (self.workload, self.compile_state, self.entry_point, self.batch_size)
