"""The table of shares.

`SHARES`, one row an internal of a variant under an instrument:
    environment: slug of the environment.
    variant: id of the variant.
    internal: id of the internal.
    phase: part of a call that the internal belongs to.
    instrument: what measured the share.
    calls_per_call: entries from outside the internal (recursive ones not counted), a call; NaN: unknown.
    share (1): time with the internal on the stack, over the call window; NaN: unknown.
    interval_low (1), interval_high (1): ends of its 95 % interval; NaN: unknown.
    presence: present, not called, absent or unknown.
"""

from __future__ import annotations

import numpy as np

from .spec import VARIANT_COLUMNS, Column, Table, TableSpec


def _shares_are_fractions(table: Table) -> str | None:
    values = table.array("share")
    bad = np.isfinite(values) & ((values < 0) | (values > 1))
    return f"share {values[np.argmax(bad)]} is no fraction of 1" if bad.any() else None


SHARES = TableSpec(
    "shares",
    (
        *VARIANT_COLUMNS,
        Column("internal", "string", "", "id of the internal"),
        Column("phase", "string", "", "part of a call that the internal belongs to"),
        Column("instrument", "string", "", "what measured the share"),
        Column("calls_per_call", "float64", "", "entries from outside the internal, a call; NaN: unknown"),
        Column("share", "float64", "1", "time with it on the stack over the call window; NaN: unknown"),
        Column("interval_low", "float64", "1", "lower end of the 95 % interval; NaN: unknown"),
        Column("interval_high", "float64", "1", "upper end of the 95 % interval; NaN: unknown"),
        Column("presence", "string", "", "present, not called, absent or unknown"),
    ),
    (_shares_are_fractions,),
)
