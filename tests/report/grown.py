"""What a report says of growth and of the time beyond calls, made up."""

from profiler.results.document import BeyondCalls, Collections, Growth, LaterCollection, Slope

KIB, MIB = 1024.0, 1024.0**2


def slope(value, low, high, verdict="steady", reason=None):
    return Slope(value, None if low is None else (low, high), verdict, reason)


NOTHING = slope(0.0, 0.0, 0.0)
GROWTH = Growth(
    calls=36,
    processes=3,
    timed_calls=False,
    smallest_bytes_per_call=64 * KIB,
    resident_bytes_per_call=slope(2 * KIB, KIB, 3 * KIB),
    threads_per_call=NOTHING,
    graphs_per_call=NOTHING,
    objects_per_call=NOTHING,
    time_change=slope(0.01, -0.02, 0.04),
    graphs_counted="functions",
)
BEYOND = BeyondCalls(
    between_us=1.5,
    between_share=0.00002,
    collections=(Collections(0, 1.5, 0.004), Collections(1, 0.1, 0.001), Collections(2, 0.0, 0.0)),
    collections_share=0.005,
    later=LaterCollection(303.0, 2048.0, 0.44, 0.006),
)
