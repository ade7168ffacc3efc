"""The findings of a report in sentences."""

import dataclasses

from profiler.report.pages.headline import headline
from tests.report import sample


def one_workload(change=lambda report: report):
    report = sample.report()
    tiny = tuple(one for one in report.variants if one.workload == "tiny")
    comparisons = tuple(one for one in report.comparisons if ":tiny/" in one.baseline)
    return change(dataclasses.replace(report, variants=tiny, comparisons=comparisons))


def with_states(**changes):
    def change(report):
        first, *others = report.comparisons
        return dataclasses.replace(report, comparisons=(dataclasses.replace(first, **changes), *others))

    (paragraph,) = headline(one_workload(change))
    return paragraph


def test_a_verdict_that_longer_measuring_would_give_says_so():
    assert with_states(verdict="cannot tell", more_seconds=125.0).endswith(
        "(verdict: cannot tell; measuring about 2 min longer would settle it)."
    )


def test_a_verdict_that_none_can_give_says_why():
    assert with_states(verdict="cannot tell", reason="1 process measured both").endswith(
        "(verdict: cannot tell: 1 process measured both)."
    )


def test_a_workload_names_its_environment_only_where_there_are_several():
    assert headline(one_workload())[0].startswith("tiny: ")

    def twice(report):
        other = tuple(dataclasses.replace(one, environment="tf2.0.0-py3.7") for one in report.variants)
        return dataclasses.replace(report, variants=(*report.variants, *other))

    first, second = headline(one_workload(twice))
    assert first.startswith(f"tiny on {sample.ENV}: ") and second.startswith("tiny on tf2.0.0-py3.7: ")


def test_a_workload_that_was_not_timed_has_no_paragraph():
    def untimed(report):
        variants = tuple(dataclasses.replace(one, latency_ms=None) for one in report.variants)
        return dataclasses.replace(report, variants=variants)

    assert headline(one_workload(untimed)) == ()


def test_another_way_that_is_the_same_speed_is_not_praised():
    def same(report):
        comparisons = tuple(dataclasses.replace(one, verdict="same") for one in report.comparisons)
        return dataclasses.replace(report, comparisons=comparisons)

    (paragraph,) = headline(one_workload(same))
    assert "times what" not in paragraph


def test_a_call_in_which_no_internal_takes_much_says_so():
    def cheap(report):
        variants = []
        for one in report.variants:
            internals = tuple(
                dataclasses.replace(
                    i, measures={n: dataclasses.replace(m, share=0.01) for n, m in i.measures.items()}
                )
                for i in one.internals
            )
            variants.append(dataclasses.replace(one, internals=internals))
        return dataclasses.replace(report, variants=tuple(variants))

    (paragraph,) = headline(one_workload(cheap))
    assert "Under cprofile no internal of the framework takes 5 % of it." in paragraph
