"""What TensorFlow says of itself, from what its modules of several releases hold."""

import random
import sys
from types import SimpleNamespace

import pytest

from profiler.collect.frameworks import tensorflow as adapter
from profiler.protocol.errors import CollectError


def device(kind):
    return SimpleNamespace(device_type=kind)


def release(version="2.21.0", keras=None, **names):
    """Return the adapter of what stands for a TensorFlow."""
    keras = keras or SimpleNamespace(__version__="3.15.1")
    return adapter.TensorFlow(SimpleNamespace(__version__=version, keras=keras, **names))


def with_devices(kinds, **experimental):
    """Return the adapter of a TensorFlow that lists devices of these kinds."""
    config = SimpleNamespace(
        list_physical_devices=lambda: [device(kind) for kind in kinds],
        experimental=SimpleNamespace(**experimental),
    )
    return release(config=config)


def test_each_gpu_is_named_with_its_model_where_the_release_tells_it():
    found = with_devices(
        ("CPU", "XLA_CPU", "GPU", "GPU"), get_device_details=lambda device: {"device_name": "NVIDIA L4"}
    )
    assert found.devices() == ["GPU:0 NVIDIA L4", "GPU:1 NVIDIA L4"]
    assert found.describe().device == "GPU"


@pytest.mark.parametrize("experimental", [{}, {"get_device_details": lambda device: {}}])
def test_a_release_that_does_not_tell_the_model_gives_kind_and_number(experimental):
    assert with_devices(("GPU",), **experimental).devices() == ["GPU:0"]


def test_a_machine_without_one_has_none_and_runs_on_its_processor():
    found = with_devices(("CPU", "XLA_CPU"))
    assert (found.devices(), found.describe().device) == ([], "CPU")


def test_a_release_that_lists_none_is_unknown():
    assert (release().devices(), release().describe().device) == (None, None)


def test_an_older_release_lists_them_under_experimental():
    config = SimpleNamespace(
        experimental=SimpleNamespace(list_physical_devices=lambda: [device("CPU"), device("GPU")])
    )
    assert release(config=config).devices() == ["GPU:0"]


def test_the_environment_is_named_by_the_release_and_pythons_minor_version():
    minor = f"py{sys.version_info[0]}.{sys.version_info[1]}"
    assert release("2.4.4").describe().slug == f"tf2.4.4-{minor}"


def test_keras_2_runs_on_tensorflow_whatever_it_says():
    assert release(keras=SimpleNamespace(__version__="2.3.0-tf")).backend() == "tensorflow"


def test_a_keras_that_does_not_tell_its_release_is_asked_for_under_its_own_name(monkeypatch):
    monkeypatch.setitem(sys.modules, "keras", SimpleNamespace(__version__="2.13.1"))
    assert release("2.13.1", keras=SimpleNamespace(models=None)).keras_version() == "2.13.1"
    monkeypatch.setitem(sys.modules, "keras", None)
    assert release("2.13.1", keras=SimpleNamespace(models=None)).keras_version() is None


def test_threads_are_told_where_the_release_and_the_variable_do(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    assert release().threads() == {"intra_op": None, "inter_op": None, "omp": None}
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    threading = SimpleNamespace(
        get_intra_op_parallelism_threads=lambda: 2, get_inter_op_parallelism_threads=lambda: 0
    )
    found = release(config=SimpleNamespace(threading=threading))
    assert found.threads() == {"intra_op": 2, "inter_op": 0, "omp": 3}


def imported(monkeypatch, keras):
    monkeypatch.setitem(
        sys.modules, "tensorflow", SimpleNamespace(__version__="2.21.0", keras=keras, config=None)
    )
    return adapter.adapter()


def on(backend):
    return SimpleNamespace(__version__="3.15.1", backend=SimpleNamespace(backend=lambda: backend))


def test_a_keras_on_tensorflow_is_measured(monkeypatch):
    assert imported(monkeypatch, on("tensorflow")).backend() == "tensorflow"


def test_a_keras_on_another_backend_is_refused(monkeypatch):
    """With a backend in keras.json, predict and nearly everything was reported as not called."""
    with pytest.raises(CollectError, match=r"Keras runs on jax here .*; set KERAS_BACKEND=tensorflow"):
        imported(monkeypatch, on("jax"))


class Unimportable:
    """A Keras that cannot import its backend."""

    @property
    def backend(self):
        raise ImportError("Keras cannot be imported. Check that it is installed.")


def test_a_backend_that_is_not_installed_is_named(monkeypatch):
    config = SimpleNamespace(backend=lambda: "jax")
    monkeypatch.setitem(sys.modules, "keras.src.backend.config", config)
    with pytest.raises(CollectError, match="Keras runs on jax here"):
        imported(monkeypatch, Unimportable())


def test_a_keras_that_is_missing_stays_an_import_error(monkeypatch):
    monkeypatch.setitem(sys.modules, "keras.src.backend.config", None)
    with pytest.raises(ImportError, match="Keras cannot be imported"):
        imported(monkeypatch, Unimportable())


class Context:
    """TensorFlow's own, as far as its random numbers go: a seed starts them again."""

    def __init__(self, seed):
        self._seed = seed
        self._rng = random.Random(seed)

    def set_seed(self, seed):
        self._seed, self._rng = seed, random.Random(seed)


def drawn_twice(monkeypatch, context):
    """Return the numbers of two models, the second built after what the first changed was put back."""
    module = SimpleNamespace(context=lambda: context)
    monkeypatch.setitem(sys.modules, "tensorflow.python.eager.context", module)
    found = release(random=SimpleNamespace(set_seed=context.set_seed))
    put_back = found.remember()
    first = [context._rng.random() for _ in range(3)]
    context.set_seed(99)
    put_back()
    return first, [context._rng.random() for _ in range(3)]


def test_operations_draw_the_same_numbers_for_the_second_model_where_there_is_a_seed(monkeypatch):
    context = Context(7)
    # the module of the factory has drawn some already
    context._rng.random()
    first, second = drawn_twice(monkeypatch, context)
    assert first == second
    assert context._seed == 7


def test_a_seed_makes_what_is_drawn_by_tensorflow_and_by_python_equal():
    """Keras 3 seeds its initializers from Python's ``random``: two builds of one model had other weights."""
    context = Context(None)
    found = release(random=SimpleNamespace(set_seed=context.set_seed))
    drawn = []
    for _ in range(2):
        found.seed(13)
        drawn.append((random.random(), context._rng.random()))
    assert drawn[0] == drawn[1]


def test_without_a_seed_there_is_nothing_to_put_back(monkeypatch):
    context = Context(None)
    drawn_twice(monkeypatch, context)
    assert context._seed == 99


class FuncGraph:
    """A function graph of a release that tells no number of functions."""


def with_context(monkeypatch, context, func_graph=None):
    module = SimpleNamespace(context=lambda: context)
    monkeypatch.setitem(sys.modules, "tensorflow.python.eager.context", module)
    module = None if func_graph is None else SimpleNamespace(FuncGraph=func_graph)
    monkeypatch.setitem(sys.modules, "tensorflow.python.framework.func_graph", module)
    return release()


def test_live_graphs_are_the_functions_of_the_runtime(monkeypatch):
    found = with_context(monkeypatch, SimpleNamespace(list_function_names=lambda: {"a", "b"}), FuncGraph)
    assert (found.live_graphs(), found.graphs) == (2, "functions that TensorFlow's runtime holds")


def test_live_graphs_of_older_releases_are_objects(monkeypatch):
    found = with_context(monkeypatch, SimpleNamespace(), FuncGraph)
    kept = [FuncGraph(), FuncGraph()]
    for one in kept:
        one.itself = one
    assert (found.live_graphs(), found.graphs) == (2, "FuncGraph objects")


def test_live_graphs_that_nobody_can_count_are_not_known(monkeypatch):
    found = with_context(monkeypatch, SimpleNamespace())
    assert (found.live_graphs(), found.graphs) == (None, None)
