from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from profiler.collect import blocks
from profiler.protocol.instruments import Instrument

MS = 1_000_000

variants = st.lists(st.tuples(st.integers(1, 400), st.integers(10_000, 4_000 * MS)), min_size=1, max_size=6)


@given(variants, st.integers(0, 2**31 - 1))
def test_every_variant_gets_exactly_its_calls(plan, seed):
    calls, costs = zip(*plan, strict=True)
    made = Counter()
    for block in blocks.schedule(calls, costs, seed):
        made[block.variant] += block.calls
    assert [made[v] for v in range(len(plan))] == list(calls)


@given(variants, st.integers(0, 2**31 - 1))
def test_the_same_seed_gives_the_same_order(plan, seed):
    calls, costs = zip(*plan, strict=True)
    assert blocks.schedule(calls, costs, seed) == blocks.schedule(calls, costs, seed)


@given(variants, st.integers(0, 2**31 - 1))
def test_no_variant_has_two_blocks_in_a_round(plan, seed):
    calls, costs = zip(*plan, strict=True)
    seen = Counter((block.round, block.variant) for block in blocks.schedule(calls, costs, seed))
    assert set(seen.values()) == {1}


def test_variants_of_a_round_change_places_between_rounds():
    order = blocks.schedule([40, 40], [50 * MS, 50 * MS], seed=7)
    firsts = {block.variant for block in order if block.position == 0}
    assert firsts == {0, 1}


def test_blocks_are_short_where_calls_are_slow_enough():
    order = blocks.schedule([40, 40], [50 * MS, 50 * MS], seed=7)
    assert {block.calls for block in order} == {2}


def test_fast_calls_are_warmed_up_again_after_a_switch_and_slow_ones_are_not():
    order = blocks.schedule([40, 40], [50 * MS, MS // 2], seed=7)
    assert {block.variant: block.re_warm_up for block in order} == {0: 0, 1: blocks.RE_WARM_UP_CALLS}


def test_a_variant_alone_needs_no_warming_up_again():
    assert {block.re_warm_up for block in blocks.schedule([500], [MS // 2], seed=7)} == {0}


QUICK = Instrument("quick", "something", gives=(), blocks=6, rehearsals=2)


@given(st.integers(1, 400), st.integers(10_000, 4_000 * MS))
def test_a_capture_by_itself_gets_its_calls_and_those_with_the_instrument_off_beside_them(calls, call_ns):
    taken = blocks.alone(calls, call_ns, QUICK)
    kept = [one for one in taken if not one.rehearsal]
    assert sum(one.calls for one in kept) == calls
    assert [one.round for one in taken] == list(range(len(taken)))
    if call_ns >= 500 * MS:
        assert taken == [blocks.Block(0, 0, 0, calls, 0)]
        return
    assert len(taken) == min(calls, 6) + 2
    for one in taken:
        assert 1 <= one.undisturbed <= max(one.calls, 1)
        assert one.undisturbed * call_ns <= max(250 * MS, call_ns)
        assert one.re_warm_up == (3 if call_ns < 5 * MS else 0)
