import pytest

from profiler.protocol import vocabulary
from profiler.protocol.errors import UsageError


def test_a_variant_reads_as_its_parts():
    variant = vocabulary.Variant("tiny", "compiled", "predict", 32, 32)
    assert variant.id == "tiny/compiled/predict/b32"
    assert variant.folder == "tiny-compiled-predict-b32"


def test_rows_other_than_one_batch_tell_variants_apart():
    variant = vocabulary.Variant("tiny", "compiled", "predict", 32, 64)
    assert (variant.id, variant.folder) == ("tiny/compiled/predict/b32/r64", "tiny-compiled-predict-b32-r64")


@pytest.mark.parametrize("name", ["", "..", "a/b", "a\\b", "a\x1b[2J", "\ud800", "a" * 201])
def test_a_name_that_cannot_be_a_folder_s_is_refused(name):
    with pytest.raises(ValueError, match="workload"):
        vocabulary.Variant(name, "compiled", "predict", 32, 32)


def test_an_unknown_name_gets_the_nearest():
    with pytest.raises(UsageError, match="did you mean compiled"):
        vocabulary.require_known("compile state", "complied", vocabulary.COMPILE_STATES)


def test_a_name_far_from_all_gets_the_list():
    with pytest.raises(UsageError, match="tiny, medium"):
        vocabulary.require_known("workload", "zzzzqq", vocabulary.WORKLOADS)


def test_a_variant_is_compared_with_predict_and_with_the_other_state_of_the_same_input():
    compiled = vocabulary.Variant("tiny", "compiled", "predict", 32, 32)
    uncompiled = compiled.differing(compile_state="uncompiled")
    call = compiled.differing(entry_point="call")
    others = [compiled.differing(batch_size=8), compiled.differing(workload="medium", entry_point="call")]
    found = list(vocabulary.compared([uncompiled, compiled, call, *others]))
    assert found == [(uncompiled, compiled), (compiled, call)]


@pytest.mark.parametrize(
    ("names", "default"), [(["serve", "serving_default"], "serving_default"), (["only"], "only")]
)
def test_a_signature_that_nobody_names_is_the_one_for_serving_or_the_only_one(names, default):
    assert vocabulary.default_signature(names) == default


@pytest.mark.parametrize(("names", "said"), [([], "no signature"), (["a", "b"], "signature=: a, b")])
def test_a_signature_that_cannot_be_chosen_is_refused_with_the_choices(names, said):
    with pytest.raises(UsageError, match=said):
        vocabulary.default_signature(names)


@pytest.mark.parametrize(
    ("name", "width"),
    [("mlp1", 1), ("mlp256", 256), ("mlp16384", 16384), ("mlp16385", None), ("mlp0", None), ("mlp", None)],
)
def test_a_width_stands_in_the_name_of_the_scalable_workload(name, width):
    assert vocabulary.width_of(name) == width
    if width is None:
        with pytest.raises(UsageError, match="name it like mlp256"):
            vocabulary.require_workload(name)
    else:
        assert vocabulary.require_workload(name) == vocabulary.scaled(width) == name
