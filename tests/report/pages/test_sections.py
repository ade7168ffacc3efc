"""Which variants of a report stand side by side."""

import dataclasses

from profiler.report.pages import sections
from profiler.results.document import Comparison
from tests.report import sample


def test_each_workload_of_each_environment_is_a_section():
    report = sample.report()
    other = [dataclasses.replace(one, environment="tf2.0.0-py3.7") for one in report.variants[:1]]
    found = sections.sections(dataclasses.replace(report, variants=(*report.variants, *other)))
    assert [(one.environment, one.workload, len(one.variants)) for one in found] == [
        (sample.ENV, "tiny", 5),
        (sample.ENV, "medium", 5),
        ("tf2.0.0-py3.7", "tiny", 1),
    ]


def test_a_section_has_the_comparisons_of_its_own_variants_alone():
    first, second = sections.sections(sample.report())
    assert len(first.comparisons) == len(second.comparisons) == 4
    assert all("tiny" in one.baseline and "tiny" in one.candidate for one in first.comparisons)


def test_a_variant_is_compared_with_predict_before_others():
    report = sample.report()
    call = next(one for one in report.variants if one.id == "tiny/compiled/call/b32")
    function = next(one for one in report.variants if one.id == "tiny/compiled/function/b32")
    other = Comparison(sections.key(function), sections.key(call), 2.0, None, None)
    section, _ = sections.sections(dataclasses.replace(report, comparisons=(other, *report.comparisons)))
    assert section.compared(call).baseline.endswith("compiled/predict/b32")
    alone, _ = sections.sections(dataclasses.replace(report, comparisons=(other,)))
    assert alone.compared(call) == other


def test_the_subject_is_the_compiled_predict_that_was_timed():
    section, _ = sections.sections(sample.report())
    assert section.subject().id == "tiny/compiled/predict/b32"
    untimed = tuple(
        dataclasses.replace(one, latency_ms=None) if one.compile_state == "compiled" else one
        for one in section.variants
    )
    assert dataclasses.replace(section, variants=untimed).subject().id == "tiny/uncompiled/predict/b32"
    assert dataclasses.replace(section, variants=()).subject() is None


def test_variants_of_predict_with_the_same_input_stand_together():
    section, _ = sections.sections(sample.report())
    large = dataclasses.replace(section.variants[1], batch_size=256, rows=256)
    groups = dataclasses.replace(section, variants=(*section.variants, large)).inputs()
    assert [[one.batch_size for one in group] for group in groups] == [[32, 32], [256]]


def test_instruments_come_in_order_of_appearance():
    assert sections.instruments(sample.report().variants) == ("cprofile",)
