"""The table of what grows from call to call.

`GROWTH`, one row a quantity of a variant:
    environment: slug of the environment.
    variant: id of the variant.
    quantity: resident_bytes, used_bytes, graphs, objects, threads or time.
    unit: of the value: B, 1, or empty for a count.
    value: what a call adds; of time the fraction by which a process's last call takes longer than its first.
    interval_low, interval_high: ends of its 95 % interval; NaN: unknown.
    verdict: grows, steady or cannot tell.
"""

from __future__ import annotations

from .spec import VARIANT_COLUMNS, Column, TableSpec

GROWTH = TableSpec(
    "growth",
    (
        *VARIANT_COLUMNS,
        Column("quantity", "string", "", "what may grow"),
        Column("unit", "string", "", "of the value: B, 1, or empty for a count"),
        Column("value", "float64", "", "what a call adds; of time the fraction from first to last call"),
        Column("interval_low", "float64", "", "lower end of the 95 % interval; NaN: unknown"),
        Column("interval_high", "float64", "", "upper end of the 95 % interval; NaN: unknown"),
        Column("verdict", "string", "", "grows, steady or cannot tell"),
    ),
)
