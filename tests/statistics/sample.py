"""Blocks with known noise."""

import numpy as np

from profiler.statistics import Blocks


def blocks(process_ns, calls=6, call_sd=0.0, seed=0, blocks_each=2):
    """Return a variant: one median a process, and calls around it."""
    source = np.random.default_rng(seed)
    return Blocks(
        {
            number: [
                np.round(median * np.exp(source.normal(0, call_sd, calls))).astype(np.int64)
                for _ in range(blocks_each)
            ]
            for number, median in enumerate(process_ns)
        }
    )


def one_block(process_calls):
    """Return a variant with one block a process, from floats in ns."""
    return Blocks({number: [np.round(calls).astype(np.int64)] for number, calls in enumerate(process_calls)})
