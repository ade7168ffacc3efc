"""Says in words what was found for a claim of the study, and why the claim is not reproduced."""

from __future__ import annotations

from typing import Any

from ...statistics.verdicts import CANNOT_TELL
from ...study.claims import Finding, Reason, Shortfall
from .. import numbers

SAID = {
    Shortfall.NOT_KNOWN: "{quantity}: {unknown}",
    Shortfall.DIFFERENT: "{quantity}: {value!r} where the rule asks for {asked_text!r}",
    Shortfall.EXCLUDED: "{quantity} is {value}, which the rule excludes",
    Shortfall.WITHOUT_INTERVAL: "{quantity} is {value}, without an interval: {reason}",
    Shortfall.BEYOND_LIMIT: "{quantity} is {value}, beyond the limit {asked:g}",
    Shortfall.AROUND_LIMIT: "{quantity} is {value}, with an interval that holds the limit {asked:g}",
    Shortfall.ABOVE_OTHER: "{quantity} is {value}, above {beside}",
    Shortfall.NESTING_NOT_KNOWN: (
        "{quantity}: the inspected call does not tell whether it runs inside {asked_text}"
    ),
    Shortfall.OUTSIDE: "{quantity}: some of it runs outside {asked_text}",
}


def value_text(finding: Finding) -> str:
    """Return a finding's value, with its interval, as people read it."""
    value, remark = finding.value, _remark(finding)
    beside = f" ({remark})" if remark else ""
    if value is None:
        return remark or numbers.MISSING
    if isinstance(value, bool | str):
        return f"{value}{beside}"
    is_share = finding.quantity.startswith("share")
    shown = numbers.share(value) if is_share else numbers.ratio(value)
    if finding.quantity.startswith("graphs"):
        shown = numbers.count(value)
    if finding.interval is None:
        return f"{shown}{beside}"
    low, high = (numbers.share(bound) if is_share else numbers.ratio(bound) for bound in finding.interval)
    return f"{shown} [{low}..{high}]"


def finding_json(finding: Finding) -> dict[str, Any]:
    """Return a finding as a JSON object."""
    return {
        "quantity": finding.quantity,
        "value": finding.value,
        "interval": finding.interval,
        "reason": _unknown(finding),
        "remark": _remark(finding),
        "lacking": finding.lacking,
    }


def because(reason: Reason | None) -> str | None:
    """Return a reason in words; None where the claim is reproduced."""
    if reason is None:
        return None
    found = reason.finding
    return SAID[reason.shortfall].format(
        quantity=found.quantity,
        value=value_text(found),
        unknown=_unknown(found) or "not known",
        reason=found.reason,
        asked=reason.asked,
        asked_text=str(reason.asked),
        beside=reason.beside and value_text(reason.beside),
    )


def _remark(finding: Finding) -> str | None:
    """Return what qualifies a value; for a verdict, its ratio."""
    compared = finding.compared
    if compared is None:
        return finding.remark
    within = f" [{numbers.interval(compared.interval)}]" if compared.interval else ", no interval"
    return f"ratio {numbers.ratio(compared.ratio)}{within}"


def _unknown(finding: Finding) -> str | None:
    """Return why a value is not known, and for a verdict how much longer to measure."""
    compared = finding.compared
    if compared is None or finding.value is not None:
        return finding.reason
    why = f"{_remark(finding)}: {compared.reason or CANNOT_TELL}"
    return why if compared.more_seconds is None else f"{why}: {numbers.longer(compared.more_seconds)}"
