"""Subjects of known numbers."""

import dataclasses

from profiler.comparison.gate.subjects import Against, Subject, Times
from profiler.comparison.growth import changes
from profiler.comparison.internals import internal_changes
from profiler.results.document import Internal, InternalShare, VariantReport
from tests.report import sample

ID = "tiny/compiled/predict/b32"


def internal(name="execute", presence="present", successor=None, **measures):
    """An internal under instruments: name -> (share, interval, entries a call, reason)."""
    taken = {one: InternalShare(*of_one) for one, of_one in measures.items()}
    return Internal(name, "execution", presence, (), successor, taken)


def variant(*internals, **changed) -> VariantReport:
    made = sample.variant("tiny", "compiled", "predict", 50.0, internals=internals or None)
    latency = dataclasses.replace(
        made.latency_ms, interval=(45.0, 55.0), p95=60.0, p95_interval=(58.0, 62.0), p99=None
    )
    given = {"latency_ms": latency, "internals": internals, **changed}
    return dataclasses.replace(made, **given)


def against(before, after, ratio=1.1, interval=(1.08, 1.12), verdict="differs", **changed) -> Against:
    made = Against(
        ID,
        Times(ratio, interval, verdict, None),
        None,
        None,
        None,
        tuple(internal_changes(before, after)),
        tuple(changes(before.growth, after.growth)),
    )
    return dataclasses.replace(made, **changed)


def compared(ratio=1.1, interval=(1.08, 1.12), verdict="differs", **changed) -> Subject:
    """A variant whose time changed so."""
    one = variant()
    return Subject(ID, one, against(one, one, ratio, interval, verdict, **changed))
