"""Totals of a ``.prof`` by the standard library alone, for comparison with our tables."""

import pstats
from collections import Counter


def rows(path):
    """Return (file, line, name) -> (primitive calls, calls, self s, cumulative s)."""
    return {label: row[:4] for label, row in pstats.Stats(str(path)).stats.items()}


def callees(path):
    """Return caller -> callee -> (calls, primitive calls, self s, cumulative s), turned round by pstats."""
    stats = pstats.Stats(str(path))
    stats.calc_callees()
    return {caller: dict(called) for caller, called in stats.all_callees.items() if called}


def totals(path):
    """Return (calls, primitive calls, self s) over all functions, as pstats adds them up while it loads."""
    stats = pstats.Stats(str(path))
    return stats.total_calls, stats.prim_calls, stats.total_tt


def self_s_by_file(path):
    """Return file -> self s."""
    by_file = Counter()
    for (file, _, _), row in rows(path).items():
        by_file[file] += row[2]
    return by_file
