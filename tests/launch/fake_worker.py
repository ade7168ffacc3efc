"""A worker whose clock is made up, and a listener that keeps what it is told."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from profiler.collect import captures
from profiler.collect.instruments import Recording
from profiler.launch.listener import Silent
from profiler.protocol import files, schemas
from profiler.protocol.decoding import decode
from profiler.protocol.spec import BlockRecord, Spec, WorkerExit
from tests.report import made_run
from tests.report.made_run import ENVIRONMENT, SLUG

MS = {"predict": 50, "predict_on_batch": 0.5, "call": 2, "function": 1}
WAVE = (1, -1, 0.5, -0.5)


class Worker:
    """Stands in for the worker's process: writes what a real one would, with times that a test chooses.

    ``ratio`` of compiled to uncompiled; ``noise``: by how much the compiled variants' medians go up and down
    from process to process, in logarithms; ``breaks``: numbers of the processes that leave nothing;
    ``slugs``: the environment of an interpreter, where it is another one; ``factors``: how many times as long
    an environment's calls take, with some noise; ``turned``: the seed of each pair that took turns. A process
    of one environment alone breaks as (environment, number).
    """

    def __init__(self, ratio=1.0, noise=0.003):
        self.ratio, self.noise = ratio, noise
        self.breaks, self.interrupts, self.ran = set(), set(), []
        self.slug, self.slugs = SLUG, {}
        self.factors, self.turned = {}, []
        self.error = self.to_do = None
        self.facts, self.specs = {}, []

    def run(self, python, arguments, output, timeout_s, where):
        spec = decode(Spec, json.loads(Path(arguments[1]).read_text()))
        output.write_text("")
        self.specs.append(spec)
        part = spec.measure
        if part is None:
            self.describe(Path(spec.output), spec, self.slugs.get(python, self.slug))
            return WorkerExit("ok", None, 1.0, 0)
        if part.process in self.interrupts:
            raise KeyboardInterrupt
        self.ran.extend((name, part.process) for name in dict.fromkeys(v.instrument for v in part.variants))
        if part.process in self.breaks or (part.environment, part.process) in self.breaks:
            return WorkerExit("failed", "the worker ended with exit code 1", 1.0, 1)
        for entry in part.variants:
            self.capture(Path(spec.output, entry.folder), part, entry)
        return WorkerExit("ok", None, 2.0, 0)

    def in_turn(self, turning, seed):
        self.turned.append(seed)
        jobs = [one.job for one in turning]
        return [self.run(job.python, job.arguments, job.output, job.timeout_s, job.where) for job in jobs]

    def describe(self, folder, spec, slug):
        folder.mkdir(exist_ok=True)
        workloads = {one.name: {"call_ns": 1, "batch_size": None} for one in spec.workloads}
        found = {"slug": slug, "workloads": workloads, "cprofile_lost_frames": []}
        answer = {
            "error": self.error,
            "environment": {**ENVIRONMENT, **found, **self.facts},
            "to_do": self.to_do,
        }
        files.write_json(str(folder / files.ENVIRONMENT_FILE), {"schema": schemas.ENVIRONMENT, **answer})

    def capture(self, folder, part, entry):
        variant = entry.variant
        median_ns = 1e6 * MS[variant.entry_point]
        if variant.compile_state == "compiled":
            wave = WAVE[part.process % len(WAVE)] * (1 if variant.entry_point == "predict" else -1)
            median_ns *= self.ratio * np.exp(self.noise * wave)
        if part.environment in self.factors:
            wave = WAVE[(part.process + 1) % len(WAVE)]
            median_ns *= self.factors[part.environment] * np.exp(self.noise * wave)
        median_ns = round(median_ns)
        folder.mkdir(parents=True)
        durations = [median_ns - 100, median_ns, median_ns + 100]
        timing = captures.Timing(median_ns, [median_ns], durations, [BlockRecord(0, 3)])
        identity = made_run.identity(part.environment, variant, part.process, entry.instrument)
        captures.write(str(folder), identity, timing, Recording())

    @property
    def wall(self):
        return [number for instrument, number in self.ran if instrument == "wall"]


class Hearing(Silent):
    """Keeps what a listener is told."""

    def __init__(self):
        self.notes, self.plans, self.places = [], [], []

    def started(self, label, index, total, estimate_s):
        self.places.append((label, index, total))

    def note(self, text):
        self.notes.append(text)

    def plan(self, text):
        self.plans.append(text)


OWN = {"workloads": (), "entry_points": ("predict",), "compile_states": ("compiled",)}


def manifest_of(path):
    return json.loads((path / "run.json").read_text())


def stopped(manifest, slug=SLUG):
    return manifest["adaptive"][slug]["tiny"]["stopped"]
