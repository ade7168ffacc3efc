"""Inclusive shares, on profiles written by hand and on the reference captures."""

import cProfile
import dataclasses
import sys

import pytest

from profiler.attribution import circles
from profiler.attribution.profile import inclusive, sound_profile
from profiler.attribution.profile.index import ProfileIndex, Window, unsound
from profiler.catalogue import catalogue, presence
from profiler.catalogue.presence import Place, Resolution
from profiler.readers import pstats
from profiler.runs import record
from tests import reference
from tests.attribution.profile.made_profile import (
    HARNESS,
    INNER,
    OUTER,
    PREDICT,
    SAMPLE,
    SECOND_NS,
    WRAPPER,
    profile,
)

WINDOW = Window(2, SECOND_NS, HARNESS, WRAPPER, "predict")


def resolution(*labels, presence_="present"):
    places = tuple(Place(path, line, name) for path, line, name in labels)
    return Resolution(presence_, places, places)


def measured(**resolutions):
    return inclusive.measure(ProfileIndex(SAMPLE), WINDOW, {"predict": resolution(PREDICT), **resolutions})


def test_a_share_is_cumulative_time_over_the_window():
    assert measured()["predict"].share == pytest.approx(0.95)
    assert measured()["predict"].calls_per_call == 1


def test_functions_that_call_each_other_are_a_union_not_a_sum():
    found = measured(maker=resolution(OUTER, INNER))["maker"]
    assert found.share == pytest.approx(0.50 + 0.35 - 0.20)
    assert found.calls_per_call == pytest.approx((2 + 6 - 4) / 2)


def test_teardown_is_what_the_edge_into_the_wrapper_has_beside_predict_not_all_the_wrappers_time():
    assert measured()["teardown"].share == pytest.approx(0.999 - 0.95)


FINALIZER = ("f.py", 9, "__del__")


@pytest.mark.parametrize("finalizer_s", [0.0, 0.02])
def test_without_a_wrapper_teardown_is_the_own_time_of_the_harness_and_that_of_finalizers(finalizer_s):
    """2.4.4 frees its iterator in a `__del__`: 2 % of the call, of which 0.05 % were told."""
    functions = {HARNESS: (1, 0.001, 1.0), PREDICT: (2, 0.95, 0.95)}
    edges = {(HARNESS, PREDICT): (2, 0.95, 0.95)}
    if finalizer_s:
        functions[FINALIZER] = edges[HARNESS, FINALIZER] = (2, finalizer_s, finalizer_s)
    window = dataclasses.replace(WINDOW, wrapper=PREDICT)
    index = ProfileIndex(profile(functions, edges))
    found = inclusive.measure(index, window, {"predict": resolution(PREDICT)})
    assert found["teardown"].share == pytest.approx(0.001 + finalizer_s)


def test_what_the_harness_does_between_the_calls_is_no_teardown():
    """Of 2.0's uncompiled predict, 93.6 % and a teardown of 7.1 % made more than the call."""
    busy = profile({HARNESS: (1, 0.2, 1.2), PREDICT: (2, 0.1, 0.96)}, {(HARNESS, PREDICT): (2, 0.1, 0.96)})
    window = dataclasses.replace(WINDOW, wrapper=PREDICT)
    found = inclusive.measure(ProfileIndex(busy), window, {"predict": resolution(PREDICT)})
    assert found["predict"].share + found["teardown"].share == pytest.approx(1)


def test_behind_a_predict_of_the_models_own_teardown_is_unknown_not_nothing():
    """Keras's wrapper is then called by the model's predict, whose own edge was taken for the teardown."""
    found = inclusive.measure(
        ProfileIndex(SAMPLE), WINDOW, {"predict": resolution(("keras/x.py", 1, "predict"))}
    )
    assert found["teardown"].share is None
    assert "own predict" in found["teardown"].reason


def test_another_entry_point_has_no_teardown():
    window = dataclasses.replace(WINDOW, entry_point="call")
    found = inclusive.measure(ProfileIndex(SAMPLE), window, {"predict": resolution(presence_="not called")})
    assert found["teardown"].share is None


@pytest.mark.parametrize("word", ["absent", "not called", "unknown"])
def test_what_did_not_run_has_no_share_rather_than_zero(word):
    found = measured(other=resolution(presence_=word))["other"]
    assert found.share is None
    assert found.reason


def test_what_the_profile_lacks_is_unknown_with_a_reason():
    found = measured(other=resolution(("x.py", 9, "gone")))["other"]
    assert found.share is None
    assert "not in this profile" in found.reason


def test_a_share_above_one_is_refused():
    short = dataclasses.replace(WINDOW, window_ns=SECOND_NS // 2)
    found = inclusive.measure(ProfileIndex(SAMPLE), short, {"predict": resolution(PREDICT)})
    assert found["predict"].share is None


def captures():
    for run in reference.runs():
        for path, answers in reference.answers(run).items():
            yield pytest.param(run, path, answers, id=f"{run.name}:{path.split('/')[2]}")


@pytest.mark.parametrize(("run", "path", "answers"), list(captures()))
def test_shares_of_real_captures_are_those_of_the_standard_librarys_reader(run, path, answers):
    read = record.read(run)
    capture = next(c for c in read.captures if c.path == path)
    environment = read.manifest.environments[capture.environment]
    known = catalogue.load()
    inspection = next(
        c.inspection() for c in read.captures if c.variant == capture.variant and c.inspection()
    )
    family = known.family(environment)
    index = ProfileIndex(pstats.read(capture.file("profile.prof")))
    window = Window.of(capture.manifest)
    assert unsound(index, window) is None
    found = inclusive.measure(index, window, presence.resolutions(known, family, inspection))
    for internal, share in answers["shares"].items():
        assert found[internal].share == pytest.approx(share, abs=1e-9), internal
        assert found[internal].calls_per_call == answers["calls"][internal] / window.calls


# recursion, under a real cProfile with a clock that the functions move on


class Clock:
    """A clock that stands still but for what the functions add to it."""

    now = 0.0

    def __call__(self):
        return self.now


CLOCK = Clock()


def harness(calls):
    for _ in range(calls):
        work(3)


def work(depth):
    CLOCK.now += 1
    first(depth)
    CLOCK.now += 2
    second(1)


def first(depth):
    CLOCK.now += 4
    second(depth)
    if depth:
        between(depth)


def between(depth):
    CLOCK.now += 8
    first(depth - 1)


def second(depth):
    CLOCK.now += 16
    if depth > 1:
        second(depth - 1)


def label(function):
    code = function.__code__
    return (code.co_filename, code.co_firstlineno, code.co_name)


def by_hand(functions, calls):
    """Return (time with one of them on the stack, entries from outside, all entries), event by event."""
    codes = {function.__code__ for function in functions}
    open_frames, since, total, outside, entries = 0, 0.0, 0.0, 0, 0

    def on_event(frame, event, _):
        nonlocal open_frames, since, total, outside, entries
        if frame.f_code not in codes:
            return
        if event == "call":
            entries += 1
            if not open_frames:
                outside, since = outside + 1, CLOCK.now
            open_frames += 1
        elif event == "return":
            open_frames -= 1
            if not open_frames:
                total += CLOCK.now - since

    sys.setprofile(on_event)
    try:
        harness(calls)
    finally:
        sys.setprofile(None)
    return total, outside, entries


@pytest.mark.parametrize(
    "functions",
    [(first,), (second,), (first, second), (between,)],
    ids=["first", "second", "both", "between"],
)
def test_recursion_counts_once_in_time_and_in_entries(functions, tmp_path):
    """Recursive entries were counted under cProfile and in no trace."""
    calls = 2
    recorded = cProfile.Profile(CLOCK, builtins=False)
    begin = CLOCK.now
    recorded.runcall(harness, calls)
    window = Window(calls, round((CLOCK.now - begin) * 1e9), label(harness), label(work), "call")
    recorded.dump_stats(tmp_path / "made.prof")
    index = ProfileIndex(pstats.read(tmp_path / "made.prof"))
    assert unsound(index, window) is None
    known = {"predict": resolution(presence_="not called"), "it": resolution(*map(label, functions))}
    found = inclusive.measure(index, window, known)["it"]
    total, outside, entries = by_hand(functions, calls)
    assert found.share * window.window_ns / 1e9 == pytest.approx(total)
    assert (found.calls_per_call, found.entries_per_call) == (outside / calls, entries / calls)


def test_functions_that_call_each_other_in_turn_have_no_share_rather_than_a_wrong_one():
    made = profile(
        {HARNESS: (1, 0.001, 1.0), WRAPPER: (2, 0.1, 1.0), OUTER: (2, 0.3, 0.9), INNER: (2, 0.6, 0.8)},
        {
            (HARNESS, WRAPPER): (2, 0.1, 1.0),
            (WRAPPER, OUTER): (1, 0.2, 0.9),
            (OUTER, INNER): (2, 0.6, 0.8),
            (INNER, OUTER): (1, 0.1, 0.2),
        },
    )
    known = {"predict": resolution(presence_="not called"), "maker": resolution(OUTER, INNER)}
    found = inclusive.measure(ProfileIndex(made), WINDOW, known)["maker"]
    assert (found.share, found.calls_per_call, found.reason) == (None, None, circles.MUTUAL)


def test_creating_graph_functions_lies_within_processing_the_inputs_as_the_study_says():
    """The study's third claim, on the profile of its own release."""
    run = record.read(reference.FOLDER / "tf2.0.0-py3.7")
    capture = next(
        one
        for one in run.captures
        if one.instrument == "cprofile" and one.variant.compile_state == "compiled"
    )
    sound = sound_profile.load(capture)
    resolutions = presence.of_variant(catalogue.load(), run, capture.environment, capture.variant)
    inner, outer = (
        sound.index.row((place.path, place.line, place.name))
        for name in ("create_graph_function", "process_inputs")
        for place in resolutions[name].measured
    )
    edges = [sound.profile.edges.array(name).tolist() for name in ("caller", "callee", "calls")]
    callees = {}
    for caller, callee, count in zip(*edges, strict=True):
        if count >= sound.window.calls:
            callees.setdefault(caller, set()).add(callee)

    def reached(start):
        seen, pending = {start}, [start]
        while pending:
            more = callees.get(pending.pop(), set()) - seen
            seen |= more
            pending += more
        return seen

    assert inner in reached(outer), "every call goes from one to the other"
    assert outer not in reached(inner)
    shares = inclusive.measure(sound.index, sound.window, resolutions)
    assert 0 < shares["create_graph_function"].share <= shares["process_inputs"].share
