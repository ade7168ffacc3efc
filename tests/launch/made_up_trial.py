"""A worker of a trial that is made up, with times and outputs that a test chooses."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

from profiler.collect import captures
from profiler.collect.instruments import Recording
from profiler.protocol import advising, files, schemas
from profiler.protocol.advising import CandidateFacts, Compared, Doing, ModelFacts
from profiler.protocol.decoding import decode
from profiler.protocol.outputs import OutputArray, OutputDifference
from profiler.protocol.spec import BlockRecord, Spec, WorkerExit
from tests.launch.fake_worker import Worker
from tests.report import made_run

EQUAL = OutputDifference(None, 32, 0, 0.0, 0.0, 0, 1e-3)
MS = {
    "predict": 50.0,
    "predict_on_batch": 0.5,
    "call": 2.0,
    "larger_batches": 49.0,
    "function_fixed": 0.48,
    "function_open": 0.49,
    "dataset": 1.0,
    "coalesced": 1.0,
    "saved_model": 0.4,
}
MODEL = ModelFacts([32], 1, 32, 32, [OutputArray("", "float32", [32, 1])])


class TrialWorker(Worker):
    """Leaves captures of a trial.

    ``ms``: what a call takes; ``raising``, ``stuck``, ``killed``: the candidates that do so; ``differing``:
    those with other outputs.
    """

    def __init__(self):
        super().__init__()
        self.ms, self.model = dict(MS), MODEL
        self.raising, self.stuck, self.killed, self.differing = set(), set(), set(), set()
        self.tried, self.asked = [], []

    def run(self, python, arguments, output, timeout_s, where):
        spec = decode(Spec, json.loads(Path(arguments[1]).read_text()))
        if spec.advise is None:
            return super().run(python, arguments, output, timeout_s, where)
        output.write_text("")
        part = spec.advise
        if part.process in self.interrupts:
            raise KeyboardInterrupt
        names = [one.variant.entry_point for one in part.candidates]
        self.tried.append(names)
        self.asked.append(part)
        for name in names:
            if name in self.stuck | self.killed:
                doing = {"schema": schemas.DOING, **dataclasses.asdict(Doing(name, "first calls", 120.0))}
                files.write_json(str(Path(spec.output) / files.DOING_FILE), doing)
                code = advising.EXIT_STUCK if name in self.stuck else -9
                return WorkerExit("failed", "the worker was killed by SIGKILL", 3.0, code)
        for entry in part.candidates:
            self.leave(Path(spec.output, entry.folder), part, entry)
        return WorkerExit("ok", None, 2.0, 0)

    def leave(self, folder, part, entry):
        name = entry.variant.entry_point
        identity = made_run.identity(part.environment, entry.variant, part.process, "wall")
        folder.mkdir(parents=True)
        if name in self.raising:
            captures.write_failure(str(folder), identity, "RuntimeError: out of luck")
            self.facts_of(folder, CandidateFacts(advising.FAILED, "RuntimeError: out of luck"))
            return
        noise = 1 + 0.01 * ((part.process * 7 + len(name)) % 5)
        median_ns = round(1e6 * self.ms[name] * noise)
        durations = [median_ns - 100, median_ns, median_ns + 100]
        timing = captures.Timing(median_ns, [median_ns], durations, [BlockRecord(0, 3)])
        difference = dataclasses.replace(EQUAL, beyond=32, absolute=0.5) if name in self.differing else EQUAL
        compared = [Compared("32 rows", difference)] if part.compares and name != "predict" else []
        self.facts_of(
            folder,
            CandidateFacts(
                advising.OK,
                start_ns=60_000_000,
                steady_ns=median_ns,
                one_time_ns=100_000_000,
                held_bytes=4096 * part.process,
                inputs_per_call=part.calls_per_batch or 1 if name == "coalesced" else 1,
                compared=compared,
                model=self.model if name == "predict" and part.compares else None,
            ),
        )
        captures.write(str(folder), identity, timing, Recording())

    @staticmethod
    def facts_of(folder, facts):
        value = {"schema": schemas.CANDIDATE, **dataclasses.asdict(facts)}
        files.write_json(str(folder / files.CANDIDATE_FILE), value)
