"""Who calls an entry point is named where the profile tells it, and left open where it does not."""

import pytest

from profiler.attribution.foreign import call_sites
from profiler.attribution.foreign.call_graph import CallGraph
from profiler.readers.pstats import Samples
from tests import foreign_files as files

OTHER = ("app.py", 20, "other")


def through_wrapper(main_calls, other_calls):
    """Return a program whose two functions call the wrapper, which calls predict 5 times and fit once."""
    return CallGraph(
        files.profile(
            {
                files.MAIN: (1, 0.0, 8.0),
                OTHER: (1, 0.0, 2.0),
                files.HANDLER: (6, 1.0, 10.0),
                files.PREDICT: (5, 7.0, 7.0),
                files.FIT: (1, 2.0, 2.0),
            },
            {
                (files.MAIN, files.HANDLER): (main_calls, 8.0),
                (OTHER, files.HANDLER): (other_calls, 2.0),
                (files.HANDLER, files.PREDICT): (5, 7.0),
                (files.HANDLER, files.FIT): (1, 2.0),
            },
        )
    )


def found(graph, function):
    return call_sites.find(graph, graph.rows_of[function[0], function[2]])


def test_a_caller_without_a_wrapper_is_known_with_its_calls_and_time():
    sites = found(CallGraph(files.simple()), files.PREDICT)
    ((path, calls, seconds),) = [(one.path, one.calls, one.seconds) for one in sites.sites]
    assert (path, calls, seconds) == ("app.py", 5, 8.0)
    assert sites.window_seconds == 8.0 and sites.direct


def test_as_many_calls_of_the_wrapper_as_of_the_entry_point_name_the_caller():
    graph = through_wrapper(5, 1)
    (site,) = found(graph, files.PREDICT).sites
    assert (site.name, site.calls) == ("main", 5)
    assert found(graph, files.PREDICT).window_seconds == 8.0
    (other,) = found(graph, files.FIT).sites
    assert (other.name, other.calls) == ("other", 1)


def test_two_callers_that_cannot_be_told_apart_are_both_named_without_calls():
    sites = found(through_wrapper(4, 2), files.PREDICT)
    assert {(one.name, one.calls) for one in sites.sites} == {("main", None), ("other", None)}
    assert sites.window_seconds is None


def served(users, predict, fit):
    """Return who calls predict in a program whose functions call the wrapper, by (calls, seconds)."""
    named = {
        ("app.py", 10 * number, name): user for number, (name, user) in enumerate(users.items(), start=2)
    }
    calls = sum(user[0] for user in users.values())
    functions = {files.MAIN: (1, 0.0, 100.0), **{one: (1, 0.0, user[1]) for one, user in named.items()}}
    functions |= {files.HANDLER: (calls, 0.0, 100.0), files.PREDICT: (predict[0], predict[1], predict[1])}
    functions |= {files.FIT: (fit[0], fit[1], fit[1])}
    edges = {(one, files.HANDLER): user for one, user in named.items()}
    edges |= {(files.HANDLER, files.PREDICT): predict, (files.HANDLER, files.FIT): fit}
    return found(CallGraph(files.profile(functions, edges)), files.PREDICT)


def known(sites):
    return {one.name: one.calls for one in sites.sites}


def test_a_caller_is_named_by_subtraction():
    sites = served({"train": (1, 6.0), "serve": (10, 4.1)}, (10, 4.0), (1, 5.9))
    assert known(sites) == {"serve": 10} and sites.window_seconds == pytest.approx(4.1)


def test_several_callers_whose_calls_make_the_entry_point_s_together_are_named():
    sites = served({"train": (1, 6.0), "a": (4, 2.0), "b": (6, 2.1)}, (10, 4.0), (1, 5.9))
    assert known(sites) == {"a": 4, "b": 6} and sites.window_seconds == pytest.approx(4.1)


def test_a_caller_with_as_many_calls_is_not_named_where_others_may_have_made_them():
    """It was named alone, though two others call the wrapper as often together and as long."""
    sites = served({"one": (5, 4.5), "a": (2, 2.5), "b": (3, 2.5)}, (5, 4.0), (5, 4.0))
    assert known(sites) == {"one": None, "a": None, "b": None} and sites.window_seconds is None


def test_a_caller_with_as_many_calls_and_too_little_time_is_not_named():
    """It was: the time of predict lay in the others' calls."""
    sites = served({"one": (5, 1.0), "a": (2, 4.5), "b": (3, 4.5)}, (5, 8.0), (5, 1.0))
    assert known(sites) == {"a": 2, "b": 3}


def test_a_caller_without_whom_the_rest_has_too_little_time_is_not_named():
    sites = served({"one": (5, 9.0), "a": (2, 2.5), "b": (3, 2.5)}, (5, 4.0), (5, 8.0))
    assert known(sites) == {"a": 2, "b": 3}


def test_what_the_wrapper_calls_within_itself_may_overlap():
    """Evaluate runs within fit there, so that the rest need not hold both after each other."""
    users = {"train": (2, 6.0), "serve": (10, 4.1)}
    assert known(served(users, (10, 4.0), (2, 6.5))) == {"train": None, "serve": None}
    evaluate = (files.TRAINER, 400, "evaluate")
    functions = {
        files.MAIN: (1, 0.0, 100.0),
        ("app.py", 1, "train"): (1, 0.0, 6.0),
        ("app.py", 2, "serve"): (1, 0.0, 4.1),
        files.HANDLER: (12, 0.0, 10.1),
        files.FIT: (1, 3.0, 6.0),
        evaluate: (1, 3.0, 3.0),
        files.PREDICT: (10, 4.0, 4.0),
    }
    edges = {
        (("app.py", 1, "train"), files.HANDLER): (1, 6.0),
        (("app.py", 2, "serve"), files.HANDLER): (10, 4.1),
        (files.FIT, files.HANDLER): (1, 2.9),
        (files.HANDLER, files.FIT): (1, 6.0),
        (files.HANDLER, evaluate): (1, 3.0),
        (files.HANDLER, files.PREDICT): (10, 4.0),
    }
    nested = CallGraph(files.profile(functions, edges, within={files.HANDLER: 1}))
    assert known(found(nested, files.PREDICT)) == {"serve": 10}
    apart = CallGraph(files.profile(functions, edges))
    assert known(found(apart, files.PREDICT)) == {"train": None, "serve": None}


def test_of_too_many_callers_no_choice_is_tried():
    many = {f"user{number}": (number, float(number)) for number in range(1, call_sites.MOST_USERS + 2)}
    whole = sum(calls for calls, _ in many.values())
    assert {*known(served(many, (whole - 1, 1.0), (1, 1.0))).values()} == {None}
    assert known(served(many, (whole, 1.0), (0, 0.0))) == {name: calls for name, (calls, _) in many.items()}


def test_samples_are_no_calls_and_name_nobody_by_their_number():
    """Of 11 samples with one caller and 10 with another, 10 in predict were taken for the second's."""
    functions = {
        files.MAIN: (11, 0.0, 11.0),
        OTHER: (10, 0.0, 10.0),
        files.HANDLER: (21, 1.0, 21.0),
        files.PREDICT: (10, 10.0, 10.0),
        files.FIT: (10, 10.0, 10.0),
    }
    edges = {
        (files.MAIN, files.HANDLER): (11, 11.0),
        (OTHER, files.HANDLER): (10, 10.0),
        (files.HANDLER, files.PREDICT): (10, 10.0),
        (files.HANDLER, files.FIT): (10, 10.0),
    }
    graph = CallGraph(files.profile(functions, edges, Samples(21, 1.0)))
    assert known(found(graph, files.PREDICT)) == {"main": None, "other": None}


def test_calls_of_layers_count_where_the_program_called_the_wrapper_more_often_than_all_else():
    layer = ("keras/src/layers/layer.py", 800, "__call__")
    functions = {
        files.MAIN: (1, 0.0, 8.0),
        files.HANDLER: (9, 0.0, 8.0),
        files.PREDICT: (5, 4.0, 4.0),
        layer: (4, 4.0, 4.0),
    }
    inner = {(files.HANDLER, files.PREDICT): (5, 4.0), (files.HANDLER, layer): (4, 4.0)}
    for calls, expected in ((5, False), (9, True)):
        edges = {(files.MAIN, files.HANDLER): (calls, 8.0), **inner}
        graph = CallGraph(files.profile(functions, edges))
        assert call_sites.from_outside(graph, [3]) is expected


@pytest.mark.parametrize("name", ["predict_loop"])
def test_the_real_loop_is_named(name, tmp_path):
    from profiler.readers import pstats

    graph = CallGraph(pstats.read(files.real(name, tmp_path)))
    (site,) = found(graph, files.PREDICT).sites
    assert (site.path, site.calls) == ("predict_loop.py", files.ANSWERS["predict_loop.prof"]["predict_calls"])
