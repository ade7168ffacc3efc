import dataclasses

import pytest

from profiler.attribution.instruments import cprofile
from profiler.attribution.instruments.cprofile import ProfileIndex, Window
from profiler.catalogue import catalogue, presence
from profiler.catalogue.presence import Place, Standing
from profiler.readers import pstats
from profiler.readers.pstats import Profile
from profiler.runs import record
from profiler.tables import spec
from tests import reference

HARNESS, WRAPPER = ("h.py", 1, "measured_calls"), ("w.py", 2, "error_handler")
SECOND_NS = 1_000_000_000


def profile(functions, edges):
    """Build a profile from label -> (calls, self s, cumulative s) and (caller, callee) -> the same."""
    labels = list(functions)
    return Profile(
        spec.make(
            spec.FUNCTIONS,
            path=[label[0] for label in labels],
            line=[label[1] for label in labels],
            name=[label[2] for label in labels],
            primitive_calls=[row[0] for row in functions.values()],
            calls=[row[0] for row in functions.values()],
            self_s=[row[1] for row in functions.values()],
            cumulative_s=[row[2] for row in functions.values()],
        ),
        spec.make(
            spec.EDGES,
            caller=[labels.index(caller) for caller, _ in edges],
            callee=[labels.index(callee) for _, callee in edges],
            primitive_calls=[row[0] for row in edges.values()],
            calls=[row[0] for row in edges.values()],
            self_s=[row[1] for row in edges.values()],
            cumulative_s=[row[2] for row in edges.values()],
        ),
    )


PREDICT, OUTER, INNER = ("p.py", 3, "predict"), ("a.py", 4, "outer"), ("a.py", 5, "inner")
SAMPLE = profile(
    {
        HARNESS: (1, 0.001, 1.0),
        WRAPPER: (14, 0.05, 1.0),
        PREDICT: (2, 0.10, 0.95),
        OUTER: (2, 0.30, 0.50),
        INNER: (6, 0.35, 0.35),
    },
    {
        (HARNESS, WRAPPER): (2, 0.04, 0.999),
        (WRAPPER, PREDICT): (2, 0.10, 0.95),
        (PREDICT, OUTER): (2, 0.30, 0.50),
        (OUTER, INNER): (4, 0.20, 0.20),
        (PREDICT, INNER): (2, 0.15, 0.15),
    },
)
WINDOW = Window(2, SECOND_NS, HARNESS, WRAPPER, "predict")


def standing(*labels, presence_="present"):
    places = tuple(Place(path, line, name) for path, line, name in labels)
    return Standing(presence_, places, places)


def measured(**standings):
    return cprofile.measure(ProfileIndex(SAMPLE), WINDOW, {"predict": standing(PREDICT), **standings})


def test_a_share_is_cumulative_time_over_the_window():
    assert measured()["predict"].share == pytest.approx(0.95)
    assert measured()["predict"].calls_per_call == 1


def test_functions_that_call_each_other_are_a_union_not_a_sum():
    found = measured(maker=standing(OUTER, INNER))["maker"]
    assert found.share == pytest.approx(0.50 + 0.35 - 0.20)
    assert found.calls_per_call == pytest.approx((2 + 6 - 4) / 2)


def test_teardown_is_the_self_time_of_the_edge_into_the_wrapper_not_of_all_its_calls():
    assert measured()["teardown"].share == pytest.approx(0.04)


def test_without_a_wrapper_teardown_is_the_harness_frames_own_time():
    window = dataclasses.replace(WINDOW, wrapper=PREDICT)
    found = cprofile.measure(ProfileIndex(SAMPLE), window, {"predict": standing(PREDICT)})
    assert found["teardown"].share == pytest.approx(0.001)


def test_what_the_harness_does_between_the_calls_is_no_teardown():
    """Of 2.0's uncompiled predict, 93.6 % and a teardown of 7.1 % made more than the call."""
    busy = profile({HARNESS: (1, 0.2, 1.2), PREDICT: (2, 0.1, 0.96)}, {(HARNESS, PREDICT): (2, 0.1, 0.96)})
    window = dataclasses.replace(WINDOW, wrapper=PREDICT)
    found = cprofile.measure(ProfileIndex(busy), window, {"predict": standing(PREDICT)})
    assert found["predict"].share + found["teardown"].share == pytest.approx(1)


def test_behind_a_predict_of_the_models_own_teardown_is_unknown_not_nothing():
    """Keras's wrapper is then called by the model's predict, whose own edge was taken for the teardown."""
    found = cprofile.measure(
        ProfileIndex(SAMPLE), WINDOW, {"predict": standing(("keras/x.py", 1, "predict"))}
    )
    assert found["teardown"].share is None
    assert "own predict" in found["teardown"].reason


def test_another_entry_point_has_no_teardown():
    window = dataclasses.replace(WINDOW, entry_point="call")
    found = cprofile.measure(ProfileIndex(SAMPLE), window, {"predict": standing(presence_="not called")})
    assert found["teardown"].share is None


@pytest.mark.parametrize("word", ["absent", "not called", "unknown"])
def test_what_did_not_run_has_no_share_rather_than_zero(word):
    found = measured(other=standing(presence_=word))["other"]
    assert found.share is None
    assert found.reason


def test_what_the_profile_lacks_is_unknown_with_a_reason():
    found = measured(other=standing(("x.py", 9, "gone")))["other"]
    assert found.share is None
    assert "not in this profile" in found.reason


def test_a_share_above_one_is_refused():
    short = dataclasses.replace(WINDOW, window_ns=SECOND_NS // 2)
    found = cprofile.measure(ProfileIndex(SAMPLE), short, {"predict": standing(PREDICT)})
    assert found["predict"].share is None


def test_a_profile_of_other_calls_is_unsound():
    index = ProfileIndex(SAMPLE)
    assert cprofile.unsound(index, WINDOW) is None
    assert cprofile.unsound(index, dataclasses.replace(WINDOW, calls=3))
    assert cprofile.unsound(index, dataclasses.replace(WINDOW, window_ns=2 * SECOND_NS))
    assert cprofile.unsound(index, dataclasses.replace(WINDOW, wrapper=("x.py", 1, "gone")))


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
    family = known.family(environment.framework_version, environment.keras)
    index = ProfileIndex(pstats.read(capture.file("profile.prof")))
    window = cprofile.window_of(capture.manifest)
    assert cprofile.unsound(index, window) is None
    found = cprofile.measure(index, window, presence.standings(known, family, inspection))
    for internal, share in answers["shares"].items():
        assert found[internal].share == pytest.approx(share, abs=1e-9), internal
        assert found[internal].calls_per_call == answers["calls"][internal] / window.calls
