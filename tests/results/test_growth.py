"""What a run says of growth, from readings that are made up."""

import dataclasses

import numpy as np
import pytest

from profiler.plan.request import Request
from profiler.protocol.growth import GrowthBlock, Reading
from profiler.results import build, growth
from profiler.statistics import Blocks
from tests.results.grown import PREDICT, read

MIB = 1 << 20


def test_memory_that_grows_is_said_with_what_is_known_of_it(said):
    (variant,) = said([read(MIB, graphs=3, freed=300)] * 3).variants
    found = variant.growth
    assert (found.resident_bytes_per_call.value, found.resident_bytes_per_call.verdict) == (MIB, "grows")
    assert (found.graphs_per_call.value, found.graphs_per_call.verdict) == (3.0, "grows")
    assert (found.calls, found.processes, found.smallest_bytes_per_call) == (36, 3, 64 * 1024)
    assert found.known[0] == "3 graphs more live after each call"
    assert "300 objects, 2 KiB of memory a call" in found.known[-1]


def test_memory_that_python_does_not_track_is_called_so(said):
    (variant,) = said([read(MIB)] * 3).variants
    assert variant.growth.known == (
        "neither graphs nor objects that Python tracks: arrays, bytes, or memory of native code",
    )


def test_what_is_steady_needs_no_words(said):
    (variant,) = said([read()] * 3).variants
    found = variant.growth
    slopes = (
        found.resident_bytes_per_call,
        found.graphs_per_call,
        found.objects_per_call,
        found.threads_per_call,
    )
    assert {one.verdict for one in slopes} == {"steady"}
    assert found.known == ()


@pytest.mark.parametrize(("smallest_kib", "verdict"), [(64.0, "grows"), (2048.0, "steady")])
def test_the_request_says_which_growth_matters(said, smallest_kib, verdict):
    request = Request(smallest_growth_kib=smallest_kib)
    (variant,) = said([read(MIB)] * 3, request=request).variants
    assert variant.growth.resident_bytes_per_call.verdict == verdict


def test_a_report_judges_by_another_smallest_growth(said):
    (variant,) = said([read(MIB)] * 3, smallest_growth_kib=2048).variants
    found = variant.growth
    assert (found.smallest_bytes_per_call, found.resident_bytes_per_call.verdict) == (2 * MIB, "steady")


def test_time_a_call_is_judged_with_an_interval_that_allows_for_all_variants():
    """Noise alone made one of five variants slower from a process's first call to its last."""
    rises = (1.12, 1.35, 1.18, 1.24, 1.15)
    timed = Blocks(
        {number: [np.full(9, 100.0), np.full(9, 100.0 * rise)] for number, rise in enumerate(rises)}
    )
    readings = {number: read() for number in range(5)}
    alone = growth.growth(readings, timed, None, 1.0, 0.05).time_change
    among_five = growth.growth(readings, timed, None, 1.0, 0.05, 5).time_change
    assert alone.value == among_five.value
    assert among_five.interval[0] < alone.interval[0] < alone.interval[1] < among_five.interval[1]


def test_processes_that_read_nothing_are_left_out(said):
    (variant,) = said([read(MIB), None, read(MIB)]).variants
    assert (variant.growth.processes, variant.growth.resident_bytes_per_call.verdict) == (2, "grows")


def test_runs_that_read_nothing_say_nothing(said):
    (variant,) = said([None] * 3).variants
    assert (variant.growth, variant.beyond) == (None, None)


def test_what_a_system_does_not_tell_is_null_with_the_reason(said):
    blind = [
        GrowthBlock(1, Reading(objects=1), Reading(objects=1), 0, None, 0),
    ]
    lacking = read(blocks=0, missing={"resident_bytes": "this system has no /proc"})
    (variant,) = said([dataclasses.replace(lacking, blocks=blind)] * 3).variants
    assert variant.growth.resident_bytes_per_call is None
    assert variant.growth.missing == {"resident_bytes": "this system has no /proc"}


def test_why_nothing_was_read_is_a_warning(said):
    report = said([None] * 3, {"growth_error": "RuntimeError: out of luck"})
    assert f"{PREDICT.id}: what grows is not known: RuntimeError: out of luck" in report.warnings


def test_an_altered_file_costs_its_capture(said, tmp_path):
    said([read()] * 3)
    for place in (tmp_path / "run").glob("captures/**/growth.json"):
        place.write_text("{}")
    assert "growth.json" in build.build(tmp_path / "run").variants[0].reason


def test_memory_that_fills_what_was_freed_before_grows_though_none_is_added(said):
    """In TensorFlow 2.0 a call of the compiled predict keeps 400 KiB, which resident memory did not show."""
    (variant,) = said([read(graphs=3, used=MIB)] * 3).variants
    found = variant.growth
    assert found.resident_bytes_per_call.verdict == "steady"
    # two blocks of Python's own allocator a call
    assert (found.used_bytes_per_call.value, found.used_bytes_per_call.verdict) == (MIB + 128, "grows")
    assert found.known[0].startswith("resident memory does not grow while calls fill what was freed before")
    assert found.known[1] == "3 graphs more live after each call"


def test_memory_in_use_is_not_known_by_half(said):
    half = GrowthBlock(1, Reading(python_blocks=1), Reading(python_blocks=1), 0, None, 0)
    (variant,) = said([dataclasses.replace(read(blocks=0), blocks=[half])] * 3).variants
    assert variant.growth.used_bytes_per_call is None


@pytest.mark.parametrize(("timed", "verdict"), [(True, "steady"), (False, "grows")])
def test_slow_calls_that_still_settle_do_not_grow(said, timed, verdict):
    """The first timed call of medium takes 26 MB to stay, the second 0.9, the third none."""
    blocks = [read(held, blocks=1, calls=1).blocks[0] for held in (26 * MIB, MIB, 0)]
    (variant,) = said([dataclasses.replace(read(), timed=timed, blocks=blocks)] * 3).variants
    assert variant.growth.resident_bytes_per_call.verdict == verdict
