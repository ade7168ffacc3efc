"""Writes numbers as people read them, each kind of quantity in one way."""

from __future__ import annotations

import math

MISSING = "-"


def milliseconds(value: float | None) -> str:
    """Return milliseconds with three significant digits and no unit: ``55.2``, ``0.503``, ``3120``."""
    return MISSING if value is None else _significant(value)


def duration(milliseconds_: float) -> str:
    """Return a time with the unit that suits it: ``503 us``, ``55.2 ms``, ``3.12 s``."""
    if milliseconds_ >= 1000:
        return f"{_significant(milliseconds_ / 1e3)} s"
    if milliseconds_ < 0.1:
        return f"{_significant(milliseconds_ * 1e3)} us"
    return f"{_significant(milliseconds_)} ms"


def seconds(value: float) -> str:
    """Return seconds as people say them: ``4 s``, ``2 min 05 s``."""
    whole = max(0, round(value))
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02d} s"


def longer(more_seconds: float) -> str:
    """Say how much more measuring a verdict needs: ``measuring about 40 s longer would settle it``."""
    about = seconds(more_seconds) if more_seconds < 90 else f"{more_seconds / 60:.0f} min"
    return f"measuring about {about} longer would settle it"


def ratio(value: float | None) -> str:
    """Return a ratio of times: ``110``, ``1.02``; below a tenth it reads as a fraction, ``1/110``."""
    if value is None:
        return MISSING
    if 0.1 <= value < 10:
        return f"{value:.2f}"
    return f"1/{_significant(1 / value)}" if 0 < value < 0.1 else _significant(value)


def change(fraction: float) -> str:
    """Return a relative change with two significant digits: ``2.1 %``; from 10 times on ``11 times``."""
    return f"{fraction + 1:.3g} times" if fraction >= 9 else f"{float(f'{fraction * 100:.2g}'):g} %"


def interval(bounds: tuple[float, float] | None) -> str:
    """Return an interval as ``0.97..1.08``."""
    return MISSING if bounds is None else f"{ratio(bounds[0])}..{ratio(bounds[1])}"


def spread(values: tuple[float, ...]) -> str:
    """Return the smallest and the largest of some milliseconds; one value has no spread."""
    if len(values) < 2:
        return MISSING
    return f"{milliseconds(min(values))}..{milliseconds(max(values))}"


def share(value: float | None) -> str:
    """Return a share, given as a fraction of 1, in per cent; a tiny one is not called 0."""
    if value is None:
        return MISSING
    return "<0.1 %" if 0 < value < 0.0005 else f"{value * 100:.1f} %"


def signed_share(value: float) -> str:
    """Return a change, given as a fraction of 1, in per cent with its sign: ``+12.0 %``."""
    return f"{value * 100:+.1f} %"


def count(value: float | None) -> str:
    """Return how often something happens: whole numbers as such, others with up to two decimals."""
    if value is None:
        return MISSING
    return f"{value:.2f}".rstrip("0").rstrip(".") if value < 1000 else f"{value:.0f}"


def size(bytes_: int) -> str:
    """Return bytes in decimal units: ``512 B``, ``1.2 MB``."""
    value = float(bytes_)
    for unit in ("B", "kB", "MB"):
        if value < 999.5:
            return f"{value:.0f} {unit}" if unit == "B" or value >= 99.5 else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"


def binary_size(bytes_: float) -> str:
    """Return bytes in binary units with three significant digits: ``-1.50 KiB``, ``1.00 MiB``."""
    value = bytes_ / 1024
    for unit in ("KiB", "MiB"):
        if abs(value) < 999.5:
            return f"{_significant(value)} {unit}"
        value /= 1024
    return f"{_significant(value)} GiB"


def plain(text: str) -> str:
    """Return text on one line, with control characters as escapes, so that it cannot command a terminal."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def _significant(value: float) -> str:
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    rounded = float(f"{value:.3g}")
    decimals = min(6, max(0, 2 - math.floor(math.log10(abs(rounded)))))
    return f"{value:.{decimals}f}"
