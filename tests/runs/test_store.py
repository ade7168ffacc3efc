import dataclasses
import json
import multiprocessing
import os

import numpy as np
import pytest

from profiler.collect import captures
from profiler.plan import processes
from profiler.plan.request import Request
from profiler.protocol import files
from profiler.protocol.errors import CollectError
from profiler.protocol.spec import WorkerExit
from profiler.runs import record
from profiler.runs import store as run_store
from profiler.runs.store import RunStore, capture_folder
from tests.report.made_run import ENVIRONMENT

SLUG = "tf2.21.0-py3.11"
PLAN = processes.make(
    Request(workloads=("tiny",), compile_states=("compiled",), entry_points=("predict",), processes=1)
)
WALL = PLAN.processes[0]
ENTRY = WALL.variants[0]
FINE = WorkerExit("ok", None, 1.0, 0)


@pytest.fixture
def store(tmp_path):
    facts = {"environments": {SLUG: ENVIRONMENT}, "catalogue": "c/1", "seed": 1, "smallest_effect": 0.05}
    return RunStore.create(tmp_path, SLUG, PLAN, facts)


@pytest.fixture
def partial(tmp_path):
    folder = tmp_path / "partial"
    made = folder / capture_folder(SLUG, WALL, ENTRY)
    made.mkdir(parents=True)
    identity = {"environment": SLUG, "instrument": "wall", "process": 0, **dataclasses.asdict(ENTRY.variant)}
    identity["variant"] = ENTRY.variant.id
    timing = captures.Timing(9, [3], [5, 6], [{"block": 0, "calls": 2}])
    captures.write(str(made), identity, timing, "ok", None, {})
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
    facts = {"environments": {}, "catalogue": "", "seed": 1, "smallest_effect": 0.05}
    paths = {RunStore.create(tmp_path, SLUG, PLAN, facts).path for _ in range(3)}
    assert len(paths) == 3


def try_to_lock(traces, queue):
    try:
        with run_store.locked(traces):
            queue.put("got it")
    except CollectError as error:
        queue.put(str(error))


@pytest.fixture
def lock_elsewhere(tmp_path):
    def attempt():
        context = multiprocessing.get_context("spawn")
        queue = context.Queue()
        other = context.Process(target=try_to_lock, args=(tmp_path, queue))
        other.start()
        told = queue.get(timeout=60)
        other.join()
        return told

    return attempt


def test_a_second_run_at_once_is_refused_and_allowed_afterwards(tmp_path, lock_elsewhere):
    with run_store.locked(tmp_path):
        assert f"process {os.getpid()} is measuring" in lock_elsewhere()
    assert lock_elsewhere() == "got it"


def test_a_traces_folder_that_cannot_be_made_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CollectError, match="--out"), run_store.locked(tmp_path / "file" / "traces"):
        pass
