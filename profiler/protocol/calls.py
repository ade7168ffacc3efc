"""How many calls a variant takes, before and while it is measured: one rule for the plan and the worker."""

from __future__ import annotations

from typing import Optional

from .instruments import Instrument
from .switching import SLOW_CALL_NS

WARM_UP_CALLS = 3


def warm_up(call_ns: float) -> int:
    """Return how many untimed calls follow the first one, by how long a call takes."""
    return WARM_UP_CALLS if call_ns < SLOW_CALL_NS else 1


def measured(wanted: Optional[int], budget_s: float, call_ns: float, instrument: Instrument) -> int:
    """Return how many calls are measured: at least 1.

    Args:
        wanted: exactly so many; None for as many as fit the budget.
        budget_s: what they may take, as they are with nothing attached.
        call_ns: what one takes.
        instrument: bounds them.
    """
    fitting = max(1, min(instrument.budget_calls, int(budget_s * 1e9 / max(call_ns, 1))))
    count = wanted or fitting
    return count if instrument.most_calls is None else min(count, instrument.most_calls)


# So many calls of each condition prove an instrument: of quick ones, and of those that take longer.
PROVING_CALLS_OF_QUICK = 800
PROVING_CALLS = 80
PROVING_QUICK_NS = 4_000_000
# Of an instrument whose files are large, a round takes so many.
PROVING_CALLS_OF_LARGE_FILES = 3


def proving(wanted: Optional[int], call_ns: float, rounds: int, instrument: Instrument) -> int:
    """Return how many calls of each condition prove an instrument, all rounds together.

    Args:
        wanted: so many, at least one a round; None for as many as calls of this length need, one a round of
            slow ones.
        call_ns: what one takes.
        rounds: over how many rounds they are spread.
        instrument: the one to prove.
    """
    count = wanted
    if count is None and call_ns < SLOW_CALL_NS:
        count = PROVING_CALLS_OF_QUICK if call_ns < PROVING_QUICK_NS else PROVING_CALLS
    count = count or rounds
    if instrument.most_calls is not None and wanted is None:
        count = min(count, PROVING_CALLS_OF_LARGE_FILES * rounds)
    return max(rounds, count)
