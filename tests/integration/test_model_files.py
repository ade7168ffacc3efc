"""Real model files of several releases (``tests/data/models``), loaded with the Keras 3 beside kprof."""

import shutil

import numpy as np
import pytest

from profiler.cli.main import main
from profiler.collect import entry_points, frameworks
from profiler.collect.models import built_in, files
from profiler.protocol.spec import WorkloadSpec
from tests.readers.model_files.files import FOLDER, archive

pytestmark = pytest.mark.integration

ENTRY_POINTS = ("predict", "predict_on_batch", "call", "function")
LEFT = np.array([[1, 2, 3], [4, 5, 6]], np.float32)
RIGHT = np.array([[10, 20, 30], [40, 50, 60]], np.float32)


@pytest.fixture(scope="module")
def framework():
    return frameworks.load("tensorflow")


def opened(framework, path, signature=None, input_file=None):
    spec = WorkloadSpec("own", str(path), input_file and str(input_file), signature=signature)
    return built_in.open_workload(spec, framework)


def outputs(framework, workload, state, rows):
    """Return what each entry point gives for the workload's input."""
    model, _ = workload.build(state, rows)
    x, _ = workload.inputs(rows)
    for entry_point in ENTRY_POINTS:
        call = entry_points.calls_of(entry_point, model, x, rows, rows, framework).first()
        yield call.entry(*call.args, **call.kwargs)


@pytest.mark.parametrize("state", ["uncompiled", "compiled"])
def test_a_signature_of_one_input_gives_what_the_function_gives(framework, tmp_path, state):
    np.save(tmp_path / "x.npy", LEFT)
    workload = opened(framework, FOLDER / "saved-model-2.21", "scaled", tmp_path / "x.npy")
    for found in outputs(framework, workload, state, 2):
        np.testing.assert_array_equal(found["scaled"], 2 * LEFT)
    assert workload.build(state, 2)[1].startswith("signature scaled of a SavedModel (TFSMLayer)")
    assert any("no Keras model came back" in note for note in workload.notes(state))


@pytest.mark.parametrize("state", ["uncompiled", "compiled"])
def test_a_signature_of_several_inputs_takes_each_under_its_name(framework, tmp_path, state):
    np.savez(tmp_path / "x.npz", right=RIGHT, left=LEFT)
    workload = opened(framework, FOLDER / "saved-model-2.21", "added", tmp_path / "x.npz")
    for found in outputs(framework, workload, state, 2):
        np.testing.assert_array_equal(found["sum"], LEFT + RIGHT)
        np.testing.assert_array_equal(found["difference"], LEFT - RIGHT)


@pytest.mark.parametrize("name", ["saved-model-keras-2.15", "exported-keras-3"])
def test_keras_3_measures_the_default_signature_of_a_keras_model(framework, name):
    workload = opened(framework, FOLDER / name)
    for found in outputs(framework, workload, "compiled", 4):
        (values,) = found.values() if isinstance(found, dict) else [found]
        assert values.shape == (4, 1)
    assert "serving_default" in workload.build("uncompiled", 4)[1]


@pytest.mark.parametrize(
    ("name", "renamed"), [("keras-3.h5", "m.keras"), ("keras-3.h5", "m"), ("keras-3.keras", "m.h5")]
)
def test_a_file_under_the_name_of_another_kind_gives_the_same_model(framework, tmp_path, name, renamed):
    """HDF5 under .keras ended in: File not found ... please ensure the file is an accessible .keras zip."""
    shutil.copy(FOLDER / name, tmp_path / renamed)
    tmp_path.chmod(0o555)
    renamed_model = opened(framework, tmp_path / renamed).build("uncompiled", 4)[0]
    for one, other in zip(
        renamed_model.get_weights(),
        opened(framework, FOLDER / name).build("uncompiled", 4)[0].get_weights(),
        strict=True,
    ):
        np.testing.assert_array_equal(one, other)
    assert [path.name for path in tmp_path.iterdir()] == [renamed]


def refused(capsys, path):
    assert main(["run", "--model", str(path), "--instrument", "wall", "--processes", "1"]) == 2
    told = capsys.readouterr().err.splitlines()
    assert told[-1].startswith("kprof: ")
    return told[-1]


@pytest.mark.parametrize("name", ["keras-2.4.h5", "keras-2.15.h5", "keras-2.15.keras"])
def test_a_file_that_keras_3_does_not_load_names_the_release_that_does(capsys, name, monkeypatch, tmp_path):
    monkeypatch.setenv("KPROF_TRACES", str(tmp_path))
    told = refused(capsys, FOLDER / name)
    assert "DepthwiseConv2D" in told or "could not be deserialized" in told
    assert told.endswith("wrote it: measure it with a release that loads it (`kprof run --tf 2.15.1`)")


@pytest.mark.parametrize("version", ["3.99.0", "9.9", "2.13.1"])
def test_metadata_that_lies_ends_in_one_line(capsys, monkeypatch, tmp_path, version):
    monkeypatch.setenv("KPROF_TRACES", str(tmp_path))
    metadata = f'{{"keras_version": "{version}"}}'
    members = {"config.json": '{"class_name": 7}', "metadata.json": metadata, "model.weights.h5": b"no"}
    told = refused(capsys, archive(tmp_path / "m.keras", members))
    assert "m.keras: " in told


@pytest.mark.parametrize("length", [200, 4096, 12000])
def test_a_file_that_was_cut_ends_in_one_line_without_an_interpreter(capsys, tmp_path, monkeypatch, length):
    for name in ("keras-3.keras", "keras-3.h5"):
        path = tmp_path / name
        path.write_bytes((FOLDER / name).read_bytes()[:length])
        assert f"{length} bytes" in refused(capsys, path)


def test_a_saved_model_whose_variables_are_gone_is_one_line(framework, tmp_path):
    shutil.copytree(FOLDER / "saved-model-2.21", tmp_path / "m")
    shutil.rmtree(tmp_path / "m" / "variables")
    with pytest.raises(files.CannotLoadError, match="its signature cannot be loaded"):
        opened(framework, tmp_path / "m", "scaled").build("uncompiled", 2)
