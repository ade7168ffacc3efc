import dataclasses

from profiler.catalogue import catalogue, presence
from profiler.catalogue.catalogue import Catalogue, Family, Internal
from profiler.protocol.spec import InspectedFunction, Inspection

OLD = Family("old", ">=1,<2", "", {"predict": ("a.py::predict",), "inputs": ("a.py::inputs",)}, {})
NEW = Family("new", ">=2", "", {"predict": ("b.py::predict",), "maker": ("b.py::make", "b.py::other")}, {})
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
    return presence.standings(SMALL, NEW, INSPECTION)


def test_a_function_that_ran_is_present_and_has_its_place():
    standing = found()["predict"]
    assert standing.presence == "present"
    assert [str(place) for place in standing.measured] == ["b.py:10 Model.predict"]


def test_a_function_that_the_release_has_but_the_path_never_enters_is_not_called():
    assert found()["maker"].presence == "not called"


def test_a_function_that_no_file_of_the_release_has_is_absent():
    assert found()["inputs"].presence == "absent"


def test_a_leftover_of_another_family_is_not_called_rather_than_absent():
    left = {**INSPECTION.functions, "a.py::inputs": function("a.py", 5, "inputs", 0)}
    assert presence.standings(SMALL, NEW, Inspection(left))["inputs"].presence == "not called"


def test_without_an_inspected_call_presence_is_unknown():
    assert {s.presence for s in presence.standings(SMALL, NEW, None).values()} == {"unknown"}


def test_teardown_is_present_where_predict_is():
    assert found()["teardown"].presence == "present"


def test_standings_follow_the_catalogues_order():
    order = [entry.id for entry in catalogue.load().internals]
    assert list(presence.standings(catalogue.load(), None, None)) == order


def test_a_leftover_of_another_family_is_no_function_of_an_internal_that_has_its_own():
    left = {**INSPECTION.functions, "a.py::predict": function("a.py", 5, "predict", 0)}
    standing = presence.standings(SMALL, NEW, Inspection(left))["predict"]
    assert [str(place) for place in standing.places] == ["b.py:10 Model.predict"]


def test_an_internal_is_within_those_that_were_on_the_stack_at_every_entry():
    entered = function("b.py", 20, "make", 2)
    functions = {
        **INSPECTION.functions,
        "b.py::make": dataclasses.replace(entered, within=["b.py::predict"]),
        "b.py::predict": dataclasses.replace(INSPECTION.functions["b.py::predict"], within=[]),
    }
    found = presence.standings(SMALL, NEW, Inspection(functions))
    assert found["maker"].within == ("predict",)
    assert found["predict"].within == ()


def test_what_an_older_inspected_call_did_not_look_at_is_not_known():
    assert found()["predict"].within is None
