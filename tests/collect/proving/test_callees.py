"""Where functions of the catalogue can be made to wait."""

import sys

import pytest

from profiler.collect.harness import Call
from profiler.collect.proving import callees
from tests.collect.proving.slow_module import CATALOGUE, PATH, import_slow


@pytest.fixture
def module(tmp_path, monkeypatch):
    return import_slow(tmp_path, monkeypatch)


def found(module, entry="outer"):
    return callees.places(Call(lambda: getattr(module, entry)(1), (), {}), CATALOGUE)


def test_a_place_is_a_direct_call_that_the_caller_names(module):
    places = found(module)
    held = {name: (place.key, place.holder, place.name) for name, place in places.items()}
    assert held == {
        "predict": (f"{PATH}::outer", module, "prepare"),
        "data_adapter": (f"{PATH}::Adapter.make", module.Adapter, "check"),
        "execute": (f"{PATH}::inner", module.proved_helpers, "add"),
        "output_conversion": (f"{PATH}::boxed", module.Box, "__init__"),
    }


def test_waits_are_counted_for_every_internal_on_the_stack(module):
    places = found(module)
    assert {name: (place.per_call, place.within) for name, place in places.items()} == {
        "predict": (1, {"predict": 1}),
        "data_adapter": (1, {"data_adapter": 1, "predict": 1}),
        "execute": (2, {"execute": 2, "data_adapter": 2, "predict": 2}),
        "output_conversion": (2, {"output_conversion": 2, "execute": 2, "data_adapter": 2, "predict": 2}),
    }


def test_a_class_that_is_called_is_a_place_by_its_constructor(module):
    assert found(module)["output_conversion"].holder is module.Box


def test_a_function_of_the_catalogue_is_no_place_for_another_one(module):
    """A wait before inner would be in data_adapter, yet inner's callers would not be who they were."""
    assert found(module)["data_adapter"].name != "inner"


def test_what_calls_c_functions_alone_cannot_be_slowed(module):
    assert found(module, "alone") == {}


def test_a_profile_function_that_was_set_before_is_set_again(module):
    def before(frame, event, argument):
        pass

    sys.setprofile(before)
    try:
        found(module)
        assert sys.getprofile() is before
    finally:
        sys.setprofile(None)
