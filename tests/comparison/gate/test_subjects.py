"""What a gate judges."""

import dataclasses

from profiler.comparison.gate import subjects
from profiler.comparison.runs import compare
from profiler.comparison.sides import Chosen
from profiler.results import build
from profiler.results.document import CaptureLine
from tests import reference
from tests.comparison.made_sides import FAST, STEADY, of_two
from tests.report import sample
from tests.report.made_run import COMPILED, write


def test_the_variants_of_a_run_are_judged_alone_or_as_a_report_compares_them():
    report = sample.report()
    alone = subjects.of_report(report, compared=False)
    assert [one.name for one in alone] == [one.id for one in report.variants]
    assert all(one.against is None for one in alone)
    pairs = {(one.name, one.against.baseline) for one in subjects.of_report(report, compared=True)}
    assert pairs == {
        (one.candidate.partition(":")[2], one.baseline.partition(":")[2]) for one in report.comparisons
    }


def test_a_pair_within_a_run_has_its_ratio_and_no_drift(tmp_path):
    report = build.build(of_two(tmp_path / "a"))
    (found,) = subjects.of_report(report, compared=True)
    (known,) = report.comparisons
    assert found.against.calls == subjects.Times(known.ratio, known.interval, known.verdict, known.reason)
    assert found.against.drift is None and found.name == FAST.id


def test_a_variant_that_could_not_be_timed_is_still_compared():
    """A gate that left it out would pass."""
    report = sample.report()
    lost = dataclasses.replace(
        report.variants[1], latency_ms=None, captures=(CaptureLine("wall", "timeout", "it hangs", "x"),)
    )
    names = {f"{lost.environment}:{lost.id}"}
    comparisons = tuple(one for one in report.comparisons if not names & {one.baseline, one.candidate})
    changed = dataclasses.replace(
        report, variants=(report.variants[0], lost, *report.variants[2:]), comparisons=comparisons
    )
    found = next(one for one in subjects.of_report(changed, compared=True) if one.name == lost.id)
    assert found.against.calls == subjects.Times(None, None, None, f"{lost.id}: it hangs")


def test_a_variant_that_nobody_wanted_to_time_has_no_times():
    report = sample.report(comparisons=())
    profile = (CaptureLine("cprofile", "ok", None, "x"),)
    variants = tuple(dataclasses.replace(one, latency_ms=None, captures=profile) for one in report.variants)
    found = subjects.of_report(dataclasses.replace(report, variants=variants), compared=True)
    assert found and all(one.against.calls is None for one in found)


def test_names_carry_the_environment_where_there_are_several():
    report = sample.report()
    other = dataclasses.replace(report.variants[0], environment="other")
    several = dataclasses.replace(report, variants=(*report.variants, other))
    assert subjects.of_report(several, compared=False)[-1].name == f"other:{other.id}"


def test_two_runs_are_the_second_s_variants_against_the_first_s(tmp_path):
    before, after = write(tmp_path / "a", STEADY), of_two(tmp_path / "b")
    (found,) = subjects.of_comparison(compare(Chosen(before), Chosen(after)))
    assert (found.name, found.against.baseline, found.itself) == (COMPILED.id, COMPILED.id, False)
    assert found.variant.latency_ms.processes == 5 and "drift between" in found.against.drift
    (paired,) = subjects.of_comparison(compare(Chosen(after, COMPILED.id), Chosen(after, FAST.id)))
    assert (paired.name, paired.against.baseline) == (FAST.id, COMPILED.id)
    assert paired.against.drift is None


def test_a_run_beside_itself_is_exactly_the_same():
    for one in subjects.of_comparison(compare(Chosen(reference.SPANS), Chosen(reference.SPANS))):
        assert one.itself and one.against.drift is None
        assert one.against.calls == subjects.Times(1.0, (1.0, 1.0), "same", None)
