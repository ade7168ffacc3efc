"""What the worker must do under any Python: run by interpreters that have no kprof, with the zip's path.

    python tests/collect/worker_checks.py WORKER.zip FOLDER

Prints a JSON object: what was checked, by name. NumPy's part is left out where there is none.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])

from kprof_worker.collect import blocks, captures, harness, inspection, places, selftest
from kprof_worker.collect.captures import Recording, Timing
from kprof_worker.collect.harness import Call
from kprof_worker.collect.instruments import cprofile
from kprof_worker.protocol import files, schemas
from kprof_worker.protocol.spec import (
    BlockRecord,
    CaptureManifest,
    CatalogueSpec,
    InspectedFunction,
    ObserveSpec,
)

FOLDER = Path(sys.argv[2])
MODULE = "checked_by_worker.py"
SOURCE = """
def entry(count):
    return [inner(number) for number in range(count)]


def inner(number):
    return number + 1


def unused():
    pass
"""


def catalogue():
    return CatalogueSpec(
        functions=[MODULE + "::" + name for name in ("entry", "inner", "unused", "gone")],
        observe=ObserveSpec(loops={MODULE + "::entry": "the loop"}),
    )


def check_inspection(call):
    found, names = inspection.inspect_call(call, None, catalogue())
    assert found.loop == "the loop", found
    assert found.functions[MODULE + "::inner"].entered == 3, found
    assert found.functions[MODULE + "::unused"].entered == 0, found
    assert found.functions[MODULE + "::gone"] == InspectedFunction(exists=False), found
    assert any(row[:1] == [MODULE] for row in names), names


def check_places(call):
    assert places.locate(MODULE + "::inner").lines == (6,)
    assert places.portable(str(FOLDER / MODULE)) == MODULE


def check_cprofile(call):
    path = FOLDER / "profile.prof"
    recording = cprofile.capture(call, 5, str(path))
    assert len(recording.durations_ns) == 5
    assert path.stat().st_size > 0
    assert (recording.unsound is None) == selftest.is_sound(), recording


def check_blocks(call):
    schedule = blocks.schedule([20, 200], [50000000, 1000000], 7)
    assert schedule == blocks.schedule([20, 200], [50000000, 1000000], 7)
    assert [sum(one.calls for one in schedule if one.variant == n) for n in (0, 1)] == [20, 200]


def check_captures(call):
    first, others = harness.warm_up(call)
    durations = []
    harness.measured_calls(call, 4, durations)
    folder = FOLDER / "capture"
    folder.mkdir()
    identity = CaptureManifest("failed", None, {}, "here", "v", entry_point="predict", instrument="wall")
    timing = Timing(first, others, durations, [BlockRecord(0, 4)])
    captures.write(str(folder), identity, timing, Recording([], {}, None))
    manifest = files.read_json(str(folder / files.CAPTURE_FILE), schemas.CAPTURE)
    assert manifest["window_ns"] == sum(durations), manifest
    assert manifest["files"][files.LATENCIES_FILE], manifest


def main():
    (FOLDER / MODULE).write_text(SOURCE)
    sys.path.insert(0, str(FOLDER))
    import checked_by_worker

    call = Call(checked_by_worker.entry, (3,), {})
    checks = [check_inspection, check_places, check_cprofile, check_blocks]
    try:
        import numpy  # noqa: F401
    except ImportError:
        pass
    else:
        checks.append(check_captures)
    for check in checks:
        check(call)
    print(json.dumps([check.__name__ for check in checks]))


main()
