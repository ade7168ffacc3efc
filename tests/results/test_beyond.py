"""Time beyond the calls, from manifests and readings that are made up."""

import pytest

from profiler.results.beyond import beyond
from tests.results.grown import read

# six calls of 5 ms in two blocks of each process
CALLS, CALL_NS = 6, 5_000_000
RECORDED = {"between_calls_ns": 4 * 1500, "collections": [12, 6, 0]}


def test_the_time_between_calls_is_that_of_the_harness(said):
    (variant,) = said([read()] * 3, RECORDED).variants
    assert variant.beyond.between_us == pytest.approx(1.5)
    assert variant.beyond.between_share == pytest.approx(6000 / (6000 + CALLS * CALL_NS))


def test_collections_in_calls_are_counted_there_and_timed_elsewhere(said):
    (variant,) = said([read()] * 3, RECORDED).variants
    found = variant.beyond.collections
    assert [(one.generation, one.per_call) for one in found] == [(0, 2.0), (1, 1.0), (2, 0.0)]
    # 0.3 ms and 0.2 ms each
    assert [one.share for one in found] == pytest.approx([2 * 0.3 / 5, 0.2 / 5, 0.0])
    assert variant.beyond.collections_share == pytest.approx(0.16)


def test_a_collection_of_everything_is_known_without_having_been_watched(said):
    (variant,) = said([read()] * 3, {**RECORDED, "collections": [0, 0, 1]}).variants
    assert variant.beyond.collections_share == pytest.approx(230 / (CALLS * 5))


def test_collections_that_nobody_timed_have_no_share(said):
    (variant,) = said([read(watched=None)] * 3, RECORDED).variants
    assert [one.share for one in variant.beyond.collections] == [None, None, 0.0]
    assert variant.beyond.collections_share is None


def test_what_a_later_collection_frees_has_its_time_beyond_an_empty_one(said):
    (variant,) = said([read(freed=300)] * 3, RECORDED).variants
    later = variant.beyond.later
    assert (later.objects_per_call, later.bytes_per_call) == (300, 2048)
    assert later.ms_per_call == pytest.approx(0.1)
    assert later.share == pytest.approx(0.1 / 5)


def test_what_was_not_recorded_is_not_known(said):
    assert beyond([], {}) is None
    (variant,) = said([None] * 3, {"between_calls_ns": 0}).variants
    assert (variant.beyond.collections, variant.beyond.later) == ((), None)
