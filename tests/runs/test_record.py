import hashlib
import json
import shutil

import numpy as np
import pytest

from profiler.protocol.errors import RunError
from profiler.runs import find, record
from tests import reference


@pytest.fixture
def run(tmp_path):
    """A copy of a real run that a test may damage."""
    return shutil.copytree(reference.CURRENT, tmp_path / "20260101-000000-run")


def manifest(run):
    return json.loads((run / "run.json").read_text())


def rewrite(run, **changes):
    (run / "run.json").write_text(json.dumps({**manifest(run), **changes}))


def first(run, instrument):
    return next(c for c in record.read(run).captures if c.instrument == instrument)


def test_a_run_gives_its_variants_and_captures():
    run = record.read(reference.CURRENT)
    assert [variant.id for _, variant in run.variants] == [
        "tiny/uncompiled/predict/b32",
        "tiny/compiled/predict/b32",
    ]
    assert all(capture.usable for capture in run.captures)


def test_the_window_is_the_sum_of_the_latencies():
    for capture in record.read(reference.CURRENT).captures:
        assert capture.durations_ns().sum() == capture.manifest.window_ns
        assert len(capture.durations_ns()) == capture.manifest.calls
        assert sum(block.calls for block in capture.manifest.blocks) == capture.manifest.calls


@pytest.mark.parametrize("name", ["profile.prof", "latencies.npy"])
def test_a_cut_raw_file_makes_its_capture_failed_and_no_other(run, name):
    path = first(run, "cprofile").folder / name
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    statuses = {c.path: c.status for c in record.read(run).captures}
    assert list(statuses.values()).count("failed") == 1
    assert "altered or cut" in first(run, "cprofile").reason


def test_one_flipped_bit_is_told_by_the_hash(run):
    path = first(run, "wall").folder / "latencies.npy"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))
    assert not first(run, "wall").usable


def test_a_missing_raw_file_is_named(run):
    (first(run, "wall").folder / "latencies.npy").unlink()
    assert "latencies.npy: missing" in first(run, "wall").reason


def test_a_missing_capture_is_a_failed_one(run):
    shutil.rmtree(first(run, "wall").folder)
    assert first(run, "wall").status == "failed"


def test_a_run_of_a_newer_schema_asks_for_an_update(run):
    rewrite(run, schema="kprof.run/9")
    with pytest.raises(RunError, match="update kprof"):
        record.read(run)


def test_a_capture_of_a_newer_schema_is_not_used(run):
    path = first(run, "wall").folder / "capture.json"
    path.write_text(path.read_text().replace("kprof.capture/1", "kprof.capture/2"))
    assert "update kprof" in first(run, "wall").reason


def test_a_cut_run_manifest_is_one_line(run):
    text = (run / "run.json").read_text()
    (run / "run.json").write_text(text[: len(text) // 2])
    with pytest.raises(RunError, match="cut or altered") as caught:
        record.read(run)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("field", ["variants", "captures", "environments", "created"])
def test_a_run_manifest_without_a_field_is_one_line(run, field):
    left = manifest(run)
    del left[field]
    (run / "run.json").write_text(json.dumps(left))
    with pytest.raises(RunError, match=rf"run\.json: .*missing required field `{field}`"):
        record.read(run)


@pytest.mark.parametrize(
    "field, value",
    [
        ("smallest_effect", "x"),
        ("smallest_effect", 0),
        ("machine", {"before": {}, "after": {}}),
        ("adaptive", {"tf2.21.0-py3.11": {"tiny": {}}}),
        ("environments", {}),
        ("environments", {"tf2.21.0-py3.11": None}),
        ("variants", [{}]),
        ("captures", [None]),
    ],
)
def test_a_run_manifest_with_a_wrong_field_is_one_line(run, field, value):
    """Each of them was an internal error, wherever it was first used."""
    rewrite(run, **{field: value})
    with pytest.raises(RunError, match=r"run\.json: .*the file was altered"):
        record.read(run)


@pytest.mark.parametrize("name", ["a\0b", "a\x1b[2J", "a\ud800"])
def test_a_workload_s_name_that_no_file_can_have_is_refused(run, name):
    variants = manifest(run)["variants"]
    variants[0]["variant"]["workload"] = name
    rewrite(run, variants=variants)
    with pytest.raises(RunError, match=r"variants\.0\.variant: workload"):
        record.read(run)


@pytest.mark.parametrize("field", ["instrument", "status"])
def test_a_capture_of_an_unknown_kind_is_told_with_its_run(run, field):
    captures = manifest(run)["captures"]
    captures[1][field] = "x"
    rewrite(run, captures=captures)
    with pytest.raises(RunError, match=rf"run\.json: captures\.1: unknown .*{field} 'x'"):
        record.read(run)


def capture_of(run):
    return run / manifest(run)["captures"][0]["path"]


@pytest.mark.parametrize(
    "field, value",
    [
        ("blocks", None),
        ("blocks", [{"block": 10**12, "calls": 1}]),
        ("blocks", [{"block": 0, "calls": 1}]),
        ("first_call_ns", "soon"),
        ("input_notes", 3),
        ("calls", 0),
        ("calls", 1e300),
        ("wrapper", ["a"]),
    ],
)
def test_a_capture_with_a_wrong_field_fails_alone(run, field, value):
    """One number in one capture.json took all memory, another ended the report of the whole run."""
    path = capture_of(run) / "capture.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), field: value}))
    first, *others = record.read(run).captures
    assert first.status == "failed"
    assert first.reason
    assert all(other.usable for other in others)


def test_a_capture_that_says_it_failed_is_not_taken_for_a_good_one(run):
    """A failed one needs no blocks, and those that were not there ended in an internal error."""
    path = capture_of(run) / "capture.json"
    left = {**json.loads(path.read_text()), "status": "failed"}
    del left["blocks"]
    path.write_text(json.dumps(left))
    first, *others = record.read(run).captures
    assert (first.status, first.reason.partition(":")[0]) == ("failed", "capture.json")
    assert all(other.usable for other in others)


def with_hash(folder, name):
    """Let a capture's manifest have the hash that a file has now."""
    path = folder / "capture.json"
    listed = json.loads(path.read_text())
    listed["files"][name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    path.write_text(json.dumps(listed))


@pytest.mark.parametrize(
    "field, value",
    [
        ("functions", None),
        ("functions", {"a.py::f": {"exists": True, "entered": 1}}),
        ("graphs_traced", "x"),
        ("functions_traced", 3),
    ],
)
def test_an_inspected_call_with_a_wrong_field_fails_its_capture_alone(run, field, value):
    """Each of them was an internal error of the whole report."""
    folder = next(c.folder for c in record.read(run).captures if c.inspection())
    path = folder / "inspect.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), field: value}))
    with_hash(folder, path.name)
    failed = [c for c in record.read(run).captures if not c.usable]
    assert [c.folder for c in failed] == [folder]
    assert f"inspect.json: {field}" in failed[0].reason


@pytest.mark.parametrize("durations", [[], [0, 5], [-1, 5], [float("nan"), 1.0]])
def test_durations_that_no_clock_gives_fail_their_capture_alone(run, durations):
    """A duration of 0 ns in one capture made the whole run unreadable."""
    folder = capture_of(run)
    values = np.array(durations, float if 1.0 in durations else np.int64)
    np.save(folder / "latencies.npy", values)
    with_hash(folder, "latencies.npy")
    first, *others = record.read(run).captures
    assert (first.status, first.reason.partition(":")[0]) == ("failed", "latencies.npy")
    assert all(other.usable for other in others)


def test_a_trace_that_the_manifest_does_not_list_is_not_read(run):
    """A session is a folder: a file put beside its trace was read with it, and no hash was wrong."""
    captures = record.read(run).captures
    traced = next(capture for capture in captures if capture.trace_folder())
    (traced.trace_folder() / "evil.xplane.pb").write_bytes(b"\x0a\x00")
    again = next(c for c in record.read(run).captures if c.path == traced.path)
    assert again.status == "failed"
    assert "evil.xplane.pb" in again.reason


@pytest.mark.parametrize("path", ["../../etc", "/etc"])
def test_a_capture_outside_the_run_is_refused(run, path):
    captures = manifest(run)["captures"]
    captures[0]["path"] = path
    rewrite(run, captures=captures)
    with pytest.raises(RunError):
        record.read(run)


def test_unknown_fields_are_ignored(run):
    rewrite(run, from_the_future={"x": 1})
    assert record.read(run).captures


def test_latest_is_the_newest_and_never_the_reference(tmp_path, run):
    newer = shutil.copytree(run, tmp_path / "10000101-000000-named-as-if-old")
    rewrite(newer, created="2999-01-01T00:00:00+00:00")
    shutil.copytree(run, tmp_path / "reference")
    rewrite(tmp_path / "reference", created="9999-01-01T00:00:00+00:00")
    assert find.find("latest", tmp_path) == newer


def test_a_run_is_found_by_name_and_by_path(tmp_path, run):
    assert find.find(run.name, tmp_path) == run
    assert find.find(str(run), tmp_path / "elsewhere") == run


@pytest.mark.parametrize("name", ["nothing", "latest"])
def test_what_is_no_run_is_one_line(tmp_path, name):
    with pytest.raises(RunError) as caught:
        find.find(name, tmp_path / "empty")
    assert "\n" not in str(caught.value)


def test_a_folder_that_is_no_run_is_told_apart_from_a_missing_one(tmp_path):
    with pytest.raises(RunError, match=r"no run\.json"):
        find.find(str(tmp_path), tmp_path)


def test_the_list_shows_a_damaged_run_instead_of_failing(tmp_path, run):
    other = shutil.copytree(run, tmp_path / "20260102-000000-other")
    (other / "run.json").write_text("{")
    summaries = {summary.name: summary for summary in find.list_runs(tmp_path)}
    assert summaries[run.name].workloads == ("tiny",)
    assert summaries[run.name].bytes > 10_000
    assert "unreadable" in summaries[other.name].status


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY", b"not numpy at all", b"\x80\x04K\x01."])
def test_latencies_that_are_no_array_are_one_line(tmp_path, content):
    path = tmp_path / "latencies.npy"
    path.write_bytes(content)
    capture = first(reference.CURRENT, "wall")
    broken = record.Capture("x", tmp_path, "e", capture.variant, "wall", 0, "ok", None, capture.manifest)
    with pytest.raises(RunError, match=r"latencies\.npy"):
        broken.durations_ns()


def test_an_unsound_capture_that_the_run_calls_ok_is_unsound(run):
    """`ok` in run.json over `unsound` in capture.json counted as ok, and became a share."""
    path = capture_of(run) / "capture.json"
    left = {**json.loads(path.read_text()), "status": "unsound", "reason": "frames were lost"}
    path.write_text(json.dumps(left))
    first, *others = record.read(run).captures
    assert (first.status, first.reason) == ("unsound", "frames were lost")
    assert first.timed and not first.usable
    assert all(other.usable for other in others)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"compile_state": "compiled", "variant": "tiny/compiled/predict/b32"}, "is of tiny/compiled"),
        ({"instrument": "cprofile"}, "is of cprofile, not of wall"),
        ({"process": 9}, "is of process 9 on tf"),
        ({"calls": 1}, "its manifest names 1"),
        ({"window_ns": 1}, "its window in ns is 1"),
    ],
)
def test_a_capture_of_something_else_than_the_run_lists_fails(run, changes, says):
    path = capture_of(run) / "capture.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
    first, *_ = record.read(run).captures
    assert first.status == "failed"
    assert says in first.reason


def test_a_capture_that_is_listed_twice_is_refused(run):
    """Under made-up numbers of processes it narrowed every interval."""
    captures = manifest(run)["captures"]
    rewrite(run, captures=[*captures, {**captures[0], "process": 99}])
    with pytest.raises(RunError, match="is listed twice"):
        record.read(run)


def test_rounds_out_of_order_fail_their_capture(run):
    path = capture_of(run) / "capture.json"
    left = json.loads(path.read_text())
    left["blocks"].reverse()
    path.write_text(json.dumps(left))
    first, *_ = record.read(run).captures
    assert (first.status, "comes twice or late" in first.reason) == ("failed", True)


def test_a_capture_that_failed_keeps_its_reason_whatever_its_profiler_had_written(run):
    """A timeout read as "not of this capture, whose manifest does not list it"."""
    entries = manifest(run)["captures"]
    entry = next(one for one in entries if one["instrument"] == "tfprofiler")
    entry.update(status="timeout", reason="no result within 900 s")
    rewrite(run, captures=entries)
    path = run / entry["path"] / "capture.json"
    left = json.loads(path.read_text())
    path.write_text(json.dumps({**left, "status": "timeout", "reason": entry["reason"], "files": {}}))
    found = next(one for one in record.read(run).captures if one.path == entry["path"])
    assert (found.status, found.reason) == ("timeout", "no result within 900 s")


def test_half_a_character_in_a_name_is_one_line(run):
    """It was an internal error of the list of all runs."""
    entries = manifest(run)["variants"]
    entries[0]["environment"] = "\ud800"
    rewrite(run, variants=entries)
    with pytest.raises(RunError, match="altered"):
        record.read(run)
    assert find.list_runs(run.parent)[0].status.startswith("unreadable")


def test_durations_that_the_manifest_does_not_list_are_not_read(run):
    """They were read with no hash to hold them to."""
    path = capture_of(run) / "capture.json"
    left = json.loads(path.read_text())
    del left["files"]["latencies.npy"]
    path.write_text(json.dumps(left))
    first, *_ = record.read(run).captures
    assert "latencies.npy: is not listed" in first.reason


def test_a_link_out_of_the_run_is_not_followed(run, tmp_path):
    outside = tmp_path / "outside.npy"
    shutil.copy(capture_of(run) / "latencies.npy", outside)
    (capture_of(run) / "latencies.npy").unlink()
    (capture_of(run) / "latencies.npy").symlink_to(outside)
    first, *_ = record.read(run).captures
    assert first.status == "failed"
    assert "lies outside" in first.reason


def test_a_name_that_is_too_long_for_the_disk_fails_its_capture_alone(run):
    path = capture_of(run) / "capture.json"
    left = json.loads(path.read_text())
    left["files"]["x" * 5000] = "00"
    path.write_text(json.dumps(left))
    first, *others = record.read(run).captures
    assert first.status == "failed"
    assert all(other.usable for other in others)
