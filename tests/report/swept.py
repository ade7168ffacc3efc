"""What a sweep may say, made up."""

from __future__ import annotations

from profiler.results.sweep.document import (
    CROSSES,
    Line,
    LineCrossing,
    Milliseconds,
    Point,
    Quantity,
    RoundLine,
    Sweep,
)

PREDICT, FUNCTION, UNCOMPILED = "compiled/predict", "compiled/function", "uncompiled/predict"


def point(size: int, predict: float, function: float, name: str = "tiny", **changes: object) -> Point:
    """Return a point whose times are known."""
    times = {
        UNCOMPILED: Milliseconds(None, reason=f"no {name}"),
        PREDICT: Milliseconds(predict, (predict * 0.9, predict * 1.1), 4, 20),
        FUNCTION: Milliseconds(function, (function * 0.9, function * 1.1), 4, 40),
    }
    overhead = Quantity(1 - function / predict, (0.4, 0.6))
    best = PREDICT if predict < function else FUNCTION
    unknown = Quantity(None, None, f"not {name}")
    known = {"compute": unknown, "compiled_ratio": unknown, "verdict": None, "best": best, **changes}
    return Point(size, name, min(size, 32), size, times, overhead, FUNCTION, **known)  # type: ignore[arg-type]


def line(status: str, *crossings: LineCrossing, **changes: object) -> Line:
    """Return a line of overhead against 50 %, unless it is changed."""
    known = {
        "kind": "overhead",
        "way": PREDICT,
        "other": None,
        "level": 0.5,
        "start": "above",
        "end": "below",
        "open": (),
        **changes,
    }
    return Line(status=status, crossings=crossings, **known)  # type: ignore[arg-type]


CROSSING = LineCrossing(4900.0, (4500.0, 5300.0), False, True)


def sweep(name: str = "tiny", *lines: Line, axis: str = "rows") -> Sweep:
    """Return a sweep of two points."""
    ways = line("cannot tell", kind="ways", other=FUNCTION, level=None, open=((1.0, 8.0),))
    return Sweep(
        run=name,
        environment=f"tf {name}",
        axis=axis,
        workloads=(name,),
        ways=(UNCOMPILED, PREDICT, FUNCTION),
        baseline=PREDICT,
        smallest_effect=0.05,
        points=(point(1, 50.0, 0.5, name), point(8192, 120.0, 80.0, name)),
        lines=lines or (line(CROSSES, CROSSING), ways),
        rounds=(RoundLine((1, 8192), 3, name),),
        spent_s=61.0,
        budget_s=300.0,
        status="complete",
        notes=(name,),
    )


def empty() -> Sweep:
    """Return a sweep without a point."""
    return Sweep("", "", "rows", (), (), "", 0.05, (), (), (), 0.0, 1.0, "interrupted")
