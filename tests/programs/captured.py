"""A program under an instrument, as a run has it: the worker's own files, and what our readers need."""

from __future__ import annotations

import dataclasses
import importlib
import json
import sys

import pytest

from profiler.catalogue import presence
from profiler.catalogue.catalogue import Catalogue, Family, Internal
from profiler.collect import captures, harness, inspection, instruments
from profiler.collect.captures import Timing
from profiler.collect.harness import Call
from profiler.collect.probes.monitoring import Returns
from profiler.collect.probes.tape import Tape
from profiler.collect.probes.watches import Watched
from profiler.protocol import files, schemas
from profiler.protocol.instruments import instrument
from profiler.protocol.spec import BlockRecord
from profiler.protocol.vocabulary import PHASES
from profiler.runs import record
from tests.collect.fakes import subject
from tests.programs.known import MODULE, PATH, PREDICT, PROGRAMS, SOURCE
from tests.report import made_run
from tests.report.made_run import COMPILED, SLUG

CALLS = 3
EVERY_PROGRAM = pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
FREE_PHASES = [phase for phase in PHASES if phase not in ("other", "teardown")]


def load(folder, monkeypatch, clock):
    """Import the programs anew from a folder, to spend their time on a clock, and return their module."""
    (folder / PATH).write_text(SOURCE.read_text())
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    importlib.invalidate_caches()
    module = importlib.import_module(MODULE)
    monkeypatch.setitem(sys.modules, MODULE, module)
    module.spend = clock.spend
    return module


def call_of(module, program, entry=PREDICT):
    """Return the call of a program."""
    return Call(getattr(module, entry), (getattr(module, program.function or program.name),), {})


def catalogue_of(program):
    """Return a catalogue of a program's internals, each in a phase of its own."""
    phases = dict(zip(program.internals, FREE_PHASES, strict=False))
    internals = [Internal(PREDICT, "other", "the call"), Internal("teardown", "teardown", "its end")]
    internals += [Internal(name, phase, "a function of the program") for name, phase in phases.items()]
    functions = {one.id: program.functions(one.id) for one in internals if one.id != "teardown"}
    family = Family("programs", "", "", {**functions, "teardown": ()}, frames=(program.key(PREDICT),))
    return Catalogue("programs/1", tuple(internals), (family,))


@dataclasses.dataclass(frozen=True)
class Captured:
    """A capture, what the catalogue resolves to, and the catalogue."""

    capture: record.Capture
    resolutions: dict[str, presence.Resolution]
    catalogue: Catalogue

    def phase(self, internal):
        """Return the phase of an internal."""
        return self.catalogue.phase(internal)


def subject_of(call, program, folder, clock, framework=None):
    """Return what an instrument is attached to, whose probes read a clock."""
    spec = catalogue_of(program).for_worker()
    found = subject(call, folder, framework, spec.functions, spec.frames)
    found.watches.functions = Watched(spec.functions, tape=lambda: Tape(64, clock.now))
    found.watches.frames = Watched(spec.frames, Returns, lambda: Tape(64, clock.now))
    return found


def take(name, call, program, folder, clock, framework=None):
    """Take `CALLS` calls of a program and write a run of them: in two blocks, or in one for a trace."""
    spec = catalogue_of(program).for_worker()
    relative = f"{files.CAPTURES_FOLDER}/{SLUG}/{COMPILED.folder}/{name}-1"
    raw = folder / "run" / relative
    raw.mkdir(parents=True)
    inspected, _ = inspection.inspect_call(call, None, spec)
    described = {"schema": schemas.INSPECT, **dataclasses.asdict(inspected)}
    files.write_json(str(raw / files.INSPECT_FILE), described)
    attached = instruments.attach(name, subject_of(call, program, raw, clock, framework))
    attached.ready()
    descriptor = instrument(name)
    counts = [1, CALLS - 1] if descriptor.interleaves or descriptor.blocks > 1 else [CALLS]
    durations = [duration for count in counts for duration in attached.take(count, 1).durations]
    blocks = [BlockRecord(number, count) for number, count in enumerate(counts)]
    timing = Timing(1, [1], durations, blocks)
    captures.write(str(raw), made_run.identity(SLUG, COMPILED, 0, name), timing, attached.finish())
    made_run.write(folder / "other", [50.0])
    manifest = json.loads((folder / "other" / files.RUN_FILE).read_text())
    entry = {**manifest["captures"][0], "instrument": name, "path": relative}
    files.write_json(str(folder / "run" / files.RUN_FILE), {**manifest, "captures": [entry]})


def read(program, folder):
    """Return the capture of a program that was taken into a folder."""
    (found,) = record.read(folder / "run").captures
    made = catalogue_of(program)
    return Captured(found, presence.resolutions(made, made.families[0], found.inspection()), made)


def made_up(name, program, folder, monkeypatch, clock, entry=PREDICT):
    """Return a capture of a program under an instrument and a clock that is made up."""
    monkeypatch.setattr(harness, "clock_ns", clock.now)
    take(name, call_of(load(folder, monkeypatch, clock), program, entry), program, folder, clock)
    return read(program, folder)
