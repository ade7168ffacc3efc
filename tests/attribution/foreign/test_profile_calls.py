"""Keras's calls and the internals' shares in profiles of callers, held to answers had by hand."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.attribution import circles
from profiler.attribution.foreign import profile_calls
from profiler.catalogue import catalogue, recognition
from profiler.readers import pstats
from profiler.readers.pstats import Samples
from profiler.statistics.proportions import binomial_interval
from tests import foreign_files as files
from tests import reference
from tests.fuzzing import examples

PROFILES = sorted(reference.FOLDER.glob("*/captures/*/*predict*/cprofile-1/profile.prof"))


def find(made, spoiled=None):
    return profile_calls.find(made, catalogue.load(), spoiled)


def predict_of(made, spoiled=None):
    return next(one for one in find(made, spoiled).calls if one.entry_point == "predict")


def test_shares_are_of_the_frame_and_of_the_program():
    calls = predict_of(files.simple(adapter_s=4.0))
    assert (calls.calls, calls.seconds, calls.share) == (5, 8.0, 0.8)
    assert calls.parts["data_adapter"].share == pytest.approx(0.5)
    assert calls.parts["data_adapter"].calls == 5


def test_calls_within_calls_are_told_apart_and_their_time_is_not_counted_twice():
    """The time after the frame was 732 ms of a program whose wrapper took 325 ms in all."""
    calls = predict_of(files.nested())
    assert (calls.calls, calls.nested_calls, calls.seconds) == (2, 2, 6.0)
    assert calls.window_seconds is None


def test_what_the_file_does_not_name_has_no_share_and_no_zero():
    part = predict_of(files.simple()).parts["create_graph_function"]
    assert (part.share, part.bounds, part.calls) == (None, None, None)
    assert part.reason == profile_calls.UNNAMED


@pytest.mark.long
def test_the_real_loop_agrees_with_what_pstats_gives_by_hand(tmp_path):
    answers = files.ANSWERS["predict_loop.prof"]
    calls = predict_of(pstats.read(files.real("predict_loop", tmp_path)))
    assert calls.calls == answers["predict_calls"]
    assert calls.share == pytest.approx(answers["predict_of_program"], abs=1e-6)
    for internal, share in answers["of_predict"].items():
        part = calls.parts[internal]
        assert part.share == pytest.approx(share, abs=0.01), internal
        assert part.bounds[0] - 1e-6 <= share <= part.bounds[1] + 1e-6


@pytest.mark.long
def test_beside_fit_a_share_that_cannot_be_told_apart_is_none_with_its_bounds(tmp_path):
    found = find(pstats.read(files.real("fit_beside", tmp_path)))
    names = [one.entry_point for one in found.calls]
    assert names == ["predict", "fit", "evaluate", "predict_on_batch", "__call__"]
    part = found.calls[0].parts["create_graph_function"]
    assert part.share is None and part.reason == profile_calls.SHARED
    assert 0 < part.bounds[0] < part.bounds[1] < 1
    answers = files.ANSWERS["fit_beside.prof"]
    for internal, share in answers["of_predict"].items():
        low, high = found.calls[0].parts[internal].bounds
        assert low <= share <= high and high - low < 0.02, internal
    for internal, most in answers["of_predict_at_most"].items():
        low, high = found.calls[0].parts[internal].bounds
        assert 0 < low < high <= most + 1e-6, internal
    layers = found.calls[-1]
    assert (layers.calls, layers.seconds, layers.reason) == (None, None, profile_calls.NESTED)


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: "-".join(path.parts[-5:-1:2]))
def test_reference_captures_read_as_foreign_files_give_their_known_answers(path):
    """Their answers are shares of the harness's window; of the frame they are those over predict's own."""
    run = next(one for one in path.parents if (one / "MANIFEST.json").is_file())
    answers = reference.answers(run)[str(path.parent.relative_to(run))]
    calls = predict_of(pstats.read(path))
    assert calls.calls == answers["calls"]["predict"]
    checked = 0
    for internal, share in answers["shares"].items():
        part = calls.parts.get(internal)
        if part is not None and part.share is not None:
            assert part.share == pytest.approx(share / answers["shares"]["predict"], abs=0.01), internal
            checked += 1
    assert checked >= 3


def test_a_predict_of_another_library_or_of_the_user_is_not_keras_s():
    theirs = ("sklearn/linear_model/_base.py", 50, "predict")
    own = ("app.py", 9, "predict")
    made = files.profile(
        {files.MAIN: (1, 0.0, 2.0), theirs: (1, 1.0, 1.0), own: (1, 1.0, 1.0)},
        {(files.MAIN, theirs): (1, 1.0), (files.MAIN, own): (1, 1.0)},
    )
    assert find(made).calls == ()


def test_a_spoiled_file_gives_no_share_and_no_calls_but_the_reason_once():
    calls = predict_of(files.simple(), "frames were lost")
    assert (calls.calls, calls.seconds, calls.share, calls.window_seconds) == (None, None, None, None)
    assert calls.reason == "frames were lost"
    assert all(part.share is None for part in calls.parts.values())
    assert all(site.calls is None and site.seconds is None for site in calls.call_sites)


def test_samples_give_shares_with_intervals_and_no_calls():
    made = files.profile(
        {files.MAIN: (200, 0.0, 0.2), files.PREDICT: (100, 0.0, 0.1), files.ADAPTER: (50, 0.0, 0.05)},
        {(files.MAIN, files.PREDICT): (100, 0.1), (files.PREDICT, files.ADAPTER): (50, 0.05)},
        Samples(200, 0.001),
    )
    calls = predict_of(made)
    assert (calls.calls, calls.seconds, calls.share) == (None, None, 0.5)
    assert calls.interval == binomial_interval(100, 200)
    part = calls.parts["data_adapter"]
    assert part.share == pytest.approx(0.5, abs=1e-3) and part.calls is None
    assert part.interval == binomial_interval(50, 100)


def test_functions_of_one_name_that_do_not_run_in_each_other_leave_the_share_unknown():
    first, second = (("tensorflow/python/data/ops/structured_function.py", n, "__init__") for n in (1, 90))
    made = files.profile(
        {
            files.MAIN: (1, 0.0, 8.0),
            files.PREDICT: (1, 4.0, 8.0),
            first: (1, 2.0, 2.0),
            second: (1, 2.0, 2.0),
        },
        {
            (files.MAIN, files.PREDICT): (1, 8.0),
            (files.PREDICT, first): (1, 2.0),
            (files.PREDICT, second): (1, 2.0),
        },
    )
    part = predict_of(made).parts["dataset_function"]
    assert part.share is None and part.reason.startswith("the file names several functions __init__ in ")


def of_two_callbacks():
    """Return a predict of 6 s in which a callback (5 s) leads through a function to a second one (1 s)."""
    path = "keras/src/callbacks/callback_list.py"
    first, second = (path, 1, "on_predict_begin"), (path, 2, "on_predict_batch_begin")
    between = ("app.py", 30, "callback")
    return files.profile(
        {
            files.MAIN: (1, 0.0, 6.0),
            files.PREDICT: (1, 0.0, 6.0),
            first: (1, 4.0, 5.0),
            between: (2, 0.0, 2.0),
            second: (2, 1.0, 1.0),
            ("app.py", 40, "other"): (2, 1.0, 1.0),
        },
        {
            (files.MAIN, files.PREDICT): (1, 6.0),
            (files.PREDICT, first): (1, 5.0),
            (files.PREDICT, between): (1, 1.0),
            (first, between): (1, 1.0),
            (between, second): (2, 1.0),
            (between, ("app.py", 40, "other")): (2, 1.0),
        },
    )


def test_functions_of_an_internal_that_lead_to_each_other_through_others_are_bounded():
    """Their times were added up, and a share of 1 was stated as exact."""
    part = predict_of(of_two_callbacks()).parts["callbacks"]
    assert (part.share, part.calls, part.reason) == (None, None, profile_calls.THROUGH)
    assert part.bounds == pytest.approx((5 / 6, 1.0), abs=1e-6)


def test_bounds_that_are_one_number_are_the_share():
    """All time of this program is as many seconds as a flow has units, so that nothing is rounded."""
    made = files.profile(
        {files.MAIN: (1, 2e7, 1e8), files.PREDICT: (1, 6e7, 8e7), files.ADAPTER: (1, 2e7, 2e7)},
        {(files.MAIN, files.PREDICT): (1, 8e7), (files.PREDICT, files.ADAPTER): (1, 2e7)},
    )
    part = predict_of(made).parts["data_adapter"]
    assert (part.share, part.bounds, part.reason) == (0.25, (0.25, 0.25), None)


def test_functions_of_an_internal_that_call_each_other_in_turn_have_no_share():
    path = "keras/src/callbacks/callback_list.py"
    first, second = (path, 1, "on_predict_begin"), (path, 2, "on_predict_batch_begin")
    made = files.profile(
        {
            files.MAIN: (1, 0.0, 6.0),
            files.PREDICT: (1, 3.0, 6.0),
            first: (2, 2.0, 3.0),
            second: (1, 1.0, 2.0),
        },
        {
            (files.MAIN, files.PREDICT): (1, 6.0),
            (files.PREDICT, first): (1, 3.0),
            (first, second): (1, 2.0),
            (second, first): (1, 1.0),
        },
        within={first: 1},
    )
    part = predict_of(made).parts["callbacks"]
    assert (part.share, part.bounds, part.reason) == (None, None, circles.MUTUAL)


def test_an_entry_point_of_several_functions_that_lead_to_each_other_has_no_time_of_its_own():
    one, other, between = (files.TRAINER, 500, "predict"), (files.TRAINER, 900, "predict"), ("app.py", 9, "x")
    made = files.profile(
        {
            files.MAIN: (1, 0.0, 8.0),
            one: (1, 4.0, 5.0),
            between: (2, 0.0, 3.0),
            other: (2, 2.0, 2.0),
            files.FIT: (2, 1.0, 1.0),
        },
        {
            (files.MAIN, one): (1, 5.0),
            (files.MAIN, between): (1, 2.0),
            (one, between): (1, 1.0),
            (between, other): (2, 2.0),
            (between, files.FIT): (2, 1.0),
        },
    )
    calls = predict_of(made)
    assert (calls.calls, calls.seconds, calls.share) == (None, None, None)
    assert calls.reason == profile_calls.THROUGH


def test_predict_comes_first_and_calls_of_layers_last():
    made = [
        profile_calls.Calls(name, "a.py", 1, 1, 1.0, share)
        for name, share in (("__call__", 0.9), ("fit", 0.5), ("predict", 0.1), ("evaluate", 0.7))
    ]
    ordered = profile_calls.ordered(made)
    assert [one.entry_point for one in ordered] == ["predict", "evaluate", "fit", "__call__"]


def random_profile(seed):
    """Return a profile of the catalogue's functions with numbers that no program made."""
    source = random.Random(seed)
    (family,) = [one for one in catalogue.load().families if one.id == "keras-3"]
    roles = sorted({function for named in recognition.roles(family).values() for function in named})
    names = [(path, line, name) for line, (path, name) in enumerate(roles)]
    names += [(path, line + 1000, name) for path, line, name in names[::3]]
    names += [files.MAIN, files.FIT, files.HANDLER, ("keras/src/layers/layer.py", 5, "__call__")]
    some = source.sample(names, source.randrange(1, len(names)))
    scale = source.choice([0, 1e-300, 1e-9, 1, 1e9, 1e300, 1.7e308])
    functions = {one: (source.randrange(5), source.random() * scale, source.random() * scale) for one in some}
    edges = {
        (source.choice(some), source.choice(some)): (source.randrange(5), source.random() * scale)
        for _ in range(source.randrange(60))
    }
    samples = None if source.random() < 0.7 else Samples(source.randrange(10), None)
    return files.profile(functions, edges, samples)


@pytest.mark.fuzz
@examples(100)
@given(st.integers(0, 1 << 32))
def test_numbers_that_no_program_made_give_fractions_or_none(seed):
    for calls in find(random_profile(seed)).calls:
        assert calls.share is None or 0 <= calls.share <= 1
        for part in calls.parts.values():
            assert part.share is None or 0 <= part.share <= 1
            assert part.bounds is None or 0 <= part.bounds[0] <= part.bounds[1] <= 1 + 1e-9


def test_times_that_no_program_takes_give_no_share():
    made = files.profile(
        {files.MAIN: (1, 1e300, 1e300), files.PREDICT: (1, 1e300, 1e300)},
        {(files.MAIN, files.PREDICT): (1, 1e300)},
    )
    calls = predict_of(made)
    assert (calls.calls, calls.share, calls.reason) == (None, None, profile_calls.IMPOSSIBLE)
