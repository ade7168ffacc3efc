"""The tables of someone else's file.

`FOREIGN_SHARES`, one row an internal within an entry point's calls:
    host: the machine that recorded it; empty where the file does not tell.
    entry_point: what was called; the steps' or line's name where the file names no entry point.
    internal: id of the internal.
    phase: part of a call that the internal belongs to.
    share (1): time with it on the stack, over the calls' frames; NaN: unknown.
    bound_low (1), bound_high (1): between what the share lies; NaN: unknown.
    interval_low (1), interval_high (1): ends of its 95 % interval, over calls or samples; NaN: unknown.
    calls: its entries from outside in the whole file; NaN: unknown.
    presence: present or unknown.
    reason: why the share is unknown.

`FOREIGN_CALLS`, one row a call site of an entry point:
    host, entry_point: as above.
    calls: how often it was entered; NaN: unknown.
    seconds (s): time with its frame on the stack; NaN: unknown.
    share (1): that over the whole program or session; NaN: unknown.
    site_path, site_line, site_name: the calling function and its first line; empty and 0 where unknown.
    site_calls: its calls; NaN: unknown.
"""

from __future__ import annotations

import numpy as np

from .spec import Column, Table, TableSpec

_WHERE = (
    Column("host", "string", "", "the machine that recorded it"),
    Column("entry_point", "string", "", "what was called"),
)


def _shares_are_fractions(table: Table) -> str | None:
    values = table.array("share")
    bad = np.isfinite(values) & ((values < 0) | (values > 1))
    return f"share {values[np.argmax(bad)]} is no fraction of 1" if bad.any() else None


FOREIGN_SHARES = TableSpec(
    "foreign_shares",
    (
        *_WHERE,
        Column("internal", "string", "", "id of the internal"),
        Column("phase", "string", "", "part of a call that the internal belongs to"),
        Column("share", "float64", "1", "time with it on the stack over the calls' frames; NaN: unknown"),
        Column("bound_low", "float64", "1", "the share is at least this; NaN: unknown"),
        Column("bound_high", "float64", "1", "the share is at most this; NaN: unknown"),
        Column("interval_low", "float64", "1", "lower end of the 95 % interval; NaN: unknown"),
        Column("interval_high", "float64", "1", "upper end of the 95 % interval; NaN: unknown"),
        Column("calls", "float64", "", "entries from outside in the whole file; NaN: unknown"),
        Column("presence", "string", "", "present or unknown"),
        Column("reason", "string", "", "why the share is unknown"),
    ),
    (_shares_are_fractions,),
)

FOREIGN_CALLS = TableSpec(
    "foreign_calls",
    (
        *_WHERE,
        Column("calls", "float64", "", "how often it was entered; NaN: unknown"),
        Column("seconds", "float64", "s", "time with its frame on the stack; NaN: unknown"),
        Column("share", "float64", "1", "that over the whole program or session; NaN: unknown"),
        Column("site_path", "string", "", "file of the calling function; empty: unknown"),
        Column("site_line", "int64", "", "first line of the calling function; 0: unknown"),
        Column("site_name", "string", "", "the calling function; empty: unknown"),
        Column("site_calls", "float64", "", "calls from there; NaN: unknown"),
    ),
    (_shares_are_fractions,),
)
