import pytest

from profiler.protocol.host import HostState
from profiler.protocol.spec import EnvironmentFacts
from profiler.protocol.vocabulary import Variant
from profiler.runs.manifest import CaptureEntry, FirstSitting, RunManifest, Sitting, Stopped, VariantEntry

FACTS = EnvironmentFacts("2.21.0", "3.15.1")
EMPTY = RunManifest("2026-11-26T10:00:00", "complete", "c/1", 0.05, {"a": FACTS}, [], [])
STOPPED = Stopped(4, 1, "every verdict stands (differs)")
QUIET = HostState(0.1, 2, None, None, None, None, None, 0.0)


def test_what_is_recorded_of_an_interim_analysis_holds_for_its_environment_and_workload_alone():
    manifest = EMPTY.with_looks("a", "tiny", 3, STOPPED).with_looks("a", "medium", 3, None)
    assert manifest.stopped("a", "tiny")
    assert not manifest.stopped("a", "medium")
    assert not manifest.stopped("b", "tiny")
    assert manifest.looks("a", "medium").looks == 3
    assert EMPTY.looks("a", "tiny") is None


def test_a_capture_stands_in_place_of_the_one_with_its_path():
    variant = Variant("tiny", "compiled", "predict", 32, 32)
    first = CaptureEntry("captures/a", "a", variant, "wall", 0, "failed", "cut")
    second = CaptureEntry("captures/a", "a", variant, "wall", 0, "ok", None)
    assert EMPTY.with_capture(first).with_capture(second).captures == [second]


def test_the_one_sitting_of_an_older_run_is_a_sitting():
    old = RunManifest(**{**vars(EMPTY), "machine": FirstSitting(QUIET, QUIET)})
    assert old.all_sittings == (Sitting(QUIET, QUIET),)
    assert EMPTY.all_sittings == ()


@pytest.mark.parametrize("effect", [0, 1, -0.1, float("nan")])
def test_a_smallest_effect_that_is_no_fraction_is_refused(effect):
    with pytest.raises(ValueError, match="smallest_effect"):
        RunManifest(**{**vars(EMPTY), "smallest_effect": effect})


@pytest.mark.parametrize("slug", ["..", "a/b", "", "a\x1b"])
def test_an_environment_whose_name_leads_elsewhere_is_refused(slug):
    with pytest.raises(ValueError, match="slug"):
        RunManifest(**{**vars(EMPTY), "environments": {slug: None}})


def test_an_entry_of_an_environment_that_is_not_there_is_refused():
    entry = VariantEntry("b", Variant("tiny", "compiled", "predict", 32, 32))
    with pytest.raises(ValueError, match="environments: 'b' is missing"):
        RunManifest(**{**vars(EMPTY), "variants": [entry]})
