"""What runs and files say, as rows of the public API's tables."""

from __future__ import annotations

from typing import Any

from ..attribution.foreign.calls import CallSite
from ..tables import spec as tables
from ..tables.foreign import FOREIGN_CALLS, FOREIGN_SHARES
from ..tables.growth import GROWTH
from ..tables.shares import SHARES
from .document import Internal, InternalShare, Report, Slope, VariantReport
from .foreign.document import ForeignCalls, ForeignInternal, ForeignReport
from .growth import QUANTITIES, Quantity

UNMEASURED = InternalShare(None, None, None)


def shares(report: Report) -> tables.Table:
    """Return each internal's share per variant and instrument, as `SHARES` has them."""
    return table(
        SHARES,
        [
            _share_row(variant, internal, instrument, measure)
            for variant in report.variants
            for internal in variant.internals
            for instrument, measure in (internal.measures or {"": UNMEASURED}).items()
        ],
    )


def growth(report: Report) -> tables.Table:
    """Return what grows from call to call, as `GROWTH` has it."""
    return table(
        GROWTH,
        [
            _growth_row(variant, quantity, slope)
            for variant in report.variants
            for quantity in QUANTITIES
            if (slope := quantity.slope(variant.growth)) is not None
        ],
    )


def foreign_shares(report: ForeignReport) -> tables.Table:
    """Return each internal's share within each entry point's calls, as `FOREIGN_SHARES` has them."""
    return table(
        FOREIGN_SHARES,
        [
            _foreign_share(file.host, calls.entry_point, part)
            for file in report.files
            for calls in file.calls
            for part in calls.internals
        ],
    )


def foreign_calls(report: ForeignReport) -> tables.Table:
    """Return each entry point with its call sites, as `FOREIGN_CALLS` has them."""
    return table(
        FOREIGN_CALLS,
        [
            _foreign_calls(file.host, calls, site)
            for file in report.files
            for calls in file.calls
            for site in (calls.call_sites or (None,))
        ],
    )


def _share_row(
    variant: VariantReport, internal: Internal, instrument: str, measure: InternalShare
) -> dict[str, Any]:
    low, high = measure.interval or (None, None)
    return {
        "environment": variant.environment,
        "variant": variant.id,
        "internal": internal.internal,
        "phase": internal.phase,
        "instrument": instrument,
        "calls_per_call": _number(measure.calls_per_call),
        "share": _number(measure.share),
        "interval_low": _number(low),
        "interval_high": _number(high),
        "presence": internal.presence,
    }


def _growth_row(variant: VariantReport, quantity: Quantity, slope: Slope) -> dict[str, Any]:
    low, high = slope.interval or (None, None)
    return {
        "environment": variant.environment,
        "variant": variant.id,
        "quantity": quantity.name,
        "unit": quantity.unit,
        "value": slope.value,
        "interval_low": _number(low),
        "interval_high": _number(high),
        "verdict": slope.verdict,
    }


def _foreign_share(host: str | None, entry_point: str, part: ForeignInternal) -> dict[str, Any]:
    bounds, interval = part.bounds or (None, None), part.interval or (None, None)
    return {
        "host": host or "",
        "entry_point": entry_point,
        "internal": part.internal,
        "phase": part.phase,
        "share": _number(part.share),
        "bound_low": _number(bounds[0]),
        "bound_high": _number(bounds[1]),
        "interval_low": _number(interval[0]),
        "interval_high": _number(interval[1]),
        "calls": _number(part.calls),
        "presence": part.presence,
        "reason": part.reason or "",
    }


def _foreign_calls(host: str | None, calls: ForeignCalls, site: CallSite | None) -> dict[str, Any]:
    return {
        "host": host or "",
        "entry_point": calls.entry_point,
        "calls": _number(calls.calls),
        "seconds": _number(calls.seconds),
        "share": _number(calls.share),
        "site_path": "" if site is None else site.path,
        "site_line": 0 if site is None else site.line,
        "site_name": "" if site is None else site.name,
        "site_calls": _number(None if site is None else site.calls),
    }


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def table(spec: tables.TableSpec, rows: list[dict[str, Any]]) -> tables.Table:
    """Return rows as a table of a declared kind."""
    columns: dict[str, Any] = {column.name: [row[column.name] for row in rows] for column in spec.columns}
    return tables.make(spec, **columns)
