"""Which run and variant each side is, and which variants belong together."""

import pytest

from profiler.comparison import sides
from profiler.comparison.sides import Chosen
from profiler.protocol.errors import UsageError
from tests.comparison.made_sides import FAST, STEADY, of_two
from tests.report.made_run import COMPILED, SLUG, write


def ids(pairs):
    return [(one.id, other.id) for one, other in pairs]


def test_two_chosen_variants_are_one_pair(tmp_path):
    run = of_two(tmp_path / "a")
    both = sides.read(Chosen(run, FAST.id), Chosen(run, COMPILED.id))
    assert ids(sides.pairs(*both)) == [(FAST.id, COMPILED.id)]
    assert sides.others(both[0], {f"{SLUG}:{FAST.id}"}) == ()


def test_a_side_without_a_variant_takes_the_other_s(tmp_path):
    first, second = of_two(tmp_path / "a"), of_two(tmp_path / "b")
    for chosen in ((FAST.id, None), (None, FAST.id), (f"{SLUG}:{FAST.id}", None)):
        both = sides.read(Chosen(first, chosen[0]), Chosen(second, chosen[1]))
        assert ids(sides.pairs(*both)) == [(FAST.id, FAST.id)]


def test_an_unknown_variant_gets_the_nearest(tmp_path):
    run = of_two(tmp_path / "a")
    with pytest.raises(UsageError, match=f"did you mean {FAST.id}"):
        sides.read(Chosen(run, "tiny/compiled/predict_on_bach/b32"), Chosen(run))


def test_without_a_choice_variants_of_one_kind_are_pairs(tmp_path):
    first, second = of_two(tmp_path / "a"), write(tmp_path / "b", STEADY)
    both = sides.read(Chosen(first), Chosen(second))
    assert ids(sides.pairs(*both)) == [(COMPILED.id, COMPILED.id)]
    assert sides.others(both[0], {f"{SLUG}:{COMPILED.id}"}) == (f"{SLUG}:{FAST.id}",)


def test_a_run_on_both_sides_is_read_once(tmp_path):
    run = of_two(tmp_path / "a")
    (tmp_path / "link").symlink_to(run)
    before, after = sides.read(Chosen(run), Chosen(tmp_path / "link"))
    assert before.report is after.report and before.shares_run_with(after)
