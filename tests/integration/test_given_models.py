"""The user's own models and inputs, with real Keras: files, factories, both compile states, bad input."""

import sys

import numpy as np
import pytest

import profiler
from profiler.collect import entry_points, frameworks
from profiler.collect.models import built_in
from profiler.protocol.errors import UsageError
from profiler.protocol.spec import WorkloadSpec

pytestmark = pytest.mark.integration

FACTORIES = """
import keras
import numpy as np


def two_inputs():
    a = keras.Input((4,), name="a")
    b = keras.Input((3,), dtype="int32", name="b")
    embedded = keras.layers.Flatten()(keras.layers.Embedding(5, 2)(b))
    return keras.Model([a, b], keras.layers.Dense(1)(keras.layers.Concatenate()([a, embedded])))


def named_inputs():
    inputs = {"a": keras.Input((4,), name="a"), "b": keras.Input((3,), name="b")}
    outputs = keras.layers.Dense(1)(keras.layers.Concatenate()([inputs["a"], inputs["b"]]))
    model = keras.Model(inputs, outputs)
    model.compile(loss="mse", optimizer="sgd")
    return model


def sequential():
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])


def fixed_batch():
    inputs = keras.Input(batch_shape=(8, 4))
    return keras.Model(inputs, keras.layers.Dense(1)(inputs))


def unknown_length():
    inputs = keras.Input((None, 4))
    return keras.Model(inputs, keras.layers.Dense(1)(inputs))


class Scaled(keras.layers.Layer):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def call(self, x):
        return x * self.factor

    def get_config(self):
        raise NotImplementedError("no configuration")


def no_config():
    return keras.Sequential([keras.Input((4,)), Scaled(2.0)])


class Subclassed(keras.Model):
    def __init__(self, units):
        super().__init__()
        self.inner = keras.layers.Dense(units)

    def call(self, x):
        return self.inner(x["a"] if isinstance(x, dict) else x)

    def get_config(self):
        return {"units": self.inner.units}


def subclassed():
    model = Subclassed(3)
    model(np.zeros((1, 4), "float32"))
    model.compile(loss="mse")
    return model


class Plain(keras.Model):
    def __init__(self):
        super().__init__()
        self.inner = keras.layers.Dense(2)

    def call(self, x):
        return self.inner(x)


def plain_subclass():
    return Plain()


def not_built():
    return keras.Sequential([keras.layers.Dense(1)])


def raises():
    raise RuntimeError("no weights here")


def no_model():
    return 3


def prints():
    print("building ...")
    return two_inputs()


def hard():
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    words = keras.layers.TextVectorization(max_tokens=20, output_sequence_length=6)
    words.adapt(["the cat sat", "the dog ran on the mat"])
    inputs = keras.Input((1,), dtype="string")
    x = keras.layers.GlobalAveragePooling1D()(keras.layers.Embedding(20, 8)(words(inputs)))
    x = Scaled(3.0)(keras.layers.Lambda(lambda t: t * 2.0)(x))
    model = keras.Model(inputs, keras.layers.Dense(1)(x))
    model.compile(loss="mse", optimizer="sgd")
    return model


def words():
    return np.array([["the cat ran"], ["a dog sat"]])


def fits():
    model = sequential()
    model.compile(loss="mse")
    model.fit(np.ones((8, 4)), np.ones((8, 1)), verbose=0)
    return model


made = []


def the_same():
    if not made:
        made.append(sequential())
    return made[0]


def mixed():
    keras.config.set_dtype_policy("mixed_float16")
    return sequential()


class Noise(keras.layers.Layer):
    def call(self, x):
        return x + keras.random.normal(keras.ops.shape(x))


def noisy():
    return keras.Sequential([keras.Input((4,)), Noise()])


def dataset():
    import tensorflow

    return tensorflow.data.Dataset.from_tensor_slices(np.ones((10, 4), "float32")).batch(4)


def generator():
    for number in range(3):
        yield (np.full((2, 4), number, "float32"),)


class Batches(keras.utils.PyDataset):
    def __len__(self):
        return 2

    def __getitem__(self, number):
        return np.full((4, 4), number, "float32"), np.zeros(4)


def sequence():
    return Batches()


not_callable = 5
"""


@pytest.fixture(scope="module")
def framework():
    pytest.importorskip("tensorflow")
    return frameworks.load("tensorflow")


@pytest.fixture(scope="module")
def folder(tmp_path_factory, framework):
    """A folder with the factories and saved models, found from it."""
    path = tmp_path_factory.mktemp("own")
    (path / "factories.py").write_text(FACTORIES)
    sys.path.insert(0, str(path))
    import factories

    factories.two_inputs().save(path / "two.keras")
    factories.two_inputs().save(path / "two.h5")
    factories.sequential().save(path / "sequential.keras")
    factories.named_inputs().save(path / "named.keras")
    factories.named_inputs().save(path / "mse.h5")
    (path / "saved").mkdir()
    (path / "saved" / "saved_model.pb").write_bytes(b"")
    (path / "broken.keras").write_bytes(b"PK\x03\x04 no archive")
    np.savez(path / "x.npz", a=np.ones((10, 4)), b=np.ones((10, 3), np.int64))
    np.savez(path / "inorder.npz", np.ones((40, 4), np.float32), np.ones((40, 3), np.int32))
    np.save(path / "one.npy", np.ones((10, 4)))
    yield path
    sys.path.remove(str(path))
    sys.modules.pop("factories", None)


def opened(framework, model, input_file=None):
    spec = WorkloadSpec("own", str(model), input_file and str(input_file))
    return built_in.open_workload(spec, framework)


# A Sequential of Keras 3 has no attribute ``input``: every one was refused as never built.
CASES = [
    "factories:two_inputs",
    "factories:named_inputs",
    "factories:sequential",
    "sequential.keras",
    "two.keras",
    "two.h5",
    # Keras 3 cannot read back the saved configuration
    "mse.h5",
    "named.keras",
]


def place(folder, model):
    return model if ":" in model else folder / model


@pytest.mark.parametrize("model", CASES)
@pytest.mark.parametrize("state", ["uncompiled", "compiled"])
def test_a_model_is_had_in_both_states_and_every_entry_point_runs(framework, folder, model, state):
    workload = opened(framework, place(folder, model))
    built, made_by = workload.build(state, 4)
    assert built.compiled == (state == "compiled")
    assert made_by
    x, _ = workload.inputs(8)
    outputs = []
    for entry_point in ("predict", "predict_on_batch", "call", "function"):
        calls = entry_points.calls_of(entry_point, built, x, 8, 4, framework)
        for which in (calls.first, calls.later):
            call = which()
            found = call.entry(*call.args, **call.kwargs)
            outputs.append(np.concatenate(found) if isinstance(found, list) else found)
            assert isinstance(outputs[-1], np.ndarray)
    for other in outputs[1:]:
        np.testing.assert_allclose(other, outputs[0], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("model", CASES)
def test_both_states_have_the_same_weights(framework, folder, model):
    workload = opened(framework, place(folder, model))
    first, second = (workload.build(state, 4)[0].get_weights() for state in ("uncompiled", "compiled"))
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)


def test_as_given_is_kept_for_the_state_that_the_model_has(framework, folder):
    assert opened(framework, "factories:named_inputs").build("compiled", 4)[1] == "as given"
    assert opened(framework, "factories:two_inputs").build("uncompiled", 4)[1] == "as given"
    assert "mse" in opened(framework, "factories:two_inputs").build("compiled", 4)[1]


def test_the_batch_size_that_a_model_demands_is_known(framework, folder):
    assert opened(framework, "factories:fixed_batch").fixed_batch_size() == 8
    assert opened(framework, "factories:two_inputs").fixed_batch_size() is None


def test_drawn_input_is_the_same_every_time_and_integers_state_their_range(framework, folder):
    (first, notes), (second, _) = (opened(framework, "factories:two_inputs").inputs(6) for _ in range(2))
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)
    assert first[1].dtype == np.int32
    assert any("drawn from 0 to 1" in note for note in notes)


def test_a_file_is_repeated_or_cut_to_the_rows_and_says_so(framework, folder):
    x, notes = opened(framework, "factories:two_inputs", folder / "x.npz").inputs(32)
    assert [len(array) for array in x] == [32, 32]
    assert any("repeated to 32" in note for note in notes)
    assert any("is float64, given to the model as it is" in note for note in notes)
    _, cut = opened(framework, "factories:two_inputs", folder / "x.npz").inputs(4)
    assert any("the first 4 are used" in note for note in cut)


def test_arrays_without_names_are_taken_in_order(framework, folder):
    x, _ = opened(framework, "factories:two_inputs", folder / "inorder.npz").inputs(4)
    assert [array.shape for array in x] == [(4, 4), (4, 3)]


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ("factories:no_model", "type int, no Keras model"),
        ("factories:gone", "no callable 'gone'"),
        ("factories:not_callable", "no callable 'not_callable'"),
        ("no_such_module:f", "no module 'no_such_module'"),
        ("broken.keras", "cannot be loaded: "),
        ("saved", "its signature cannot be loaded: "),
    ],
)
def test_what_is_no_model_is_one_line(framework, folder, model, says):
    with pytest.raises(UsageError) as caught:
        opened(framework, place(folder, model)).build("compiled", 4)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_a_factory_raises_comes_through(framework, folder):
    with pytest.raises(UsageError, match=r"RuntimeError: no weights here \(.*factories\.py"):
        opened(framework, "factories:raises").build("compiled", 4)


def test_what_a_factory_prints_stays_out_of_stdout(framework, folder, capsys):
    opened(framework, "factories:prints").build("compiled", 4)
    assert capsys.readouterr().out == ""


def test_a_model_that_needs_custom_objects_names_the_factory(framework, folder, tmp_path):
    import keras

    class Doubled(keras.layers.Layer):
        def call(self, x):
            return x * 2

    inputs = keras.Input((4,))
    keras.Model(inputs, Doubled()(inputs)).save(tmp_path / "custom.keras")
    del Doubled
    with pytest.raises(UsageError, match="model=module:factory"):
        opened(framework, tmp_path / "custom.keras").build("compiled", 4)


def test_an_unknown_dimension_asks_for_input(framework, folder):
    with pytest.raises(UsageError, match="give input_shape= or input="):
        opened(framework, "factories:unknown_length").inputs(4)


@pytest.mark.parametrize("state", ["uncompiled", "compiled"])
@pytest.mark.parametrize("name", ["subclassed", "plain_subclass", "not_built"])
def test_a_model_that_does_not_say_what_it_takes_gets_the_file_as_it_is(framework, folder, name, state):
    """Every one was refused as never built, whether it was or not."""
    workload = opened(framework, f"factories:{name}", folder / "one.npy")
    assert workload.fixed_batch_size() is None
    model, _ = workload.build(state, 4)
    x, notes = workload.inputs(32)
    assert model.compiled == (state == "compiled")
    np.testing.assert_array_equal(model.get_weights()[0], workload.any_state(4).get_weights()[0])
    assert model.predict(x, batch_size=4, verbose=0).shape[0] == 32
    assert any("repeated to 32" in note for note in notes)


def test_a_model_that_does_not_say_what_it_takes_takes_a_dictionary_too(framework, folder):
    x, _ = opened(framework, "factories:subclassed", folder / "x.npz").inputs(4)
    assert {name: array.shape for name, array in x.items()} == {"a": (4, 4), "b": (4, 3)}


@pytest.mark.parametrize("name", ["subclassed", "plain_subclass", "not_built"])
def test_without_a_file_such_a_model_asks_for_one(framework, folder, name):
    workload = opened(framework, f"factories:{name}")
    workload.any_state(4)
    with pytest.raises(UsageError, match="does not say what it takes; give input="):
        workload.inputs(4)


def test_a_file_that_such_a_model_does_not_take_is_one_line(framework, folder):
    with pytest.raises(UsageError, match=r"inorder\.npz: the model does not take it") as caught:
        opened(framework, "factories:plain_subclass", folder / "inorder.npz").build("compiled", 4)
    assert "\n" not in str(caught.value)


BAD_INPUT = {
    "rank": ({"a": np.ones(10), "b": np.ones((10, 3), int)}, "dimensions"),
    "shape": ({"a": np.ones((10, 5)), "b": np.ones((10, 3), int)}, "rows of shape"),
    "dtype": ({"a": np.ones((10, 4)), "b": np.ones((10, 3))}, "the model takes int32"),
    "text": ({"a": np.array([["x"] * 4]), "b": np.ones((1, 3), int)}, "the model takes float32"),
    "empty": ({"a": np.ones((0, 4)), "b": np.ones((0, 3), int)}, "no rows"),
    "names": ({"first": np.ones((10, 4)), "second": np.ones((10, 3), int)}, "the model takes a, b"),
}


@pytest.mark.parametrize("name", BAD_INPUT)
def test_input_that_does_not_fit_is_one_line(framework, folder, tmp_path, name):
    arrays, says = BAD_INPUT[name]
    np.savez(tmp_path / "bad.npz", **arrays)
    with pytest.raises(UsageError) as caught:
        opened(framework, "factories:two_inputs", tmp_path / "bad.npz").inputs(4)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_one_array_for_two_inputs_asks_for_an_npz(framework, folder):
    with pytest.raises(UsageError, match=r"give an \.npz"):
        opened(framework, "factories:two_inputs", folder / "one.npy").inputs(4)


def test_a_file_that_is_no_array_is_one_line(framework, folder, tmp_path):
    (tmp_path / "x.npy").write_bytes(b"\x80\x04K\x01.")
    with pytest.raises(UsageError, match=r"x\.npy"):
        opened(framework, "factories:two_inputs", tmp_path / "x.npy").inputs(4)


def test_not_a_number_is_measured_and_said(framework, folder, tmp_path):
    a = np.ones((4, 4), np.float32)
    a[1, 1] = np.nan
    np.savez(tmp_path / "x.npz", a=a, b=np.ones((4, 3), np.int32))
    _, notes = opened(framework, "factories:two_inputs", tmp_path / "x.npz").inputs(4)
    assert any("holds NaN" in note for note in notes)


def test_a_live_model_is_measured_in_fresh_processes_and_leaves_no_file(framework, folder, tmp_path):
    import factories

    import profiler

    run = profiler.run(
        factories.named_inputs(),
        {"a": np.ones((4, 4), np.float32), "b": np.ones((4, 3), np.float32)},
        compile_states=("compiled",),
        entry_points=("predict",),
        instruments=("wall",),
        processes=1,
        calls=2,
        out=str(tmp_path),
    )
    (variant,) = run.report.variants
    assert (variant.id, variant.status) == ("model/compiled/predict/b32", "ok")
    assert variant.graphs_traced_per_call == 3


def test_what_is_no_live_model_is_one_line():
    import profiler

    with pytest.raises(UsageError, match="type int"):
        profiler.run(3)


@pytest.mark.parametrize("kind", ["dataset", "generator"])
def test_a_dataset_or_generator_as_input_is_refused_in_a_line(framework, folder, kind):
    import factories
    import tensorflow

    dataset = tensorflow.data.Dataset.from_tensors(np.ones((4, 4)))
    x = dataset if kind == "dataset" else (row for row in range(3))
    with pytest.raises(UsageError, match="give arrays, or a function that makes it"):
        profiler.run(factories.sequential(), x)


@pytest.mark.parametrize("state", ["uncompiled", "compiled"])
def test_a_model_without_a_configuration_is_had_in_both_states(framework, folder, state):
    """It had the state that it was given in alone."""
    model, _ = opened(framework, "factories:no_config").build(state, 4)
    assert model.compiled == (state == "compiled")


@pytest.mark.parametrize("state", ["uncompiled", "compiled"])
def test_what_no_configuration_holds_is_the_same_in_both_states(framework, folder, state):
    """A table of texts stayed empty in a copy, a Lambda and a custom layer failed, float64 became float32."""
    before = framework.remember()
    try:
        workload = opened(framework, "factories:hard", "factories:words")
        model, _ = workload.build(state, 4)
        assert model.compiled == (state == "compiled")
        x, _ = workload.inputs(4)
        outputs = model.predict(x, verbose=0)
        given = workload.any_state(4).predict(x, verbose=0)
    finally:
        before()
    assert outputs.dtype == np.float64
    assert len(np.unique(outputs)) > 1
    np.testing.assert_array_equal(outputs, given)


@pytest.mark.parametrize("name", ["fits", "the_same"])
def test_a_factory_that_cannot_be_called_twice_gives_a_copy(framework, folder, name):
    workload = opened(framework, f"factories:{name}")
    built = {state: workload.build(state, 4) for state in ("uncompiled", "compiled")}
    assert any("from_config" in made_by for _, made_by in built.values())
    x = np.ones((4, 4), np.float32)
    first, second = (model.predict(x, verbose=0) for model, _ in built.values())
    np.testing.assert_allclose(first, second, rtol=1e-6)


def test_both_states_have_the_same_names_and_policy(framework, folder):
    before = framework.remember()
    try:
        workload = opened(framework, "factories:mixed")
        built = [workload.build(state, 4)[0] for state in ("uncompiled", "compiled")]
    finally:
        before()
    names, policies = (
        [[of(layer) for layer in model.layers] for model in built]
        for of in (lambda one: one.name, lambda one: one.compute_dtype)
    )
    assert names[0] == names[1]
    assert policies[0] == policies[1]
    assert "float16" in policies[0]


@pytest.mark.parametrize(
    ("name", "rows", "adapter"),
    [
        ("dataset", 10, "TFDatasetAdapter"),
        ("generator", 6, "GeneratorDataAdapter"),
        ("sequence", 8, "PyDatasetAdapter"),
    ],
)
def test_batches_of_a_function_are_measured_through_their_own_adapter(
    framework, folder, tmp_path, monkeypatch, name, rows, adapter
):
    monkeypatch.chdir(folder)
    run = profiler.run(
        model="factories:sequential",
        input=f"factories:{name}",
        compile_states=("compiled",),
        instruments=("wall",),
        processes=1,
        calls=2,
        out=str(tmp_path),
    )
    by_entry = {one.entry_point: one for one in run.report.variants}
    assert {one.status for one in by_entry.values()} == {"ok"}
    assert (by_entry["predict"].data_adapter, by_entry["predict"].rows) == (adapter, rows)
    assert {one.outputs for one in run.report.comparisons} == {"same"}


def test_a_model_with_random_outputs_says_so_and_ranks_nothing(framework, folder, tmp_path, monkeypatch):
    monkeypatch.chdir(folder)
    run = profiler.run(
        model="factories:noisy",
        compile_states=("compiled",),
        instruments=("wall",),
        processes=1,
        calls=2,
        out=str(tmp_path),
    )
    assert {one.outputs for one in run.report.comparisons} == {"vary"}
    assert not any(one.outputs.repeated.same for one in run.report.variants)
