"""The table of measured calls.

`LATENCIES`, one row a call:
    environment: slug of the environment.
    variant: id of the variant.
    instrument: what was attached while the call ran.
    process: number of the process within the run.
    block: number of the interleaved block within the process.
    call: number of the call within its capture.
    duration_ns (ns): the call as the user's loop sees it.
    frame_ns (ns): the call until the end of predict's frame; -1: not known.
"""

from __future__ import annotations

from .spec import VARIANT_COLUMNS, Column, TableSpec, non_negative, within

LATENCIES = TableSpec(
    "latencies",
    (
        *VARIANT_COLUMNS,
        Column("instrument", "string", "", "what was attached while the call ran"),
        Column("process", "int64", "", "number of the process within the run"),
        Column("block", "int64", "", "number of the interleaved block within the process"),
        Column("call", "int64", "", "number of the call within its capture"),
        Column("duration_ns", "int64", "ns", "the call as the user's loop sees it"),
        Column("frame_ns", "int64", "ns", "the call until the end of predict's frame; -1: not known"),
    ),
    (non_negative("process", "block", "call", "duration_ns"), within("duration_ns", "frame_ns")),
)
