import dataclasses

import pytest

from profiler.protocol.errors import RunError, Unusable, UsageError
from profiler.runs import record, selection
from tests import reference

ENV = "tf2.21.0-py3.11"
COMPILED, UNCOMPILED = "tiny/compiled/predict/b32", "tiny/uncompiled/predict/b32"


@pytest.fixture(scope="module")
def run():
    return record.read(reference.CURRENT)


def changed(run, variant, **changes):
    captures = tuple(
        dataclasses.replace(one, **changes) if one.variant.id == variant else one for one in run.captures
    )
    return dataclasses.replace(run, captures=captures)


def whole(capture):
    return [capture]


def cut(capture):
    raise Unusable("it is cut", capture.folder / "profile.prof")


def test_without_a_name_it_is_the_compiled_predict_of_tiny(run):
    chosen = selection.first(run, None, {"cprofile": whole})
    assert (chosen.capture.variant.id, chosen.capture.instrument) == (COMPILED, "cprofile")
    assert chosen.found == [chosen.capture]
    assert chosen.skipped is None


def test_without_a_sound_one_of_those_it_is_the_first_sound_one_and_the_others_are_told(run):
    unsound = changed(run, COMPILED, status="unsound", reason="frames were lost")
    chosen = selection.first(unsound, None, {"cprofile": whole})
    assert chosen.capture.variant.id == UNCOMPILED
    assert chosen.skipped == (
        f"left out: {COMPILED}, cprofile-1: frames were lost; shown: {UNCOMPILED}, cprofile-1"
    )


def test_another_instrument_s_capture_comes_before_another_variant(run):
    chosen = selection.first(run, None, {"cprofile": cut, "tfprofiler": whole})
    assert (chosen.capture.variant.id, chosen.capture.instrument) == (COMPILED, "tfprofiler")


@pytest.mark.parametrize("prefix", ["", f"{ENV}:"])
def test_a_variant_is_named_with_or_without_its_environment(run, prefix):
    assert selection.first(run, prefix + UNCOMPILED, {"cprofile": whole}).capture.variant.id == UNCOMPILED


def test_an_unknown_variant_is_answered_with_the_nearest(run):
    with pytest.raises(UsageError, match=f"did you mean {COMPILED}"):
        selection.named(run, COMPILED[:-1])
    with pytest.raises(UsageError, match=f"did you mean {ENV}:{COMPILED}"):
        selection.named(run, f"{ENV}:{COMPILED[:-1]}")


def test_an_ambiguous_name_is_refused_with_the_choices(run):
    other = tuple(("tf2.15.1-py3.11", variant) for _, variant in run.variants)
    both = dataclasses.replace(run, variants=run.variants + other)
    with pytest.raises(UsageError, match=f"choose {ENV}:{COMPILED} or tf2.15.1-py3.11:{COMPILED}"):
        selection.named(both, COMPILED)
    assert selection.named(both, f"tf2.15.1-py3.11:{COMPILED}")[0][0] == "tf2.15.1-py3.11"


def test_a_variant_without_a_sound_capture_says_why(run):
    unsound = changed(run, COMPILED, status="unsound", reason="frames were lost")
    with pytest.raises(RunError, match=r"has no sound cprofile capture: .*frames were lost"):
        selection.first(unsound, COMPILED, {"cprofile": whole})


def test_a_reason_of_the_caller_is_passed_on(run):
    with pytest.raises(
        RunError, match=f"no sound cprofile capture: {COMPILED}, cprofile-1: profile.prof: it is cut"
    ):
        selection.first(run, None, {"cprofile": cut})


def test_what_was_never_measured_says_how_to(run):
    with pytest.raises(RunError, match="measure it under probes"):
        selection.first(run, None, {"probes": whole})
