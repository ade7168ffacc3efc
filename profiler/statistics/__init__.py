"""Intervals, verdicts and stability checks of measured call durations; NumPy and SciPy only.

`Blocks` are one variant's calls. `intervals`, `percentiles` and `shares` return an `Estimate`, `verdicts` a
`Verdict` on a ratio; `sequential` decides when an adaptive measurement ends, `stability` what to warn of.

The unit of replication is the process: calls of one process share its memory layout, its threads and its
moment, so they say how one process behaves and not how the next one will. Every interval is therefore
Student's t over processes, in logarithms where the quantity is a time or a ratio. With 3 to 7 processes it
keeps its 95 %, where bootstraps over so few do not (`benchmarks/simulate_coverage.py` prints both). What an
instrument costs (`block_ratio`) and shares are told from fewer processes too: over blocks or calls of them.
"""

from .block_ratios import BlockPairs, block_ratio
from .growth import GROWS, STEADY, growth_rate, judge_growth, slowing
from .intervals import (
    CONFIDENCE,
    PROCESSES_NEEDED,
    Estimate,
    allowing_for,
    borrowed_ratio,
    latency,
    paired_ratio,
    paired_ratio_of,
    unpaired_ratio,
)
from .percentiles import percentile
from .samples import Blocks, Floats, LatencyError
from .sequential import Step, confidence_after, next_step
from .shares import ShareError, share_over_calls
from .stability import Finding, findings
from .verdicts import (
    CANNOT_TELL,
    DIFFERS,
    SAME,
    Verdict,
    judge,
    paired_verdict,
    require_effect,
    unpaired_verdict,
)

__all__ = [
    "CANNOT_TELL",
    "CONFIDENCE",
    "DIFFERS",
    "GROWS",
    "PROCESSES_NEEDED",
    "SAME",
    "STEADY",
    "BlockPairs",
    "Blocks",
    "Estimate",
    "Finding",
    "Floats",
    "LatencyError",
    "ShareError",
    "Step",
    "Verdict",
    "allowing_for",
    "block_ratio",
    "borrowed_ratio",
    "confidence_after",
    "findings",
    "growth_rate",
    "judge",
    "judge_growth",
    "latency",
    "next_step",
    "paired_ratio",
    "paired_ratio_of",
    "paired_verdict",
    "percentile",
    "require_effect",
    "share_over_calls",
    "slowing",
    "unpaired_ratio",
    "unpaired_verdict",
]
