"""Draws a sweep: time a call over size, both axes logarithmic, with intervals; crossings as bands."""

from __future__ import annotations

import io
from typing import Any

from ..plan.sweep import MODEL
from ..protocol.errors import UsageError
from ..results.sweep.document import CROSSES, Sweep

FORMATS = ("svg", "png")
WAYS_TO_DRAW = "pip install 'kprof[plot]'"


def require_drawable(path: str) -> str:
    """Return the format of a plot's file by its name.

    Raises:
        UsageError: another format, or no matplotlib.
    """
    suffix = path.rpartition(".")[2].lower()
    if suffix not in FORMATS:
        raise UsageError("names no format for the plot", path, "end it with .svg or .png")
    _library()
    return suffix


def draw(sweep: Sweep, file_format: str) -> bytes:
    """Return the plot of a sweep as the bytes of a file.

    Args:
        sweep: what it says.
        file_format: ``svg`` or ``png``.

    Raises:
        UsageError: no matplotlib, or a sweep over models, which have no sizes.
    """
    figure_class = _library()
    if sweep.axis == MODEL:
        raise UsageError("a sweep over models has no sizes to draw", sweep.run, "leave out --plot")
    figure = figure_class(figsize=(8, 5), layout="constrained")
    axes = figure.subplots()
    for way in sweep.ways:
        _line(axes, sweep, way)
    for line in sweep.lines:
        if line.kind == "overhead" and line.status == CROSSES:
            _band(axes, sweep, line.level or 0.0, [one.interval for one in line.crossings])
    axes.set(xscale="log", yscale="log", xlabel=sweep.axis, ylabel="ms a call")
    axes.set_title(f"{' and '.join(sweep.workloads)}, {sweep.environment}", fontsize=10)
    axes.grid(True, which="major", alpha=0.3)
    axes.legend(fontsize=8)
    written = io.BytesIO()
    # no date: one sweep gives one file
    metadata = {"Date": None} if file_format == "svg" else {}
    figure.savefig(written, format=file_format, dpi=150, metadata=metadata)
    return written.getvalue()


def _line(axes: Any, sweep: Sweep, way: str) -> None:
    known = [(one.size, one.ms[way]) for one in sweep.points if one.ms[way].median is not None]
    if not known:
        return
    sizes = [size for size, _ in known]
    middles = [taken.median or 0.0 for _, taken in known]
    bounds = [taken.interval or (taken.median or 0.0,) * 2 for _, taken in known]
    below = [middle - low for middle, (low, _) in zip(middles, bounds, strict=True)]
    above = [high - middle for middle, (_, high) in zip(middles, bounds, strict=True)]
    style = "--" if way.startswith("uncompiled/") else "-"
    axes.errorbar(sizes, middles, yerr=(below, above), label=way, linestyle=style, marker=".", capsize=2)


def _band(axes: Any, sweep: Sweep, level: float, intervals: list[tuple[float, float] | None]) -> None:
    label = f"overhead falls below {level:.0%}"
    for bounds in filter(None, intervals):
        axes.axvspan(*bounds, alpha=0.15, color="gray" if level < 0.5 else "red", label=label)


def _library() -> Any:
    """Return matplotlib's figure, which needs no display.

    Raises:
        UsageError: it is not installed.
    """
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError as error:
        raise UsageError("a plot needs matplotlib", to_do=WAYS_TO_DRAW) from error
    return Figure
