import dataclasses

import pytest

from profiler.protocol.errors import RunError, UsageError
from profiler.report.viewers import snakeviz
from tests.report import sample


def changed(report, **changes_by_id):
    variants = tuple(
        dataclasses.replace(one, **changes_by_id.get(one.id.replace("/", "_"), {})) for one in report.variants
    )
    return dataclasses.replace(report, variants=variants)


UNSOUND = (sample.CaptureLine("cprofile", "unsound", "frames were lost", "captures/x"),)


def test_without_a_name_it_is_the_compiled_predict_of_tiny():
    variant, path = snakeviz.choose(sample.report(), None)
    assert variant.id == "tiny/compiled/predict/b32"
    assert path == f"captures/{sample.ENV}/tiny-compiled-predict-b32/cprofile-1"


def test_without_a_sound_one_of_those_it_is_the_first_sound_one():
    report = changed(sample.report(), tiny_compiled_predict_b32={"captures": UNSOUND})
    assert snakeviz.choose(report, None)[0].id == "tiny/uncompiled/predict/b32"


@pytest.mark.parametrize("prefix", ["", f"{sample.ENV}:"])
def test_a_variant_is_named_with_or_without_its_environment(prefix):
    variant, _ = snakeviz.choose(sample.report(), f"{prefix}medium/uncompiled/predict/b32")
    assert variant.id == "medium/uncompiled/predict/b32"


def test_an_unknown_variant_is_answered_with_the_nearest():
    with pytest.raises(UsageError, match="did you mean tiny/compiled/predict/b32"):
        snakeviz.choose(sample.report(), "tiny/compiled/predict/b3")
    with pytest.raises(UsageError, match=f"did you mean {sample.ENV}:tiny/compiled/predict/b32"):
        snakeviz.choose(sample.report(), f"{sample.ENV}:tiny/compiled/predict/b3")


def test_an_ambiguous_name_is_refused_with_the_choices():
    report = sample.report()
    other = tuple(dataclasses.replace(one, environment="tf2.15.1-py3.11") for one in report.variants)
    both = dataclasses.replace(report, variants=report.variants + other)
    name = "tiny/compiled/predict/b32"
    with pytest.raises(UsageError, match=f"choose {sample.ENV}:{name} or tf2.15.1-py3.11:{name}"):
        snakeviz.choose(both, name)
    assert snakeviz.choose(both, f"tf2.15.1-py3.11:{name}")[0].environment == "tf2.15.1-py3.11"


def test_a_variant_without_a_sound_capture_says_why():
    report = changed(sample.report(), tiny_compiled_predict_b32={"captures": UNSOUND})
    with pytest.raises(RunError, match="has no sound cprofile capture: frames were lost"):
        snakeviz.choose(report, "tiny/compiled/predict/b32")
    with pytest.raises(RunError, match="measure with --instrument cprofile"):
        snakeviz.choose(report, "tiny/compiled/call/b32")


def test_a_run_without_any_sound_capture_says_why():
    everywhere = {one.id.replace("/", "_"): {"captures": UNSOUND} for one in sample.report().variants}
    with pytest.raises(RunError, match="no sound cprofile capture to show: frames were lost"):
        snakeviz.choose(changed(sample.report(), **everywhere), None)
