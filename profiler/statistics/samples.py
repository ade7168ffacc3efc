"""One variant's measured calls, validated as positive nanoseconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..protocol.errors import KprofError

Durations = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class LatencyError(KprofError, ValueError):
    """Durations that no clock can have given."""


@dataclass(frozen=True)
class Blocks:
    """A variant's calls: process number -> its blocks, each an int64 array of durations in ns.

    Block ``i`` of a process belongs to round ``i`` of it, in which every variant had one block; an empty
    block is a round that the variant sat out. Blocks are in the order in which they were measured.

    Raises:
        LatencyError: a duration that is NaN, infinite, zero, negative or no number, or a process
            without any call.
    """

    processes: Mapping[int, Sequence[Durations]]

    def __post_init__(self) -> None:
        checked = {
            number: tuple(_checked(block, number, i) for i, block in enumerate(blocks))
            for number, blocks in self.processes.items()
        }
        for number, blocks in checked.items():
            if not any(len(block) for block in blocks):
                raise LatencyError("holds no measured call", f"process {number}", "leave it out")
        object.__setattr__(self, "processes", checked)

    def __len__(self) -> int:
        """Return the number of processes."""
        return len(self.processes)

    def calls(self, process: int) -> Durations:
        """Return all durations of one process in the order of measuring, in ns."""
        return np.concatenate(self.processes[process])

    @property
    def call_count(self) -> int:
        """All calls of all processes."""
        return sum(len(block) for blocks in self.processes.values() for block in blocks)

    @property
    def seconds(self) -> float:
        """All durations together, in s."""
        return sum(int(block.sum()) for blocks in self.processes.values() for block in blocks) / 1e9

    def log_medians(self) -> Floats:
        """Return the logarithm of each process's median call (of ns), float64, one a process."""
        return np.log([float(np.median(self.calls(number))) for number in self.processes])

    def rounds(self, process: int) -> npt.NDArray[np.int64]:
        """Return the round of each call of one process, in the order of `calls`."""
        blocks = self.processes[process]
        return np.repeat(np.arange(len(blocks)), [len(block) for block in blocks])


def _checked(block: npt.ArrayLike, process: int, number: int) -> Durations:
    values = np.atleast_1d(np.asarray(block))
    place = f"process {process}, block {number}"
    if not values.size:
        return np.empty(0, np.int64)
    if values.ndim != 1 or values.dtype.kind not in "iuf":
        raise LatencyError(f"{values.dtype} of shape {values.shape} is no list of durations in ns", place)
    possible = (values >= 1) & (values < 2**63)
    if not possible.all():
        call = int(np.argmin(possible))
        raise LatencyError(
            f"a duration of {values[call]} ns cannot be: the file was altered or the clock is broken",
            f"{place}, call {call}",
            "measure again",
        )
    return values.astype(np.int64)
