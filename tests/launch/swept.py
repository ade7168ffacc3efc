"""A worker on whose made-up machine a call's time depends on its rows, with known crossings."""

from __future__ import annotations

import numpy as np

from profiler.collect import captures
from profiler.collect.captures import Timing
from profiler.collect.instruments import Recording
from profiler.protocol.spec import BlockRecord
from tests.launch.fake_worker import WAVE, Worker
from tests.report import made_run

FIXED_MS = {"predict": 50.0, "predict_on_batch": 1.5, "call": 0.5, "function": 1.0}
ROW_MS = {"predict": 0.01, "predict_on_batch": 0.0101, "call": 0.05, "function": 0.0101}
HALF = (50 - 2 * 1.0) / (2 * 0.0101 - 0.01)
"""The rows at which predict takes twice what ``function`` takes."""
CALL_MEETS_FUNCTION = (1.0 - 0.5) / (0.05 - 0.0101)


def milliseconds(variant):
    return FIXED_MS[variant.entry_point] + ROW_MS[variant.entry_point] * variant.rows


class SweptWorker(Worker):
    """Takes what a call takes from its entry point and rows; processes differ by about 2 %.

    ``fails``: entry points whose captures are not left; ``seconds``: what a process takes.
    """

    def __init__(self):
        super().__init__()
        self.fails, self.seconds = set(), 2.0

    def run(self, python, arguments, output, timeout_s, where):
        ended = super().run(python, arguments, output, timeout_s, where)
        return type(ended)(ended.status, ended.reason, self.seconds, ended.exit_code)

    def capture(self, folder, part, entry):
        variant = entry.variant
        if variant.entry_point in self.fails:
            return
        shift = len(variant.entry_point) + variant.rows
        median_ns = round(
            1e6 * milliseconds(variant) * np.exp(0.01 * WAVE[(part.process + shift) % len(WAVE)])
        )
        folder.mkdir(parents=True)
        durations = [median_ns - 10, median_ns, median_ns + 10]
        timing = Timing(median_ns, [median_ns], durations, [BlockRecord(0, 3)])
        identity = made_run.identity(part.environment, variant, part.process, entry.instrument)
        captures.write(str(folder), identity, timing, Recording())
