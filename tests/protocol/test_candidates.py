"""The descriptors of the candidates."""

import pytest

from profiler.protocol.candidates import (
    BASELINE,
    CALLS_PER_BATCH,
    CANDIDATES,
    EXTRAS,
    XLA,
    candidate,
    simplicity,
)
from profiler.protocol.vocabulary import Variant


def test_the_baseline_comes_first_and_is_always_tried():
    assert CANDIDATES[0].id == BASELINE
    assert CANDIDATES[0].option is None
    assert simplicity(BASELINE) == 0


def test_simpler_ones_stand_before_others():
    order = ["predict_on_batch", "call", "function_fixed", "function_open", "function_fixed_xla", "litert"]
    assert sorted(order, key=simplicity) == order


@pytest.mark.parametrize("one", CANDIDATES, ids=lambda one: one.id)
def test_each_has_a_line_with_placeholders_that_can_be_filled(one):
    filled = {"model": "m", "x": "x", "rows": "len(x)", "signature": "s"}
    for text in (one.each, *one.once):
        assert "{model}" not in text.format(**filled)
    assert one.id == "coalesced" or "x" in one.each or one.same_data
    assert one.option in (None, XLA, EXTRAS, CALLS_PER_BATCH)
    assert Variant("tiny", "compiled", one.id, 32, 32).id.endswith(f"{one.id}/b32")


def test_an_unknown_one_is_an_error():
    with pytest.raises(KeyError):
        candidate("toy")
