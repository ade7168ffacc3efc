"""The table of a model's layers.

`LAYERS`, one row a use of a layer, the last row what belongs to no layer:
    layer: names of the models that it lies in and its own, like encoder/dense; empty: belongs to no layer.
    use: which use of the layer in the model, from 1 on; 0: belongs to no layer.
    uses: how often the model uses the layer.
    class_name: its class; empty: unknown.
    parameters: number of its weights; NaN: unknown.
    scope: the name scope that its kernels carry.
    compute_ps (ps): time with its kernels; an instant with kernels of several rows is divided among them.
    share_of_compute (1): that over the time with any kernel of the model; NaN: no kernel ran.
    share_of_calls (1): that over the call windows.
    entries_per_call: entries of the scope a predict call: how often the kernel ran that ran least often; NaN:
        unknown, as where several calls of a layer have one scope.
    kernels_per_call: its kernels' executions a predict call.
    certainty: known, fused, partial, ambiguous or guessed.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .spec import Column, Table, TableSpec, non_negative

KNOWN, FUSED, PARTIAL, AMBIGUOUS, GUESSED = "known", "fused", "partial", "ambiguous", "guessed"
CERTAINTIES: Mapping[str, str] = {
    KNOWN: "the model's graph has these kernels in this layer",
    FUSED: "TensorFlow fused operations of another layer into its kernels",
    PARTIAL: "its arithmetic ran in kernels that do not carry its scope",
    AMBIGUOUS: "several layers have the same name scope",
    GUESSED: "from the kernels' names alone",
}
"""How sure it is whose kernels they are."""
TOLERANCE = 1e-9


def _certainties_are_known(table: Table) -> str | None:
    surplus = set(table.coded("certainty").decode()) - set(CERTAINTIES)
    return f"certainty {sorted(surplus)[0]!r} is none of {', '.join(CERTAINTIES)}" if surplus else None


def _last_row_is_no_layer(table: Table) -> str | None:
    uses = table.array("use")
    if not len(uses) or uses[-1] != 0 or (uses[:-1] < 1).any():
        return "the last row, and no other, is what belongs to no layer"
    return None


def _uses_are_counted(table: Table) -> str | None:
    bad = table.array("use") > table.array("uses")
    return f"use exceeds uses in row {int(np.argmax(bad))}" if bad.any() else None


def _shares_sum_to_one(table: Table) -> str | None:
    compute, shares = table.array("compute_ps"), table.array("share_of_compute")
    if not compute.sum():
        return None if np.isnan(shares).all() else "share_of_compute is known, and no kernel ran"
    off = abs(float(shares.sum()) - 1)
    return None if off <= TOLERANCE else f"share_of_compute adds up to 1 but for {off}"


def _shares_are_of_the_calls(table: Table) -> str | None:
    shares = table.array("share_of_calls")
    bad = shares > 1 + TOLERANCE
    return f"share_of_calls {shares[np.argmax(bad)]} is no fraction of 1" if bad.any() else None


LAYERS = TableSpec(
    "layers",
    (
        Column("layer", "string", "", "names of the models that it lies in and its own; empty: no layer"),
        Column("use", "int32", "", "which use of the layer, from 1 on; 0: no layer"),
        Column("uses", "int32", "", "how often the model uses the layer"),
        Column("class_name", "string", "", "its class; empty: unknown"),
        Column("parameters", "float64", "", "number of its weights; NaN: unknown"),
        Column("scope", "string", "", "the name scope that its kernels carry"),
        Column("compute_ps", "float64", "ps", "time with its kernels, divided where several rows have some"),
        Column("share_of_compute", "float64", "1", "that over the time with any kernel; NaN: no kernel ran"),
        Column("share_of_calls", "float64", "1", "that over the call windows"),
        Column("entries_per_call", "float64", "", "entries of the scope a predict call; NaN: unknown"),
        Column("kernels_per_call", "float64", "", "executions of its kernels a predict call"),
        Column("certainty", "string", "", "known, fused, partial, ambiguous or guessed"),
    ),
    (
        non_negative("use", "uses", "compute_ps", "share_of_calls", "kernels_per_call"),
        _certainties_are_known,
        _last_row_is_no_layer,
        _uses_are_counted,
        _shares_sum_to_one,
        _shares_are_of_the_calls,
    ),
)
