"""Who calls an entry point is named where the profile tells it, and left open where it does not."""

import pytest

from profiler.attribution.foreign import call_sites
from profiler.attribution.foreign.call_graph import CallGraph
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


def test_a_caller_is_named_by_subtraction_where_another_called_the_rest():
    """Predict is called by two functions; the wrapper's other call is fit's, by a third."""
    third = ("app.py", 30, "third")
    graph = CallGraph(
        files.profile(
            {
                files.MAIN: (1, 0.0, 6.0),
                OTHER: (1, 0.0, 4.0),
                third: (1, 0.0, 2.0),
                files.HANDLER: (12, 0.0, 12.0),
                files.PREDICT: (11, 10.0, 10.0),
                files.FIT: (1, 2.0, 2.0),
            },
            {
                (files.MAIN, files.HANDLER): (7, 6.0),
                (OTHER, files.HANDLER): (4, 4.0),
                (third, files.HANDLER): (1, 2.0),
                (files.HANDLER, files.PREDICT): (11, 10.0),
                (files.HANDLER, files.FIT): (1, 2.0),
            },
        )
    )
    sites = found(graph, files.PREDICT)
    assert {(one.name, one.calls) for one in sites.sites} == {("main", 7), ("other", 4)}
    assert sites.window_seconds == 10.0
    assert [(one.name, one.calls) for one in found(graph, files.FIT).sites] == [("third", 1)]


def test_equal_calls_name_nobody_where_the_time_is_another_s():
    """One call each: the caller whose time is too short for predict was named."""
    graph = CallGraph(
        files.profile(
            {
                files.MAIN: (1, 0.0, 2.0),
                OTHER: (1, 0.0, 8.0),
                files.HANDLER: (2, 0.0, 10.0),
                files.PREDICT: (1, 7.0, 7.0),
                files.FIT: (1, 2.0, 2.0),
            },
            {
                (files.MAIN, files.HANDLER): (1, 2.0),
                (OTHER, files.HANDLER): (1, 8.0),
                (files.HANDLER, files.PREDICT): (1, 7.0),
                (files.HANDLER, files.FIT): (1, 2.0),
            },
        )
    )
    assert [one.name for one in found(graph, files.PREDICT).sites] == ["other"]
    assert [one.name for one in found(graph, files.FIT).sites] == ["main"]


@pytest.mark.parametrize("users", [2, 13])
def test_users_with_the_same_calls_are_named_without_them(users):
    mains = [("app.py", line, f"user{line}") for line in range(users)]
    functions = dict.fromkeys(mains, (1, 0.0, 1.0))
    functions[files.HANDLER] = (users, 0.0, float(users))
    functions[files.PREDICT] = (1, 0.5, 0.5)
    functions[files.FIT] = (users - 1, 0.5, 0.5)
    edges = {(one, files.HANDLER): (1, 1.0) for one in mains}
    edges[files.HANDLER, files.PREDICT] = (1, 0.5)
    edges[files.HANDLER, files.FIT] = (users - 1, 0.5)
    sites = found(CallGraph(files.profile(functions, edges)), files.PREDICT)
    assert len(sites.sites) == users
    assert {one.calls for one in sites.sites} == {None} and sites.window_seconds is None


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
