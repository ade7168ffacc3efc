"""What a run or a file says of layers."""

import json
import shutil

import pytest

from profiler.protocol import files
from profiler.protocol.errors import RunError, Unusable
from profiler.readers import xplane
from profiler.results import layers
from profiler.runs import record
from tests import reference

MEDIUM, BRANCHES = (reference.FOLDER / "layers" / name for name in ("medium", "branches"))
TRAINED = reference.FOLDER.parents[1] / "tests/data/keras/logs/train/plugins/profile/2026_01_05_10_15_00"


def report_of(run, variant=None):
    return layers.of_run(record.read(run), variant).report


def with_scopes(run, target, **changes):
    """Copy a run with other scopes in its one capture; None removes them."""
    copy = target / "run"
    shutil.copytree(run, copy)
    (scopes,) = copy.glob("captures/*/*/*/scopes.json")
    manifest = scopes.parent / files.CAPTURE_FILE
    told = json.loads(manifest.read_text())
    if changes:
        scopes.write_text(json.dumps({**json.loads(scopes.read_text()), **changes}))
        told["files"][files.SCOPES_FILE] = files.sha256(str(scopes))
    else:
        scopes.unlink()
        del told["files"][files.SCOPES_FILE]
    manifest.write_text(json.dumps(told))
    return copy


def test_lstm_and_conv1d_have_most_of_mediums_time():
    report = report_of(MEDIUM)
    first, second = report.layers[:2]
    assert {first.class_name, second.class_name} == {"LSTM", "Conv1D"}
    assert first.share_of_compute + second.share_of_compute > 0.98
    assert {one.certainty for one in report.layers} == {"known"}
    assert report.remarks == ()


def test_a_layer_without_a_kernel_is_named_and_has_no_row():
    report = report_of(MEDIUM)
    assert report.idle == ("flatten", "dropout")
    assert not {"flatten", "dropout"} & {one.layer for one in report.layers}


def test_a_nested_model_s_layers_and_each_use_have_rows_of_their_own():
    uses = {(one.layer, one.use, one.uses) for one in report_of(BRANCHES).layers if one.layer}
    twice = {(name, use, 2) for name in ("encoder/dense", "encoder/dense_1", "shared") for use in (1, 2)}
    assert uses == twice | {("dense", 1, 1), ("dense_1", 1, 1), ("joined", 1, 1)}


def test_the_model_s_own_dense_is_not_the_nested_model_s():
    """Their scopes are MODEL/dense_1 and MODEL/encoder_1/dense_1, and both layers are called dense."""
    found = {(one.layer, one.use): one.scope for one in report_of(BRANCHES).layers}
    assert len(set(found.values())) == len(found)
    assert found["dense", 1].count("/") == 1
    assert found["encoder/dense", 1].count("/") == 2


def test_layers_and_no_layer_are_all_of_compute():
    report = report_of(BRANCHES)
    assert sum(one.share_of_calls for one in report.layers) == pytest.approx(report.compute, abs=1e-9)
    assert sum(one.ms for one in report.layers) == pytest.approx(report.compute * report.window_ms, rel=1e-9)
    assert report.layers[-1].layer is None
    assert report.layers[-1].entries_per_call is None


def test_a_run_without_scopes_is_guessed_and_says_so(tmp_path):
    report = report_of(with_scopes(BRANCHES, tmp_path))
    assert {one.certainty for one in report.layers} == {"guessed"}
    assert report.remarks == (layers.NO_SCOPES,)
    assert not report.idle
    known = report_of(BRANCHES)
    assert report.compute == known.compute


def test_a_model_whose_graph_could_not_be_built_again_is_guessed_with_the_reason(tmp_path):
    report = report_of(with_scopes(BRANCHES, tmp_path, layers=[], error="ValueError: odd"))
    assert {one.certainty for one in report.layers} == {"guessed"}
    assert report.remarks[-1].endswith("owners are guessed: ValueError: odd")


def test_scopes_of_another_graph_are_not_believed(tmp_path):
    other = [{"path": "dense", "class_name": "Dense", "scopes": ["another/dense"], "parameters": 1}]
    report = report_of(with_scopes(BRANCHES, tmp_path, layers=other))
    assert {one.certainty for one in report.layers} == {"guessed"}
    assert report.remarks == (layers.OTHER_SCOPES,)


def test_scopes_that_two_layers_share_are_ambiguous(tmp_path):
    (path,) = BRANCHES.glob("captures/*/*/*/scopes.json")
    told = json.loads(path.read_text())["layers"]
    twin = {**next(one for one in told if one["path"] == "dense"), "path": "twin"}
    report = report_of(with_scopes(BRANCHES, tmp_path, layers=[*told, twin]))
    (row,) = [one for one in report.layers if one.certainty == "ambiguous"]
    assert (row.layer, row.class_name) == ("dense or twin", None)
    assert report.remarks[-1].startswith("ambiguous: ")


def test_calls_that_share_a_scope_have_one_row_and_that_is_said(tmp_path):
    (path,) = BRANCHES.glob("captures/*/*/*/scopes.json")
    told = json.loads(path.read_text())["layers"]
    again = [{**one, "calls": 2} if one["path"] == "dense" else one for one in told]
    report = report_of(with_scopes(BRANCHES, tmp_path, layers=again))
    assert report.remarks == ("all calls of dense have one scope, and so one row",)
    (row,) = [one for one in report.layers if one.layer == "dense"]
    assert row.entries_per_call is None


def test_damaged_scopes_are_one_line_that_names_the_file(tmp_path):
    run = with_scopes(BRANCHES, tmp_path, layers=[{"path": 3}])
    with pytest.raises(RunError, match=r"scopes\.json: layers\.0\.path: expected `str`"):
        report_of(run)


@pytest.mark.parametrize(
    ("run", "match"),
    [
        ("tf2.0.0-py3.7", "the TensorFlow profiler of this release records no Python calls"),
        ("spans/tf2.21.0-py3.11", "has no sound tfprofiler capture; measure it under tfprofiler"),
    ],
)
def test_a_run_without_a_trace_that_tells_is_refused(run, match):
    with pytest.raises(RunError, match=match):
        report_of(reference.FOLDER / run)


def test_someone_else_s_training_steps_are_guessed():
    report = layers.of_trace(xplane.read_session(TRAINED), "logs")
    assert report.subject.title == "layers of Profiled batch (steps) in logs under tfprofiler"
    assert [one.layer for one in report.layers] == ["dense_1", "dense_1_2", None]
    assert report.remarks == (layers.NO_SCOPES,)


def test_an_empty_trace_is_refused(tmp_path):
    (tmp_path / "empty.xplane.pb").write_bytes(b"\x0a\x02\x12\x00")
    with pytest.raises(Unusable, match="holds no events"):
        layers.of_trace(xplane.read(tmp_path / "empty.xplane.pb"), "empty")
