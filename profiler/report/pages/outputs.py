"""Says how the outputs of a section's variants compare, beside the ratios of their times."""

from __future__ import annotations

from collections.abc import Iterator

from ...protocol.outputs import OutputArray, Outputs
from ...results import outputs as results
from ...results.document import Comparison, VariantReport
from .sections import Section

MARK = "*"
UNLIKE = (results.DIFFER, results.VARY)


def is_unlike(compared: Comparison | None) -> bool:
    """Return whether the two variants of a ratio are known to give different outputs."""
    return compared is not None and compared.outputs in UNLIKE


def are_known(section: Section) -> bool:
    """Return whether outputs were looked at; they were not in runs of older versions."""
    return any(one.outputs is not None for one in section.variants)


def vary(variant: VariantReport) -> bool:
    """Return whether a variant's outputs differ from one of its calls to the next."""
    return variant.outputs is not None and not variant.outputs.repeated.same


def lines(section: Section) -> Iterator[str]:
    """Yield what is to be said of a section's outputs, and of what only ``compile()`` sets."""
    known = [(one, one.outputs) for one in section.variants if one.outputs is not None]
    varying = [_local(one.id) for one in section.variants if vary(one)]
    if varying:
        yield f"{results.VARYING}, so nothing is ranked: {', '.join(varying)}"
    elif known and all(one.outputs == results.SAME for one in section.comparisons):
        yield _alike([found for _, found in known])
    missing = [
        _local(one.id) for one in section.variants if one.outputs is None and one.latency_ms is not None
    ]
    if known and missing:
        yield f"outputs not compared: {', '.join(missing)}"
    for one in section.comparisons:
        # that they vary is said above, once
        remarks = [text for text in one.remarks if not text.startswith(results.VARYING)]
        if remarks:
            yield f"{_local(one.candidate)} against {_local(one.baseline)}: {'; '.join(remarks)}"
    constants = [text for _, found in known for text in _constant(found)]
    if constants:
        yield f"{constants[0]}: that outputs are equal proves nothing"


def _local(name: str) -> str:
    """Return a variant's name within its workload."""
    return name.partition("/")[2]


def _alike(found: list[Outputs]) -> str:
    """Say that all outputs are the same, with the largest difference that there is."""
    differences = [one for outputs in found for one in outputs.against.values()]
    if not differences:
        return f"outputs: {_shapes(found[0].arrays)}, the same in a second call"
    worst = max(differences, key=lambda one: one.relative or 0)
    return f"outputs: all calls give the same {_shapes(found[0].arrays)} ({results.said(worst)})"


def _shapes(arrays: list[OutputArray]) -> str:
    shown = [f"{one.dtype} of {'x'.join(map(str, one.shape)) or 'one value'}" for one in arrays[:3]]
    more = [f"{len(arrays) - 3} more"] if len(arrays) > 3 else []
    return ", ".join(shown + more)


def _constant(found: Outputs) -> Iterator[str]:
    if all(one.alike is not None for one in found.arrays):
        for one in found.arrays:
            yield f"all values of the outputs{one.name and ' ' + one.name} are {one.alike}"
