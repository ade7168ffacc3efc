"""The built-in workloads and the user's own, with a Keras that is made up."""

from types import SimpleNamespace

import numpy as np
import pytest

from profiler.collect.models import built_in
from profiler.protocol.errors import UsageError
from profiler.protocol.spec import WorkloadSpec
from tests.collect.fakes import MadeUp


class Model:
    def __init__(self, batch_size):
        self.batch_size = batch_size
        self.compiled_with = None

    def compile(self, **options):
        self.compiled_with = options


@pytest.fixture
def opened(monkeypatch):
    """Return a framework and the workload ``tiny`` with a builder that makes no real model."""
    monkeypatch.setitem(built_in.BUILDERS, "tiny", (lambda keras, batch_size: Model(batch_size), (4,)))
    framework = MadeUp()
    return framework, built_in.open_workload(WorkloadSpec("tiny"), framework)


def test_the_two_states_differ_by_compile_alone(opened):
    _, workload = opened
    assert workload.build("uncompiled", 8)[0].compiled_with is None
    model, made_by = workload.build("compiled", 8)
    assert model.compiled_with == {"loss": "binary_crossentropy", "optimizer": "adam"}
    assert "binary_crossentropy" in made_by
    assert workload.any_state(8) is model


def test_the_weights_are_seeded_for_every_model_and_each_is_built_once(opened):
    framework, workload = opened
    built = {state: workload.build(state, 8)[0] for state in ("uncompiled", "compiled")}
    assert framework.log == [("seed", built_in.SEED)] * 2
    assert workload.build("compiled", 8)[0] is built["compiled"]
    assert workload.build("compiled", 4)[0] is not built["compiled"]


def test_the_input_is_the_same_in_every_process(opened):
    _, workload = opened
    (x, notes), (again, _) = workload.inputs(6), workload.inputs(6)
    assert (x.shape, x.dtype, notes) == ((6, 4), np.dtype("float32"), [])
    assert np.array_equal(x, again)
    assert (workload.fixed_batch_size(), workload.fixed_rows()) == (None, None)
    assert workload.notes("compiled") == []


def test_an_unknown_workload_is_named():
    with pytest.raises(UsageError, match="'huge'"):
        built_in.open_workload(WorkloadSpec("huge"), MadeUp())


class Layers:
    """Layers that keep how they were stacked, by name."""

    def __getattr__(self, name):
        return lambda *arguments, **options: lambda x: [*x, (name, arguments)]


@pytest.mark.parametrize(
    ("build", "names"),
    [
        (built_in.build_tiny, ["Dense", "Dense"]),
        (built_in.build_medium, ["LSTM", "Conv1D", "Flatten", "Dense", "Dropout", "Dense", "Dense", "Dense"]),
    ],
)
def test_the_models_are_those_of_the_study(build, names):
    keras = SimpleNamespace(layers=Layers(), Input=lambda **_: [], Model=lambda inputs, outputs: outputs)
    assert [name for name, _ in build(keras, 32)] == names


def given(**fields):
    return built_in.open_workload(WorkloadSpec("mine", "mine.keras", **fields), MadeUp())


def test_a_model_that_does_not_say_what_it_takes_asks_for_a_file(monkeypatch):
    workload = given()
    monkeypatch.setattr(workload._model, "inputs", lambda: None)
    with pytest.raises(UsageError, match=r"give input= \(\.npy, \.npz or module:function\)"):
        workload.inputs(4)


def test_a_model_that_does_not_say_what_it_takes_gets_the_file_as_it_is(tmp_path, monkeypatch):
    np.save(tmp_path / "x.npy", np.zeros((2, 3)))
    workload = given(input=str(tmp_path / "x.npy"))
    monkeypatch.setattr(workload._model, "inputs", lambda: None)
    x, notes = workload.inputs(4)
    assert x.shape == (4, 3)
    assert "repeated to 4" in notes[0]


def test_the_scalable_workload_is_built_at_its_width_and_compiled_as_the_others(monkeypatch):
    widths = []

    def scaled(width):
        widths.append(width)
        return lambda keras, batch_size: Model(batch_size)

    monkeypatch.setattr(built_in, "build_scaled", scaled)
    workload = built_in.open_workload(WorkloadSpec("mlp48"), MadeUp())
    assert workload.build("compiled", 8)[0].compiled_with is not None
    assert workload.inputs(3)[0].shape == (3, built_in.POSITIONS, built_in.FEATURES)
    assert widths == [48]


def test_variants_of_so_many_rows_share_one_input(opened):
    _, workload = opened
    assert workload.inputs(6)[0] is workload.inputs(6)[0]
    assert workload.inputs(6)[0] is not workload.inputs(7)[0]
