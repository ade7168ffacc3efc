"""What someone else's file says: what is unknown is null, and never not called."""

import json

import pytest

from profiler.results.foreign import document
from profiler.results.foreign.build import build as build_report
from profiler.runs.foreign import open_files
from tests import foreign_files as files


def build(path):
    return build_report(str(path), open_files(path))


def test_the_document_is_json_of_its_schema_and_lists_every_internal(tmp_path):
    report = build(files.write(files.simple(), tmp_path / "app.prof"))
    value = json.loads(json.dumps(report.to_json()))
    assert value["schema"] == "kprof.foreign/1"
    (calls,) = value["files"][0]["calls"]
    by_name = {one["internal"]: one for one in calls["internals"]}
    assert by_name["data_adapter"]["presence"] == "present"
    assert by_name["create_graph_function"]["presence"] == "unknown"
    assert by_name["create_graph_function"]["share"] is None
    assert {one["presence"] for one in calls["internals"]} <= {"present", "unknown"}
    assert "predict" not in by_name and "teardown" not in by_name


def test_a_file_that_lost_frames_claims_nothing():
    report = build(files.LOST)
    (file,) = report.files
    assert file.spoiled is not None
    assert all((one.calls, one.seconds, one.share) == (None, None, None) for one in file.calls)
    assert all(part.share is None for one in file.calls for part in one.internals)


def test_the_module_profile_measures_cpu_time(tmp_path):
    own = ("profile", 0, "profiler")
    made = files.profile({files.MAIN: (1, 1.0, 1.0), own: (1, 0.0, 1.0)}, {(own, files.MAIN): (1, 1.0)})
    (file,) = build(files.write(made, tmp_path / "old.prof")).files
    assert file.measure == document.CPU
    (file,) = build(files.write(files.simple(), tmp_path / "new.prof")).files
    assert file.measure == document.CALLS


def test_a_session_of_fit_says_that_its_calls_are_steps(tmp_path):
    (file,) = build(files.logs(tmp_path)).files
    (calls,) = file.calls
    assert (calls.windows, calls.calls) == ("steps", files.ANSWERS["logs"]["count"])
    assert "no_predict" in [finding.kind for finding in file.findings]
    assert all(part.presence == "unknown" for part in calls.internals)
    assert file.totals[0].self_seconds == max(one.self_seconds for one in file.totals)


def test_a_trace_of_the_runtime_alone_has_totals_and_no_calls():
    (file,) = build(files.OLD_TRACE).files
    assert file.calls == () and file.family.family is None
    assert "MakeIterator" in [total.name for total in file.totals]


@pytest.mark.parametrize("path", [files.TRACE])
def test_a_trace_with_frames_has_phases_that_sum_to_one(path):
    (file,) = build(path).files
    (calls,) = file.calls
    assert calls.entry_point == "predict" and sum(calls.phases.values()) == pytest.approx(1)
