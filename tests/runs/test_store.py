import json

import numpy as np
import pytest

from profiler.collect import captures
from profiler.collect.instruments import Recording
from profiler.plan import processes
from profiler.plan.request import Request
from profiler.protocol import files
from profiler.protocol.decoding import decode
from profiler.protocol.errors import RunError
from profiler.protocol.host import HostState
from profiler.protocol.spec import BlockRecord, EnvironmentFacts, WorkerExit
from profiler.runs import record
from profiler.runs.manifest import RunManifest, VariantEntry
from profiler.runs.store import RunStore, capture_folder
from tests.report import made_run
from tests.report.made_run import ENVIRONMENT

SLUG = "tf2.21.0-py3.11"
PLAN = processes.make(
    Request(
        workloads=("tiny",),
        compile_states=("compiled",),
        entry_points=("predict",),
        instruments=("wall",),
        processes=1,
    )
)
WALL = PLAN.processes[0]
ENTRY = WALL.captures[0]
FACTS = decode(EnvironmentFacts, dict(ENVIRONMENT))
MANIFEST = RunManifest(
    "", "running", "c/1", 0.05, {SLUG: FACTS}, [VariantEntry(SLUG, ENTRY.variant)], [], seed=1
)
FINE = WorkerExit("ok", None, 1.0, 0)


@pytest.fixture
def store(tmp_path):
    return RunStore.create(tmp_path, SLUG, MANIFEST)


@pytest.fixture
def partial(tmp_path):
    folder = tmp_path / "partial"
    made = folder / capture_folder(SLUG, WALL, ENTRY)
    made.mkdir(parents=True)
    identity = made_run.identity(SLUG, ENTRY.variant, 0)
    timing = captures.Timing(9, [3], [5, 6], [BlockRecord(0, 2)])
    captures.write(str(made), identity, timing, Recording())
    return folder


def adopt(store, partial, ended=FINE):
    output = partial / files.STDERR_FILE
    output.write_text("what the worker printed\n")
    store.adopt(SLUG, WALL, partial, ended, output)
    return record.read(store.path).captures[0]


def test_a_whole_capture_is_adopted_with_what_the_worker_printed(store, partial):
    capture = adopt(store, partial)
    assert capture.usable
    assert capture.durations_ns().tolist() == [5, 6]
    assert (capture.folder / files.STDERR_FILE).read_text() == "what the worker printed\n"


def test_a_worker_that_left_nothing_becomes_a_failed_capture_with_its_reason(store, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    capture = adopt(store, empty, WorkerExit("timeout", "no result within 9 s", 9.0))
    assert (capture.status, capture.reason) == ("timeout", "process 1: no result within 9 s")
    assert capture.file(files.LATENCIES_FILE) is None


def test_a_worker_that_ended_well_without_a_capture_is_a_failure(store, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    assert adopt(store, empty).status == "failed"


@pytest.mark.parametrize("garbage", ["", "{", "[1, 2]", '{"schema": "kprof.capture/1"}', "\x00\xff"])
def test_a_garbage_manifest_is_a_failure_not_a_number(store, partial, garbage):
    path = partial / capture_folder(SLUG, WALL, ENTRY) / files.CAPTURE_FILE
    path.write_text(garbage, encoding="latin-1")
    capture = adopt(store, partial)
    assert capture.status == "failed"
    assert not capture.usable


def test_raw_files_that_are_not_what_the_worker_hashed_are_a_failure(store, partial):
    np.save(partial / capture_folder(SLUG, WALL, ENTRY) / files.LATENCIES_FILE, np.array([1]))
    assert "not what the worker wrote" in adopt(store, partial).reason


def test_another_variants_capture_is_refused(store, partial):
    path = partial / capture_folder(SLUG, WALL, ENTRY) / files.CAPTURE_FILE
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({**manifest, "variant": "tiny/uncompiled/predict/b32"}))
    assert "another variant" in adopt(store, partial).reason


def test_runs_of_the_same_second_get_different_folders(tmp_path):
    paths = {RunStore.create(tmp_path, SLUG, MANIFEST).path for _ in range(3)}
    assert len(paths) == 3


def state(load):
    return HostState(load, 2, None, None, None, None, None, 0.0)


def test_each_go_at_a_run_records_the_machine_before_and_after(store):
    """A resumed run judged the machine by the first start alone."""
    loads = iter([0.1, 0.2, 3.0, 4.0])
    with store.sitting(lambda: state(next(loads)), lambda: None):
        pass
    with store.sitting(lambda: state(next(loads)), lambda: None):
        pass
    sittings = RunStore.open(store.path).manifest.all_sittings
    assert [(one.before.load_1m, one.after.load_1m) for one in sittings] == [(0.1, 0.2), (3.0, 4.0)]


def test_a_capture_tells_in_which_sitting_it_was_taken(store, partial):
    for number in (1, 2):
        with store.sitting(lambda: state(0.1), lambda: None):
            if number == 2:
                adopt(store, partial)
    (entry,) = RunStore.open(store.path).manifest.captures
    assert entry.sitting == 2


def test_a_go_that_was_cut_short_is_recorded_before_the_user_is_told(store):
    told = []
    with (
        pytest.raises(KeyboardInterrupt),
        store.sitting(lambda: state(1.0), lambda: told.append(RunStore.open(store.path).manifest.status)),
    ):
        raise KeyboardInterrupt
    assert told == ["interrupted"]


def test_what_the_worker_printed_lies_on_the_disk_once(store, tmp_path):
    """Up to 64 MB were copied for each variant of a process."""
    plan = processes.make(Request(workloads=("tiny",), processes=1))
    wall = plan.processes[0]
    assert len(wall.captures) > 1
    partial = tmp_path / "several"
    partial.mkdir()
    output = partial / files.STDERR_FILE
    output.write_text("printed")
    store.adopt(SLUG, wall, partial, WorkerExit("failed", "it ended", 1.0, 1), output)
    inodes = {path.stat().st_ino for path in store.path.glob(f"captures/*/*/*/{files.STDERR_FILE}")}
    assert len(inodes) == 1


def test_a_link_in_the_run_does_not_lead_a_capture_out_of_it(store, partial, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (store.path / "captures").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RunError, match="lies outside"):
        adopt(store, partial)
    assert list((tmp_path / "elsewhere").iterdir()) == []
