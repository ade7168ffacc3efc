"""The ``wall`` instrument: the harness's clock and nothing else."""

from __future__ import annotations

from .. import harness
from ..frameworks import Framework
from ..harness import Call
from . import Attached, Recording


def attach(call: Call, folder: str, framework: Framework) -> Attached:
    """Attach nothing to a call but the clock."""
    return _Wall(call, folder, framework)


class _Wall(Attached):
    def take(self, count: int) -> list[int]:
        durations: list[int] = []
        harness.measured_calls(self.call, count, durations)
        return durations

    def finish(self) -> Recording:
        return Recording()
