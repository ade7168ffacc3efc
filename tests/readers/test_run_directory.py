import json
import shutil

import pytest

from profiler.protocol.errors import RunError
from profiler.readers import run_directory
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
    return next(c for c in run_directory.read(run).captures if c.instrument == instrument)


def test_a_run_gives_its_variants_and_captures():
    run = run_directory.read(reference.CURRENT)
    assert [variant.id for _, variant in run.variants] == [
        "tiny/uncompiled/predict/b32",
        "tiny/compiled/predict/b32",
    ]
    assert all(capture.usable for capture in run.captures)


def test_the_window_is_the_sum_of_the_latencies():
    for capture in run_directory.read(reference.CURRENT).captures:
        assert capture.durations_ns().sum() == capture.manifest["window_ns"]
        assert len(capture.durations_ns()) == capture.manifest["calls"]
        assert sum(block["calls"] for block in capture.manifest["blocks"]) == capture.manifest["calls"]


@pytest.mark.parametrize("name", ["profile.prof", "latencies.npy"])
def test_a_cut_raw_file_makes_its_capture_failed_and_no_other(run, name):
    path = first(run, "cprofile").folder / name
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    statuses = {c.path: c.status for c in run_directory.read(run).captures}
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
        run_directory.read(run)


def test_a_capture_of_a_newer_schema_is_not_used(run):
    path = first(run, "wall").folder / "capture.json"
    path.write_text(path.read_text().replace("kprof.capture/1", "kprof.capture/2"))
    assert "update kprof" in first(run, "wall").reason


def test_a_cut_run_manifest_is_one_line(run):
    text = (run / "run.json").read_text()
    (run / "run.json").write_text(text[: len(text) // 2])
    with pytest.raises(RunError, match="cut or altered") as caught:
        run_directory.read(run)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("field", ["variants", "captures", "environments", "created"])
def test_a_run_manifest_without_a_field_is_one_line(run, field):
    left = manifest(run)
    del left[field]
    (run / "run.json").write_text(json.dumps(left))
    with pytest.raises(RunError, match="missing or wrong"):
        run_directory.read(run)


@pytest.mark.parametrize("path", ["../../etc", "/etc"])
def test_a_capture_outside_the_run_is_refused(run, path):
    captures = manifest(run)["captures"]
    captures[0]["path"] = path
    rewrite(run, captures=captures)
    with pytest.raises(RunError):
        run_directory.read(run)


def test_unknown_fields_are_ignored(run):
    rewrite(run, from_the_future={"x": 1})
    assert run_directory.read(run).captures


def test_latest_is_the_newest_and_never_the_reference(tmp_path, run):
    newer = shutil.copytree(run, tmp_path / "10000101-000000-named-as-if-old")
    rewrite(newer, created="2999-01-01T00:00:00+00:00")
    shutil.copytree(run, tmp_path / "reference")
    rewrite(tmp_path / "reference", created="9999-01-01T00:00:00+00:00")
    assert run_directory.find("latest", tmp_path) == newer


def test_a_run_is_found_by_name_and_by_path(tmp_path, run):
    assert run_directory.find(run.name, tmp_path) == run
    assert run_directory.find(str(run), tmp_path / "elsewhere") == run


@pytest.mark.parametrize("name", ["nothing", "latest"])
def test_what_is_no_run_is_one_line(tmp_path, name):
    with pytest.raises(RunError) as caught:
        run_directory.find(name, tmp_path / "empty")
    assert "\n" not in str(caught.value)


def test_a_folder_that_is_no_run_is_told_apart_from_a_missing_one(tmp_path):
    with pytest.raises(RunError, match=r"holds no run\.json"):
        run_directory.find(str(tmp_path), tmp_path)


def test_the_list_shows_a_damaged_run_instead_of_failing(tmp_path, run):
    other = shutil.copytree(run, tmp_path / "20260102-000000-other")
    (other / "run.json").write_text("{")
    summaries = {summary.name: summary for summary in run_directory.list_runs(tmp_path)}
    assert summaries[run.name].workloads == ("tiny",)
    assert summaries[run.name].bytes > 10_000
    assert "unreadable" in summaries[other.name].status


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY", b"not numpy at all", b"\x80\x04K\x01."])
def test_latencies_that_are_no_array_are_one_line(tmp_path, content):
    path = tmp_path / "latencies.npy"
    path.write_bytes(content)
    capture = first(reference.CURRENT, "wall")
    broken = run_directory.Capture(
        "x", tmp_path, "e", capture.variant, "wall", 0, "ok", None, capture.manifest
    )
    with pytest.raises(RunError, match=r"latencies\.npy"):
        broken.durations_ns()
