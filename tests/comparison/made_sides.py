"""Two variants in one run, of which the other entry point is a hundred times as fast."""

from tests.report.made_run import COMPILED, write

STEADY = (49.9, 50.0, 50.1, 50.05, 49.95)
FAST = COMPILED.differing(entry_point="predict_on_batch")


def of_two(path, factor=0.01, **more):
    """Write a run of predict and of predict_on_batch, whose times are the factor of predict's, and noisy."""
    noise = (1.0, 1.01, 0.99, 1.005, 0.995)
    fast = tuple(factor * ms * one for ms, one in zip(STEADY, noise, strict=True))
    return write(path, {COMPILED: STEADY, FAST: fast}, **more)
