"""The overhead of an instrument that is switched on and off between blocks: the median of block ratios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special

from .intervals import CONFIDENCE, PROCESSES_NEEDED, Estimate, estimate_of_logs
from .samples import Durations, Floats


class BlockPairs(NamedTuple):
    """The blocks of one process, those of the same place side by side: durations in ns, off and on."""

    off: Sequence[Durations]
    on: Sequence[Durations]

    def ratios(self) -> Floats:
        """Return the ratio of median calls, on over off, of each pair in which both have calls."""
        both = [(off, on) for off, on in zip(self.off, self.on, strict=False) if len(off) and len(on)]
        return np.array([np.median(on) / np.median(off) for off, on in both], np.float64)


def block_ratio(processes: Mapping[int, BlockPairs], confidence: float = CONFIDENCE) -> Estimate:
    """Return how many times as long disturbed calls take, with the interval.

    From 3 processes on it is the geometric mean of the processes' median block ratios, with the t interval of
    that mean. With fewer it is the median of all block ratios, and the interval is the distribution-free
    one of a median, from one order statistic to another (David and Nagaraja 2003, "Order Statistics",
    section 7.1); it needs 6 pairs for 95 % and says nothing of how processes differ, and ``reason`` says so.
    """
    ratios = [found for pairs in processes.values() if len(found := pairs.ratios())]
    if not ratios:
        return Estimate(None, None, None, "no two blocks of calls stand side by side")
    if len(ratios) >= PROCESSES_NEEDED:
        return estimate_of_logs(np.log([np.median(one) for one in ratios]), confidence)
    return median_estimate(np.concatenate(ratios), len(ratios), confidence)


def median_estimate(values: Floats, processes: int, confidence: float = CONFIDENCE) -> Estimate:
    """Return the median of some blocks' values with its distribution-free interval over them."""
    ranked = np.sort(values)
    middle, cut = float(np.median(ranked)), int(tails(len(ranked), confidence))
    if not cut:
        return Estimate(middle, None, None, f"{len(ranked)} blocks are too few for an interval")
    few = "one process" if processes == 1 else f"{processes} processes"
    why = f"over the blocks of {few}: others may differ by more"
    return Estimate(middle, float(ranked[cut - 1]), float(ranked[-cut]), why)


def tails(count: npt.ArrayLike, confidence: float = CONFIDENCE) -> npt.NDArray[np.int64]:
    """Return the rank, from either end, of the values that bound the median of so many; 0 where none do.

    It is the largest k for which fewer than k of n tosses of a coin are heads in at most half of what the
    confidence leaves.
    """
    sizes = np.asarray(count, np.int64)
    ranks = np.arange(1, int(sizes.max(initial=0)) + 1)
    beyond = special.bdtr(ranks - 1, sizes[..., np.newaxis], 0.5)
    # bdtr is nan for more successes than tosses
    return np.asarray((beyond <= (1 - confidence) / 2).sum(-1), np.int64)
