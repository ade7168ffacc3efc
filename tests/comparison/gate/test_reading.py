"""What each quantity of a subject is, and why where it is not known."""

import dataclasses

import pytest

from profiler.comparison.gate import quantities
from profiler.comparison.gate.found import Flag, Measured, Said, Silent
from profiler.comparison.gate.subjects import Subject, Times
from profiler.results.document import CaptureLine
from tests.comparison.gate.made_subjects import ID, against, compared, internal, variant
from tests.report import grown
from tests.report.grown import GROWTH, MIB


def read(name, subject):
    named = quantities.find(name)
    return named.quantity.read(subject, named.arguments)


def of(one):
    return Subject(ID, one)


def moved(before, after, **changed):
    return Subject(ID, after, against(before, after, **changed))


@pytest.mark.parametrize(
    ("name", "value", "interval"),
    [
        ("slower", 0.25, (0.0, 0.6)),
        ("faster", -0.2, (-0.375, 0.0)),
        ("ratio", 1.25, (1.0, 1.6)),
    ],
)
def test_what_follows_from_a_ratio_follows_for_its_interval(name, value, interval):
    found = read(name, compared(1.25, (1.0, 1.6), "cannot tell"))
    assert found.value == pytest.approx(value)
    assert found.interval == pytest.approx(interval)
    assert found.verdict == "cannot tell"


def test_times_carry_their_drift_and_their_reason():
    found = read("slower", compared(drift="nobody knows"))
    assert found.drift == "nobody knows"
    unknown = read("slower", compared(calls=Times(None, None, None, "2 processes")))
    assert (unknown.value, unknown.interval, unknown.reason) == (None, None, "2 processes")
    assert unknown.verdict == "cannot tell"


def test_a_variant_beside_nothing_has_no_ratio():
    for name in (
        "slower",
        "verdict",
        "outputs",
        "came.execute",
        "share_change.execute",
        "growth_change.objects",
    ):
        assert isinstance(read(name, of(variant(internal()))), Silent)
    assert isinstance(read("slower", compared(calls=None)), Silent)


def test_frames_are_told_where_calls_are_split():
    frames = Times(2.0, (1.9, 2.1), "differs", None)
    assert isinstance(read("frame.slower", compared()), Silent)
    assert read("frame.slower", compared(frames=frames)).value == pytest.approx(1.0)
    assert read("frame.faster", compared(frames=frames)).value == pytest.approx(-0.5)
    assert read("frame.verdict", compared(frames=frames)) == Said("differs", None, ("cannot tell",))


def test_a_verdict_across_drift_is_open():
    assert read("verdict", compared()).word == "differs"
    assert read("verdict", compared(drift="why")) == Said("cannot tell", "why", ("cannot tell",))


def test_outputs_are_a_word_where_both_were_compared():
    assert read("outputs", compared(outputs="differ")) == Said("differ")
    assert isinstance(read("outputs", compared()), Silent)


def test_times_of_a_call_have_intervals():
    one = of(variant())
    assert read("ms", one) == Measured(50.0, (45.0, 55.0), "it has no interval over 3 processes")
    assert read("p95_ms", one).interval == (58.0, 62.0)
    assert read("p99_ms", one).value is None
    assert "too few for a p99: 144 calls of 3 processes" in read("p99_ms", one).reason


def test_a_call_that_could_not_be_timed_is_not_known_and_one_that_was_not_asked_for_is_not_spoken_of():
    lost = (CaptureLine("wall", "failed", "it hangs", "x"), CaptureLine("cprofile", "ok", None, "y"))
    failed = of(variant(latency_ms=None, captures=lost, graphs_traced_per_call=None))
    for name in ("ms", "p95_ms", "graphs_traced_per_call"):
        assert read(name, failed) == Measured(None, None, "it hangs")
    missing = of(variant(latency_ms=None, captures=(), reason="not measured before the run ended"))
    assert read("ms", missing).reason == "not measured before the run ended"
    others = of(variant(latency_ms=None, captures=lost[1:], graphs_traced_per_call=None))
    for name in ("ms", "p95_ms", "graphs_traced_per_call"):
        assert isinstance(read(name, others), Silent)


def test_counts_and_facts_are_exact():
    one = of(variant())
    assert read("graphs_traced_per_call", one) == Measured(3.0, (3.0, 3.0))
    assert read("iterators_per_call", one).value == 2.0
    assert read("rows", one).interval == (32.0, 32.0) and read("batch_size", one).value == 32
    words = ("workload", "compile_state", "entry_point", "status", "environment")
    assert [read(name, one).word for name in words] == [
        "tiny",
        "compiled",
        "predict",
        "ok",
        "tf2.21.0-py3.11",
    ]


PROBES = (0.3, (0.28, 0.32), 2.0, None)
CPROFILE = (0.5, None, 3.0, None)


def test_the_share_is_that_of_the_instrument_to_believe_first_or_of_the_one_named():
    one = of(variant(internal(cprofile=CPROFILE, probes=PROBES)))
    assert read("share.execute", one).value == 0.3
    assert read("share.execute.cprofile", one) == Measured(0.5, None, "it has no interval")
    assert isinstance(read("share.execute.tfprofiler", one), Silent)
    assert read("entries.execute", one) == Measured(2.0, (2.0, 2.0))


def test_a_share_with_an_interval_is_preferred_and_an_unknown_one_says_why():
    one = of(
        variant(internal(probes=(None, None, None, "they were lost"), cprofile=(0.5, (0.4, 0.6), 1.0, None)))
    )
    assert read("share.execute", one).value == 0.5
    lost = of(variant(internal(probes=(None, None, None, "they were lost"))))
    assert read("share.execute", lost) == Measured(None, None, "they were lost")


def test_what_is_not_entered_has_no_share_and_what_is_absent_is_not_spoken_of():
    assert read("share.execute", of(variant(internal(presence="not called")))) == Measured(0.0, (0.0, 0.0))
    assert read("entries.execute", of(variant(internal(presence="not called")))).value == 0.0
    gone = of(variant(internal(presence="absent", successor="data_adapter")))
    assert read("share.execute", gone) == Silent("this release has no execute; data_adapter does its work")
    assert read("presence.execute", gone) == Said("absent", "no sound capture can tell", ("unknown",))
    for name in ("share.execute", "presence.execute", "entries.execute"):
        assert isinstance(read(name, of(variant())), Silent)
    assert isinstance(read("share.execute", of(variant(internal()))), Silent)


def test_the_change_of_a_share_has_the_interval_of_the_difference():
    before, after = variant(internal(probes=PROBES)), variant(internal(probes=(0.6, (0.5, 0.7), 2.0, None)))
    found = read("share_change.execute", moved(before, after))
    low, high = found.interval
    assert found.value == pytest.approx(0.3) and low < 0.3 < high and found.verdict is None
    assert read("share_change.execute.probes", moved(before, after, drift="why")).drift == "why"
    gone = variant(internal(presence="not called"))
    assert read("share_change.execute", moved(before, gone)).interval == pytest.approx((-0.32, -0.28))
    assert isinstance(read("share_change.execute", moved(gone, gone)), Silent)


def test_what_came_and_went_is_a_yes_or_no():
    there, gone = variant(internal(probes=PROBES)), variant(internal(presence="absent"))
    assert read("came.execute", moved(gone, there)) == Flag(True, "absent before, present after")
    assert read("went.execute", moved(gone, there)).holds is False
    assert read("went.execute", moved(there, gone)).holds is True
    unknown = variant(internal(presence="unknown"))
    assert read("came.execute", moved(unknown, there)).holds is None
    assert isinstance(read("came.predict", moved(there, gone)), Silent)


LEAKS = dataclasses.replace(GROWTH, resident_bytes_per_call=grown.slope(MIB, 0.9 * MIB, 1.1 * MIB, "grows"))
UNSURE = dataclasses.replace(
    GROWTH, threads_per_call=grown.slope(0.1, 0.0, 0.2, "cannot tell", "2 processes")
)


def test_growth_is_of_anything_that_calls_leave_or_of_what_is_named():
    assert read("grows", of(variant(growth=GROWTH))) == Flag(
        False, "resident_bytes, graphs, objects, threads steady"
    )
    assert read("grows", of(variant(growth=LEAKS))) == Flag(True, "resident_bytes grow")
    assert read("grows.threads", of(variant(growth=LEAKS))).holds is False
    assert read("grows", of(variant(growth=UNSURE))) == Flag(None, "threads may grow; 2 processes")


def test_calls_that_get_slower_leave_nothing_behind():
    slower = dataclasses.replace(GROWTH, time_change=grown.slope(0.3, 0.2, 0.4, "grows"))
    assert read("grows", of(variant(growth=slower))).holds is False
    assert read("grows.time", of(variant(growth=slower))).holds is True
    assert read("growth.time", of(variant(growth=slower))) == Measured(0.3, (0.2, 0.4), "it has no interval")


def test_growth_that_was_not_read_is_not_spoken_of():
    assert isinstance(read("grows", of(variant(growth=None))), Silent)
    unreadable = dataclasses.replace(
        GROWTH, resident_bytes_per_call=None, missing={"resident_bytes": "no /proc here"}
    )
    assert read("grows.resident_bytes", of(variant(growth=unreadable))) == Silent("no /proc here")
    assert isinstance(read("growth.used_bytes", of(variant(growth=GROWTH))), Silent)


def test_the_change_of_growth_is_after_minus_before():
    found = read("growth_change.resident_bytes", moved(variant(growth=GROWTH), variant(growth=LEAKS)))
    assert found.value == pytest.approx(MIB - 2048) and found.drift is None
    assert isinstance(
        read("growth_change.objects", moved(variant(growth=None), variant(growth=LEAKS))), Silent
    )
