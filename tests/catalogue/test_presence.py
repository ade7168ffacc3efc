import dataclasses

import pytest

from profiler.catalogue import catalogue, presence
from profiler.catalogue.catalogue import Catalogue, Family, Internal
from profiler.protocol.inspection import InspectedFunction, Inspection
from profiler.runs import record
from tests import reference

OLD = Family("old", ">=1,<2", "", {"predict": ("a.py::predict",), "inputs": ("a.py::inputs",)})
NEW = Family("new", ">=2", "", {"predict": ("b.py::predict",), "maker": ("b.py::make", "b.py::other")})
SMALL = Catalogue(
    "small/1",
    (
        Internal("predict", "other", ""),
        Internal("inputs", "input pipeline", "", "maker"),
        Internal("maker", "iterator creation", ""),
        Internal("teardown", "teardown", ""),
    ),
    (OLD, NEW),
)


def function(path, line, name, entered):
    return InspectedFunction(True, path, [line], name, entered)


GONE = InspectedFunction(False)
INSPECTION = Inspection(
    {
        "a.py::predict": GONE,
        "a.py::inputs": GONE,
        "b.py::predict": function("b.py", 10, "Model.predict", 1),
        "b.py::make": function("b.py", 20, "make", 0),
        "b.py::other": function("b.py", 30, "other", 0),
    }
)


def found():
    return presence.resolutions(SMALL, NEW, INSPECTION)


def test_a_function_that_ran_is_present_and_has_its_place():
    resolution = found()["predict"]
    assert resolution.presence == "present"
    assert [str(place) for place in resolution.measured] == ["b.py:10 Model.predict"]


def test_a_function_that_the_release_has_but_the_path_never_enters_is_not_called():
    assert found()["maker"].presence == "not called"


def test_a_function_that_no_file_of_the_release_has_is_absent():
    assert found()["inputs"].presence == "absent"


def test_a_leftover_of_another_family_is_not_called_rather_than_absent():
    left = {**INSPECTION.functions, "a.py::inputs": function("a.py", 5, "inputs", 0)}
    assert presence.resolutions(SMALL, NEW, Inspection(left))["inputs"].presence == "not called"


@pytest.mark.parametrize(
    ("family", "inspection", "why"), [(NEW, None, "no inspected call"), (None, INSPECTION, "does not know")]
)
def test_without_an_inspected_call_or_a_family_presence_is_unknown(family, inspection, why):
    found = presence.resolutions(SMALL, family, inspection)
    assert {(one.presence, one.places, one.measured) for one in found.values()} == {("unknown", (), ())}
    assert all(why in one.unmeasured for one in found.values())


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_under_a_backend_that_the_catalogue_does_not_know_nothing_is_said_not_to_be_called(backend):
    """KERAS_BACKEND=jax ran through functions that the catalogue lacks: nearly all were "not called"."""
    run = record.read(reference.CURRENT)
    (slug, variant), *_ = run.variants
    facts = dataclasses.replace(run.manifest.environments[slug], backend=backend)
    other = dataclasses.replace(run, manifest=dataclasses.replace(run.manifest, environments={slug: facts}))
    words = {one.presence for one in presence.of_variant(catalogue.load(), other, slug, variant).values()}
    assert words == {"unknown"}
    assert "present" in {
        one.presence for one in presence.of_variant(catalogue.load(), run, slug, variant).values()
    }


def test_what_can_be_measured_is_what_is_present():
    assert found()["predict"].unmeasured is None
    assert found()["maker"].unmeasured == "not called"
    assert found()["inputs"].unmeasured == "absent"


def test_entries_are_those_of_the_internal_s_own_functions():
    functions = {
        **INSPECTION.functions,
        "b.py::predict": dataclasses.replace(INSPECTION.functions["b.py::predict"], entered=3, outside=1),
        "b.py::make": dataclasses.replace(function("b.py", 20, "make", 4), outside=4),
    }
    one = presence.resolutions(SMALL, NEW, Inspection(functions))
    assert (one["predict"].entered, one["predict"].outside) == (3, 1)
    assert (one["maker"].entered, one["maker"].outside) == (4, 4)
    both = {**functions, "b.py::other": dataclasses.replace(function("b.py", 30, "other", 2), outside=2)}
    maker = presence.resolutions(SMALL, NEW, Inspection(both))["maker"]
    assert (maker.entered, maker.outside) == (6, None), "one may have entered the other"


def test_a_function_whose_file_could_not_be_parsed_is_unknown_unless_another_of_its_internal_ran():
    """One such file made the inspected call fail; saying "absent" of what it holds would be wrong as well."""
    unread = InspectedFunction(False, error="b.py: cannot be parsed (SyntaxError)")
    broken = {**INSPECTION.functions, "b.py::other": unread, "a.py::predict": unread}
    resolutions = presence.resolutions(SMALL, NEW, Inspection(broken))
    assert resolutions["maker"].presence == "unknown"
    assert resolutions["maker"].unmeasured == "b.py: cannot be parsed (SyntaxError)"
    assert resolutions["predict"].presence == "present"


def test_what_only_another_thread_entered_is_unknown_rather_than_not_called():
    elsewhere = dataclasses.replace(function("b.py", 20, "make", 0), on_other_threads=True)
    inspection = Inspection({**INSPECTION.functions, "b.py::make": elsewhere})
    found = presence.resolutions(SMALL, NEW, inspection)
    assert (found["maker"].presence, found["maker"].unmeasured) == ("unknown", presence.ELSEWHERE)
    assert found["maker"].elsewhere and not found["predict"].elsewhere
    assert found["predict"].presence == "present"


def test_where_a_thread_could_not_be_watched_nothing_is_said_not_to_be_called():
    inspection = dataclasses.replace(INSPECTION, unseen_threads=["feeder"])
    found = presence.resolutions(SMALL, NEW, inspection)
    assert found["maker"].unmeasured == (
        "another thread may have called it, which Python watches from 3.12 on: feeder"
    )
    assert (found["predict"].presence, found["inputs"].presence) == ("present", "absent")


def test_teardown_is_present_where_predict_is():
    assert found()["teardown"].presence == "present"


def test_resolutions_follow_the_catalogues_order():
    order = [entry.id for entry in catalogue.load().internals]
    assert list(presence.resolutions(catalogue.load(), None, None)) == order


def test_a_leftover_of_another_family_is_no_function_of_an_internal_that_has_its_own():
    left = {**INSPECTION.functions, "a.py::predict": function("a.py", 5, "predict", 0)}
    resolution = presence.resolutions(SMALL, NEW, Inspection(left))["predict"]
    assert [str(place) for place in resolution.places] == ["b.py:10 Model.predict"]


def test_an_internal_is_within_those_that_were_on_the_stack_at_every_entry():
    entered = function("b.py", 20, "make", 2)
    functions = {
        **INSPECTION.functions,
        "b.py::make": dataclasses.replace(entered, within=["b.py::predict"]),
        "b.py::predict": dataclasses.replace(INSPECTION.functions["b.py::predict"], within=[]),
    }
    found = presence.resolutions(SMALL, NEW, Inspection(functions))
    assert found["maker"].within == ("predict",)
    assert found["predict"].within == ()


def test_what_an_older_inspected_call_did_not_look_at_is_not_known():
    assert found()["predict"].within is None


def test_a_function_of_another_backend_does_not_make_an_internal_one_that_was_not_called():
    """TensorFlow's datasets lie beside Keras on every backend that is installed with it."""
    other = dataclasses.replace(NEW, id="other", backend="other", functions={"predict": ("b.py::predict",)})
    catalogue_of_two = dataclasses.replace(SMALL, families=(*SMALL.families, other))
    assert presence.resolutions(catalogue_of_two, other, INSPECTION)["maker"].presence == "absent"
    assert presence.resolutions(catalogue_of_two, NEW, INSPECTION)["maker"].presence == "not called"
