"""What a worker left of a proof, read back."""

import dataclasses
import json

import pytest

from profiler.protocol import files, schemas
from profiler.protocol.errors import RunError
from profiler.protocol.proving import Proving, ProvingBlock, Slowed
from profiler.protocol.spec import EnvironmentFacts, Inspection
from profiler.protocol.vocabulary import Variant
from profiler.readers.pstats.marshal_guard import MarshalGuard
from profiler.results.proving import shares
from tests.results.proving.made_up import evidence

VARIANT = Variant("tiny", "compiled", "predict", 32, 32)
ENVIRONMENT = EnvironmentFacts("2.21.0", "3.15.1", slug="e")
SLOWED = Slowed("data_adapter", "a.py::f", "a.g", 2, {"data_adapter": 2}, 1000)


def left(folder, *blocks):
    """Write what a worker leaves, but for the captures, and read it."""
    proving = Proving([SLOWED], {}, list(blocks))
    for name, schema, value in (
        (files.PROVING_FILE, schemas.PROVING, proving),
        (files.INSPECT_FILE, schemas.INSPECT, Inspection({})),
    ):
        (folder / name).write_text(json.dumps({"schema": schema, **dataclasses.asdict(value)}))
    with MarshalGuard() as guard:
        return shares.read(folder, ENVIRONMENT, VARIANT, "probes", guard)


def test_a_block_that_failed_has_its_reason(tmp_path):
    found = left(tmp_path, ProvingBlock(0, "", "probes", error="out of luck"), ProvingBlock(0, "", "", [5]))
    assert [(one.status, one.reason) for one in found.seen] == [("failed", "out of luck")]
    assert found.attached("") == {}
    assert [block.durations_ns for block in found.unattached("")[0]] == [[5]]


def test_a_capture_that_is_missing_is_a_failed_block(tmp_path):
    found = left(tmp_path, ProvingBlock(0, "", "probes", [5], folder="0-undisturbed"))
    assert found.seen[0].status == "failed"
    assert "0-undisturbed" not in str(found.seen[0].reason)


def test_a_folder_that_leads_out_is_refused(tmp_path):
    with pytest.raises(RunError, match="lies outside"):
        left(tmp_path, ProvingBlock(0, "", "probes", [5], folder="../elsewhere"))


def test_a_worker_that_left_nothing_is_an_error(tmp_path):
    with MarshalGuard() as guard, pytest.raises(RunError):
        shares.read(tmp_path, ENVIRONMENT, VARIANT, "probes", guard)


def test_a_block_with_other_waits_than_expected_has_a_flaw():
    found = evidence({})
    sound = ProvingBlock(0, "data_adapter", "", [5, 5], waits=2)
    assert found.flaw(sound) is None
    assert found.flaw(dataclasses.replace(sound, waits=3)) is not None
    assert found.flaw(ProvingBlock(0, "", "", [5], waits=1)) is not None
    assert found.flaw(ProvingBlock(0, "", "", [])) == "it holds no call"
