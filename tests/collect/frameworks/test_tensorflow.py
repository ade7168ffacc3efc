"""The devices that an environment names, from what TensorFlow's modules of several releases hold."""

from types import SimpleNamespace

import pytest

from profiler.collect.frameworks import tensorflow as environment


def device(kind):
    return SimpleNamespace(device_type=kind)


def framework(kinds, **experimental):
    """Return what stands for a TensorFlow that lists devices of these kinds."""
    config = SimpleNamespace(
        list_physical_devices=lambda: [device(kind) for kind in kinds],
        experimental=SimpleNamespace(**experimental),
    )
    return SimpleNamespace(config=config)


def test_each_gpu_is_named_with_its_model_where_the_release_tells_it():
    tensorflow = framework(
        ("CPU", "XLA_CPU", "GPU", "GPU"), get_device_details=lambda device: {"device_name": "NVIDIA L4"}
    )
    assert environment.devices(tensorflow) == ["GPU:0 NVIDIA L4", "GPU:1 NVIDIA L4"]
    assert environment._device(tensorflow) == "GPU"


@pytest.mark.parametrize("experimental", [{}, {"get_device_details": lambda device: {}}])
def test_a_release_that_does_not_tell_the_model_gives_kind_and_number(experimental):
    assert environment.devices(framework(("GPU",), **experimental)) == ["GPU:0"]


def test_a_machine_without_one_has_none_and_runs_on_its_processor():
    assert environment.devices(framework(("CPU", "XLA_CPU"))) == []
    assert environment._device(framework(("CPU", "XLA_CPU"))) == "CPU"


def test_a_release_that_lists_none_is_unknown():
    assert environment.devices(SimpleNamespace()) is None
    assert environment._device(SimpleNamespace()) is None


def test_an_older_release_lists_them_under_experimental():
    config = SimpleNamespace(
        experimental=SimpleNamespace(list_physical_devices=lambda: [device("CPU"), device("GPU")])
    )
    assert environment.devices(SimpleNamespace(config=config)) == ["GPU:0"]
