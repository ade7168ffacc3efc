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
