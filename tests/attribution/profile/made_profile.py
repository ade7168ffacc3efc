"""A profile written down by hand."""

from profiler.readers.pstats import Profile
from profiler.tables import spec
from profiler.tables.profile import EDGES, FUNCTIONS

HARNESS, WRAPPER = ("h.py", 1, "measured_calls"), ("w.py", 2, "error_handler")
SECOND_NS = 1_000_000_000


def profile(functions, edges):
    """Build a profile from label -> (calls, self s, cumulative s) and (caller, callee) -> the same."""
    labels = list(functions)
    return Profile(
        spec.make(
            FUNCTIONS,
            path=[label[0] for label in labels],
            line=[label[1] for label in labels],
            name=[label[2] for label in labels],
            primitive_calls=[row[0] for row in functions.values()],
            calls=[row[0] for row in functions.values()],
            self_s=[row[1] for row in functions.values()],
            cumulative_s=[row[2] for row in functions.values()],
        ),
        spec.make(
            EDGES,
            caller=[labels.index(caller) for caller, _ in edges],
            callee=[labels.index(callee) for _, callee in edges],
            primitive_calls=[row[0] for row in edges.values()],
            calls=[row[0] for row in edges.values()],
            self_s=[row[1] for row in edges.values()],
            cumulative_s=[row[2] for row in edges.values()],
        ),
    )


PREDICT, OUTER, INNER = ("p.py", 3, "predict"), ("a.py", 4, "outer"), ("a.py", 5, "inner")
SAMPLE = profile(
    {
        HARNESS: (1, 0.001, 1.0),
        WRAPPER: (14, 0.05, 1.0),
        PREDICT: (2, 0.10, 0.95),
        OUTER: (2, 0.30, 0.50),
        INNER: (6, 0.35, 0.35),
    },
    {
        (HARNESS, WRAPPER): (2, 0.04, 0.999),
        (WRAPPER, PREDICT): (2, 0.10, 0.95),
        (PREDICT, OUTER): (2, 0.30, 0.50),
        (OUTER, INNER): (4, 0.20, 0.20),
        (PREDICT, INNER): (2, 0.15, 0.15),
    },
)
