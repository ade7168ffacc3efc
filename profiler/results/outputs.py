"""What stands beside the ratio of two variants' times: their outputs, and what ``compile()`` alone sets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..protocol.errors import KprofError
from ..protocol.outputs import OutputDifference, Outputs
from ..runs.record import Capture

SAME = "same"
DIFFER = "differ"
VARY = "vary"
VARYING = "outputs vary from call to call (random or stateful)"

# What a model is that compile() has told nothing.
DEFAULTS = {"jit_compile": "False", "run_eagerly": "False", "steps_per_execution": "1"}


@dataclass(frozen=True)
class Beside:
    """What stands beside a ratio: whether both variants give the same, and remarks."""

    word: str | None
    remarks: tuple[str, ...]


def of_captures(captures: tuple[Capture, ...]) -> Outputs | None:
    """Return a variant's outputs; None where they were not looked at, or the file cannot be used."""
    for capture in captures:
        try:
            found = capture.outputs() if capture.timed else None
        except KprofError:
            continue
        if found is not None:
            return found
    return None


def beside(baseline: tuple[Capture, ...], candidate: tuple[Capture, ...]) -> Beside:
    """Return what the report says beside the ratio of two variants' times, from the captures of both."""
    name = next((one.variant.id for one in baseline), "")
    word, remark = compared(of_captures(baseline), of_captures(candidate), name)
    return Beside(word, (*([remark] if remark else ()), *_settings(baseline, candidate)))


def compared(baseline: Outputs | None, candidate: Outputs | None, baseline_id: str) -> tuple[str | None, str]:
    """Return whether two variants have the same outputs, in a word, and a remark; None where unknown."""
    for one in (baseline, candidate):
        if one is not None and not one.repeated.same:
            return VARY, f"{VARYING}: {said(one.repeated)}"
    difference = None if candidate is None else candidate.against.get(baseline_id)
    if difference is None:
        return None, ""
    return (SAME, "") if difference.same else (DIFFER, f"outputs differ: {said(difference)}")


def said(difference: OutputDifference) -> str:
    """Return a difference in words."""
    if difference.mismatch is not None:
        return difference.mismatch
    if not difference.beyond and not difference.absolute:
        return "equal bit for bit"
    parts = [
        f"{difference.beyond} of {difference.values} values" if difference.beyond else "",
        "" if difference.absolute is None else f"by at most {difference.absolute:.2g}",
        "" if difference.relative is None else f"relative {difference.relative:.2g}",
        "" if difference.ulp is None else f"{difference.ulp} ULP",
    ]
    return ", ".join(part for part in parts if part)


def _settings(baseline: tuple[Capture, ...], candidate: tuple[Capture, ...]) -> Iterator[str]:
    """Yield what only ``compile()`` sets, where two models differ in it."""
    first, second = _of_model(baseline), _of_model(candidate)
    if not first or not second:
        return
    for name, default in DEFAULTS.items():
        before, after = first.get(name, default), second.get(name, default)
        if before != after:
            yield f"{name} is {after} instead of {before}: compile() sets it"


def _of_model(captures: tuple[Capture, ...]) -> dict[str, str]:
    return next((one.manifest.settings for one in captures if one.manifest.settings), {})
