"""The TensorFlow profiler on programs of known shares. Its clock is real, and so is the time that they spend.

What is known of a call are its busy waits: how long each was, and what was on the stack meanwhile. An
internal took at least as long as the waits within it, and at most that and all of the call that was no wait.
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from profiler.attribution.instruments import tfprofiler
from profiler.attribution.trace import exact, sound_trace
from profiler.protocol.vocabulary import PHASES
from tests.oracles.exact_oracle import shares_and_phases
from tests.programs import captured
from tests.programs.captured import CALLS, EVERY_PROGRAM
from tests.programs.under_tensorflow import WAITS_FILE

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
# The clocks of the profiler and of Python may run at rates as different as this.
RATE = 1e-3
# How far a share may be from what is known, in the call of the three that knows it best. Where threads hand
# over to each other, the machine decides how long that takes.
WIDEST = 0.1


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    pytest.importorskip("tensorflow")
    made = tmp_path_factory.mktemp("programs")
    command = [sys.executable, "-m", "tests.programs.under_tensorflow", str(made)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture
def taken(folder, program):
    found = captured.read(program, folder / program.name)
    assert found.capture.usable, found.capture.reason
    return found


def waits_of(folder, program):
    """Return each measured call's waits: how long each was in ns, and the functions around it."""
    waits = json.loads((folder / program.name / WAITS_FILE).read_text())
    each = len(waits) // (CALLS + 2)  # one call was inspected, and one settled
    assert len(waits) == each * (CALLS + 2)
    measured = waits[-CALLS * each :]
    calls = [measured[each * number : each * (number + 1)] for number in range(CALLS)]
    return [[(end - begin, set(functions)) for begin, end, functions in one] for one in calls]


def least(program, internal, waits):
    """Return how long at least an internal was on the stack in one call, in ns."""
    if internal == "teardown":
        return sum(duration for duration, functions in waits if "predict" not in functions)
    names = {key.partition("::")[2] for key in program.functions(internal)}
    return sum(duration for duration, functions in waits if names & functions)


@EVERY_PROGRAM
def test_every_call_s_time_is_that_of_the_waits_within_the_internal(program, taken, folder):
    sound = sound_trace.load(taken.capture)
    phase_of = {one.id: one.phase for one in taken.catalogue.internals}
    found = exact.measure(sound.trace, sound.mark, taken.resolutions, phase_of)
    calls = waits_of(folder, program)
    spare = found.windows_ns - [sum(duration for duration, _ in one) for one in calls]
    assert (spare > 0).all()
    assert program.elsewhere or (spare / found.windows_ns).min() < WIDEST
    for name, known in program.known().items():
        if "tfprofiler" in known.unknown:
            continue
        told = found.per_call[name].shares * found.windows_ns
        known_ns = np.array([least(program, name, one) for one in calls])
        slack = RATE * found.windows_ns
        assert (told >= known_ns - slack).all() and (told <= known_ns + spare + slack).all(), name


@EVERY_PROGRAM
def test_entries_are_exact_and_the_others_are_unknown_for_the_known_reason(program, taken):
    found = tfprofiler.attribute(taken.capture, taken.resolutions, taken.catalogue, None)
    assert found.shares.keys() == program.known().keys()
    for name, known in program.known().items():
        share = found.shares[name]
        if "tfprofiler" in known.unknown:
            assert (share.share, known.unknown["tfprofiler"] in share.reason) == (None, True), share
        else:
            assert (share.calls_per_call, share.entries_per_call) == (known.calls, known.entries), name
    assert sum(found.phases.values()) == pytest.approx(1, abs=1e-9)


@EVERY_PROGRAM
def test_shares_and_phases_are_those_of_an_independent_reading_of_the_raw_events(program, taken):
    found = tfprofiler.attribute(taken.capture, taken.resolutions, taken.catalogue, None)
    present = {name: one for name, one in taken.resolutions.items() if one.presence == "present"}
    names, phases = {}, {}
    for name, one in present.items():
        for place in one.measured:
            names.setdefault(place.event_name, []).append(name)
            phases[name] = taken.phase(name)
    (path,) = taken.capture.trace_folder().glob("*.xplane.pb")
    _, calls, in_phase, teardown = shares_and_phases(
        path.read_bytes(), sound_trace.session(taken.capture).mark, names, phases
    )
    assert found.shares["teardown"].share == pytest.approx(teardown)
    assert {name: found.shares[name].calls_per_call for name in phases} == calls
    for phase in PHASES:
        if phase not in ("other", "teardown"):
            assert found.phases[phase] == pytest.approx(in_phase.get(phase, 0)), phase
