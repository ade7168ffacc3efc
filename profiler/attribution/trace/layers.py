"""The time of each layer of a model: its kernels' part of the marked calls.

Kernels are those of `compute`, grouped by the layer whose name scope they carry (`name_scopes`). Where one
kernel holds others on its thread, each instant is the innermost one's; where kernels of several layers run
at once on several threads, an instant is divided equally among those layers.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ...protocol.scopes import LayerScopes
from ...tables import layers as tables
from ...tables import spec
from ...tables.spec import Coded, Table
from . import compute, division, name_scopes
from .compute import Stated
from .division import Floats
from .marked_calls import Ints, Marks
from .name_scopes import NO_LAYER, Use

# Kernels that TensorFlow's optimizer makes of several operations, and names after the last of them.
FUSED = re.compile(r".*:_(?:Mkl)?(?:Native)?Fused\w+")
# Kernels that only fetch a layer's weights.
READ = re.compile(r".*:_?ReadVariableOp")
# What a device's kernel says of the operation that it belongs to.
DEVICE_OPERATION = "tf_op"


@dataclass(frozen=True)
class Layers:
    """What a trace says of a model's layers.

    Attributes:
        table: `tables.layers.LAYERS`.
        calls: the number of marked calls.
        window_ps: their durations together.
        compute: the share of them in which some kernel of the model ran.
        programs: programs of XLA, which fuse what belongs to several layers, among the executed kernels.
        eager: operations that were run eagerly, which carry no scope, among the executed kernels.
    """

    table: Table
    calls: int
    window_ps: int
    compute: float
    programs: int
    eager: int

    def check(self) -> Layers:
        """Return this when the layers and what belongs to none of them add up to compute.

        Raises:
            ValueError: they do not.
        """
        total = float(self.table.check().array("compute_ps").sum()) / self.window_ps
        if abs(total - self.compute) > tables.TOLERANCE:
            raise ValueError(f"layers add up to {total} of the calls, compute is {self.compute}")
        return self


def measure(trace: Stated, marks: Marks, layers: Sequence[LayerScopes] | None) -> Layers:
    """Return the time of each layer.

    Args:
        trace: the trace.
        marks: the calls.
        layers: the model's layers; None where they are not known, so that owners are guessed.
    """
    found = compute.kernels(trace, marks)
    reaches = (found.end > marks.start.min()) & (found.start < marks.end.max())
    rows = np.flatnonzero(found.model & reaches)
    kernels = _kernels(trace, rows)
    uses, use_of = _uses(kernels.values, layers)
    start, end = found.start[rows], found.end[rows]
    piece, begins, ends = division.innermost(start, end, _outer(trace, rows))
    owner = use_of[kernels.codes]
    divided = division.divide(owner[piece], begins, ends, (marks.start, marks.end), len(uses))
    own = marks.calls_of(start) >= 0
    window_ps = int((marks.end - marks.start).sum())
    return Layers(
        _table(uses, divided, _executed(kernels.codes[own].astype(np.int64), use_of, len(uses)), marks),
        len(marks.start),
        window_ps,
        compute.of_kernels(found, marks).model,
        int((found.programs[rows] & own).sum()),
        int((found.eager[rows] & own).sum()),
    ).check()


def _kernels(trace: Stated, rows: Ints) -> Coded:
    """Return the names of kernels, ``node:OpType``; of a device's kernels those that their stats tell."""
    names = trace.events.coded("name")
    distinct, codes = np.unique(names.codes[rows], return_inverse=True)
    values = [names.values[code] if code >= 0 else "" for code in distinct.tolist()]
    kinds = np.array(trace.lines.coded("kind").decode())
    on_device = np.flatnonzero(kinds[trace.events.array("line")[rows]] == "device")
    number = {value: code for code, value in enumerate(values)}
    for place, stats in zip(on_device.tolist(), trace.stats(rows[on_device].tolist()), strict=True):
        told = stats.get(DEVICE_OPERATION)
        codes[place] = number.setdefault(told if isinstance(told, str) else "", len(number))
    return Coded(codes.astype(np.int32), tuple(number))


def _uses(kernels: Sequence[str], layers: Sequence[LayerScopes] | None) -> tuple[list[Use], Ints]:
    """Return the uses of layers, what belongs to none last, and the place among them of each kernel."""
    nodes = {
        code: name.rpartition(":")[0] for code, name in enumerate(kernels) if compute.KERNEL.fullmatch(name)
    }
    owner = name_scopes.owners_of(nodes, layers)
    is_known = bool(layers) and all(use.certainty != tables.GUESSED for use in owner.values())
    none = NO_LAYER if is_known else replace(NO_LAYER, certainty=tables.GUESSED)
    uses = [*dict.fromkeys(owner.values()), none]
    place = {use: number for number, use in enumerate(uses)}
    use_of = np.array([place[owner.get(code, none)] for code in range(len(kernels))], np.int64)
    doubts = _doubts(kernels, owner, layers or ())
    return [replace(use, certainty=doubts.get(use, use.certainty)) for use in uses], use_of


def _doubts(
    kernels: Sequence[str], owner: Mapping[int, Use], layers: Sequence[LayerScopes]
) -> dict[Use, str]:
    """Return the certainty of uses of layers whose scope has more than their own kernels, or fewer.

    TensorFlow fuses a product with what follows it, and the kernel has the name of the last operation. A
    layer without weights of its own, or with layers in it, did not begin its fused kernels. One of which
    nothing but the reading of its weights is left has its arithmetic in another layer's kernel, or in a
    function that carries no scope, like an LSTM of Keras 2.
    """
    holders = {scope.rpartition("/")[0] for one in layers for scope in one.scopes}
    own: dict[Use, set[str]] = {}
    for code, use in owner.items():
        if use.certainty == tables.KNOWN:
            own.setdefault(use, set()).add(kernels[code])
    doubts = {}
    for use, names in own.items():
        if all(map(READ.fullmatch, names)):
            doubts[use] = tables.PARTIAL
        elif _began_nothing(use, holders) and any(map(FUSED.fullmatch, names)):
            doubts[use] = tables.FUSED
    return doubts


def _began_nothing(use: Use, holders: Collection[str]) -> bool:
    return use.parameters == 0 or "Normalization" in use.class_name or use.scope in holders


def _outer(trace: Stated, rows: Ints) -> Ints:
    """Return the place in ``rows`` of the innermost kernel that holds each one, or -1."""
    parent = trace.events.array("parent").astype(np.int64)
    place = np.full(len(parent) + 1, -1, np.int64)  # the last is that of no event
    place[rows] = np.arange(len(rows))
    above = parent[rows]
    going = np.flatnonzero((above >= 0) & (place[above] < 0))
    while len(going):
        above[going] = parent[above[going]]
        going = going[(above[going] >= 0) & (place[above[going]] < 0)]
    outer: Ints = np.where(above >= 0, place[above], -1)
    return outer


@dataclass(frozen=True)
class _Executed:
    """How often kernels of each use ran within the calls: all together, and the one that ran least often."""

    kernels: Ints
    least: Ints


def _executed(codes: Ints, use_of: Ints, uses: int) -> _Executed:
    ran = np.bincount(codes, minlength=len(use_of))
    kernels = np.zeros(uses, np.int64)
    np.add.at(kernels, use_of, ran)
    least = np.full(uses, np.iinfo(np.int64).max)
    np.minimum.at(least, use_of[ran > 0], ran[ran > 0])
    return _Executed(kernels, np.where(kernels > 0, least, 0))


def _table(uses: Sequence[Use], divided: Floats, executed: _Executed, marks: Marks) -> Table:
    """Return the table: the uses with the most time first, what belongs to no layer last."""
    order = [*np.argsort(-divided[:-1], kind="stable").tolist(), len(uses) - 1]
    chosen = [uses[row] for row in order]
    calls, window_ps = len(marks.start), int((marks.end - marks.start).sum())
    total = float(divided.sum())
    nan = float("nan")
    entries = executed.least[order] / calls
    return spec.make(
        tables.LAYERS,
        layer=[use.layer for use in chosen],
        use=[use.use for use in chosen],
        uses=[use.uses for use in chosen],
        class_name=[use.class_name for use in chosen],
        parameters=[nan if use.parameters is None else use.parameters for use in chosen],
        scope=[use.scope for use in chosen],
        compute_ps=divided[order],
        share_of_compute=divided[order] / total if total else np.full(len(chosen), nan),
        share_of_calls=divided[order] / window_ps,
        entries_per_call=np.where([use.layer != "" and not use.several for use in chosen], entries, nan),
        kernels_per_call=executed.kernels[order] / calls,
        certainty=[use.certainty for use in chosen],
    )
