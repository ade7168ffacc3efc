"""A bound on how much text stacks become."""

import tracemalloc

import pytest

from profiler.export import folded, speedscope, stack_text
from profiler.protocol.errors import UsageError
from tests.export.samples import NOWHERE, deep_and_wide, one_long_name

WRITERS = {"folded": folded.pieces, "speedscope": speedscope.pieces}


@pytest.mark.parametrize("make", [deep_and_wide, one_long_name])
@pytest.mark.parametrize("name", WRITERS)
def test_a_text_much_larger_than_its_trace_is_never_held_as_a_whole(name, make):
    merged = make()
    tracemalloc.start()
    try:
        size = sum(map(len, WRITERS[name](merged, NOWHERE, name)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size > 2_000_000 or (name, make) == ("speedscope", one_long_name)
    assert peak < 1_000_000


@pytest.mark.parametrize("name", WRITERS)
def test_more_text_than_the_limit_is_refused_before_any_is_written(name, monkeypatch):
    merged = deep_and_wide(50, 50)
    size = sum(map(len, WRITERS[name](merged, NOWHERE, name)))
    monkeypatch.setattr(stack_text, "MOST_BYTES", size)
    WRITERS[name](merged, NOWHERE, name)
    monkeypatch.setattr(stack_text, "MOST_BYTES", size // 2)
    with pytest.raises(UsageError, match=r"GiB as text, over the limit of .* use --format pstats"):
        WRITERS[name](merged, NOWHERE, name)
