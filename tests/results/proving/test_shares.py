"""What a worker left of a proof, read back."""

import dataclasses
import json

import pytest

from profiler.collect import captures
from profiler.collect.instruments import Recording
from profiler.protocol import files, schemas
from profiler.protocol.errors import RunError
from profiler.protocol.inspection import Inspection
from profiler.protocol.proving import Proving, ProvingBlock, Slowed
from profiler.protocol.spec import (
    BlockRecord,
    CaptureManifest,
    CatalogueSpec,
    EnvironmentFacts,
    ObserveSpec,
    ProvingSpec,
)
from profiler.protocol.vocabulary import Variant
from profiler.readers.pstats.marshal_guard import MarshalGuard
from profiler.results.proving import shares
from tests.results.proving.made_up import evidence

VARIANT = Variant("tiny", "compiled", "predict", 32, 32)
ENVIRONMENT = EnvironmentFacts("2.21.0", "3.15.1", slug="e")
ASKED = ProvingSpec("e", 2, 1, VARIANT, "probes", 1, None, 0.2, CatalogueSpec([], ObserveSpec()))
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
        return shares.read(folder, ENVIRONMENT, ASKED, guard)


def test_a_block_that_failed_has_its_reason(tmp_path):
    found = left(tmp_path, ProvingBlock(0, "", "probes", error="out of luck"))
    assert [(one.status, one.reason) for one in found.seen] == [("failed", "out of luck")]
    assert found.sound("probes", "") == {}


def test_a_capture_that_is_missing_is_a_failed_block(tmp_path):
    found = left(tmp_path, ProvingBlock(0, "", "probes", 1, folder="0-undisturbed"))
    assert found.seen[0].status == "failed"
    assert "0-undisturbed" not in str(found.seen[0].reason)


def test_the_capture_of_a_later_process_is_read_as_its_own(tmp_path):
    """Each instrument has a process of its own: those of all but the first were taken for altered files."""
    folder = tmp_path / "0-undisturbed"
    folder.mkdir()
    identity = CaptureManifest(
        "failed",
        None,
        {},
        environment="e",
        variant=VARIANT.id,
        **dataclasses.asdict(VARIANT),
        instrument="probes",
        process=ASKED.process,
    )
    timing = captures.Timing(5, [], [5], [BlockRecord(0, 1)])
    captures.write(str(folder), identity, timing, Recording())
    found = left(tmp_path, ProvingBlock(0, "", "probes", 1, folder="0-undisturbed"))
    assert found.seen[0].reason == "the capture holds no spans"
    assert found.seen[0].capture.usable


def test_a_folder_that_leads_out_is_refused(tmp_path):
    with pytest.raises(RunError, match="lies outside"):
        left(tmp_path, ProvingBlock(0, "", "probes", 1, folder="../elsewhere"))


def test_a_worker_that_left_nothing_is_an_error(tmp_path):
    with MarshalGuard() as guard, pytest.raises(RunError):
        shares.read(tmp_path, ENVIRONMENT, ASKED, guard)


def test_a_block_with_other_waits_than_expected_has_a_flaw():
    found = evidence({})
    sound = ProvingBlock(0, "data_adapter", "wall", 2, waits=2)
    assert found.flaw(sound) is None
    assert found.flaw(dataclasses.replace(sound, waits=3)) is not None
    assert found.flaw(ProvingBlock(0, "", "wall", 1, waits=1)) is not None
    assert found.flaw(ProvingBlock(0, "", "wall")) == "it holds no call"
