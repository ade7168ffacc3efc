"""Takes every program under the TensorFlow profiler, on a clock that is real.

    python -m tests.programs.under_tensorflow FOLDER

Each program gets a folder of its own, with ``waits.json`` beside the run: the busy waits of all its calls.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from profiler.collect import frameworks
from tests.programs import captured
from tests.programs.clocks import BusyClock
from tests.programs.known import PROGRAMS

UNIT_NS = 1_000_000
WAITS_FILE = "waits.json"


def main(folder: Path) -> None:
    """Take the programs one after the other."""
    framework = frameworks.load("tensorflow")
    for program in PROGRAMS:
        own = folder / program.name
        own.mkdir()
        clock = BusyClock(UNIT_NS)
        with pytest.MonkeyPatch.context() as monkeypatch:
            call = captured.call_of(captured.load(own, monkeypatch, clock), program)
            captured.take("tfprofiler", call, program, own, clock, framework)
        waits = [(one.begin_ns, one.end_ns, sorted(one.functions)) for one in clock.waits]
        (own / WAITS_FILE).write_text(json.dumps(waits))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
