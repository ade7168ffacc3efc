import pytest

from profiler.protocol import growth
from profiler.protocol.growth import GrowthBlock, Reading, WatchedCollections, calls_of_blocks
from profiler.protocol.switching import SLOW_CALL_NS


@pytest.mark.parametrize("field", ["resident_bytes", "threads", "graphs", "objects"])
@pytest.mark.parametrize("value", [-1, 1 << 63])
def test_a_reading_is_no_number_that_cannot_be(field, value):
    with pytest.raises(ValueError, match=f"{field} is"):
        Reading(**{field: value})


@pytest.mark.parametrize("fields", [{"calls": 0}, {"freed_objects": -1}, {"collection_ns": -1}])
def test_a_block_holds_calls_and_frees_nothing_negative(fields):
    whole = {"calls": 1, "freed_objects": 0, "freed_bytes": None, "collection_ns": 0}
    with pytest.raises(ValueError, match="a block"):
        GrowthBlock(before=Reading(), after=Reading(), **{**whole, **fields})


@pytest.mark.parametrize("counts", [[1, 0], [1, 0, -1]])
def test_watched_collections_are_of_three_generations(counts):
    with pytest.raises(ValueError, match="3 counts"):
        WatchedCollections(1, 1, counts, [0, 0, 0])


@pytest.mark.parametrize(
    ("call_ns", "blocks"),
    [
        (1_000_000, [100] * growth.BLOCKS),
        (60_000_000, [2] * growth.BLOCKS),
        (400_000_000, [1] * growth.FEWEST_BLOCKS),
        (SLOW_CALL_NS, []),
    ],
)
def test_quick_calls_come_in_short_blocks_and_slow_ones_are_not_made_again(call_ns, blocks):
    assert calls_of_blocks(call_ns) == blocks
