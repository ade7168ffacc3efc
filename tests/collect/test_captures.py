"""The folder of a capture: raw files, their hashes, the manifest."""

import dataclasses
import hashlib
import json

import numpy as np

from profiler.collect import captures
from profiler.collect.captures import Timing
from profiler.collect.instruments import Recording
from profiler.protocol.spec import BlockRecord, CaptureManifest

IDENTITY = CaptureManifest("failed", None, {}, "here", "tiny/compiled/predict/b32", entry_point="predict")
TIMING = Timing(900, [30, 20], [5, 7], [BlockRecord(0, 2, started_ns=11)])


def manifest(folder):
    return json.loads((folder / "capture.json").read_text())


def test_the_manifest_says_what_was_timed_and_the_latencies_hold_it(tmp_path):
    captures.write(str(tmp_path), IDENTITY, TIMING, Recording())
    found = manifest(tmp_path)
    assert (found["schema"], found["status"], found["reason"]) == ("kprof.capture/1", "ok", None)
    assert (found["calls"], found["window_ns"], found["first_call_ns"]) == (2, 12, 900)
    assert found["warm_up_ns"] == [30, 20]
    assert found["blocks"] == [
        {"block": 0, "calls": 2, "position": 0, "started_ns": 11, "settle": 0, "turn": None}
    ]
    assert np.load(tmp_path / "latencies.npy").tolist() == [5, 7]


def test_what_the_instrument_says_stands_in_the_manifest(tmp_path):
    captures.write(
        str(tmp_path), IDENTITY, TIMING, Recording("broken", steps=2, harness=("h.py", 3, "measured_calls"))
    )
    found = manifest(tmp_path)
    assert (found["status"], found["reason"], found["steps"]) == ("unsound", "broken", 2)
    assert found["harness"] == ["h.py", 3, "measured_calls"]


def test_every_raw_file_is_hashed_by_its_path_and_the_manifest_is_none(tmp_path):
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "a.trace").write_bytes(b"trace")
    captures.write(str(tmp_path), IDENTITY, TIMING, Recording())
    files = manifest(tmp_path)["files"]
    assert sorted(files) == ["latencies.npy", "plugins/a.trace"]
    assert files["plugins/a.trace"] == hashlib.sha256(b"trace").hexdigest()


def test_what_comes_after_the_timings_adds_its_files_to_the_manifest(tmp_path):
    written = captures.write(str(tmp_path), IDENTITY, TIMING, Recording())
    (tmp_path / "inspect.json").write_text("{}")
    again = captures.write_again(str(tmp_path), dataclasses.replace(written, inspection_error="no"))
    found = manifest(tmp_path)
    assert (found["status"], found["inspection_error"], found["window_ns"]) == ("ok", "no", 12)
    assert sorted(found["files"]) == sorted(again.files) == ["inspect.json", "latencies.npy"]


def test_a_failure_needs_no_folder_and_times_nothing(tmp_path):
    captures.write_failure(str(tmp_path / "a" / "b"), IDENTITY, "ValueError: no")
    found = manifest(tmp_path / "a" / "b")
    assert (found["status"], found["reason"], found["calls"], found["files"]) == (
        "failed",
        "ValueError: no",
        None,
        {},
    )


def test_an_instrument_can_say_nothing_that_the_manifest_has_no_field_for():
    kept = {field.name: field.type for field in dataclasses.fields(CaptureManifest)}
    said = {field.name: field.type for field in dataclasses.fields(Recording) if field.name != "unsound"}
    assert said.items() <= kept.items()
