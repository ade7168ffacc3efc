"""Folded stacks, as scripts for flame graphs read them."""

from collections import Counter

import pytest

from profiler.attribution import caller_profile, validated
from profiler.export import folded
from profiler.runs import record
from tests import reference
from tests.attribution.trace.made_trace import MARK
from tests.export.samples import HOSTILE, NOWHERE, called, from_folded


@pytest.fixture(scope="module")
def found():
    return validated.load(record.read(reference.CURRENT), None)


@pytest.mark.long
def test_functions_of_the_profile_have_the_times_of_the_folded_stacks(found):
    made = caller_profile.make(found.stacks, found.places)
    labels = [str(frame) for frame in dict.fromkeys(caller_profile.frames(found.stacks, found.places))]
    times = from_folded("".join(folded.pieces(found.stacks, found.places, "tiny")))
    inclusive = Counter()
    for path, own in times.items():
        inclusive.update(dict.fromkeys(path, own))
    cumulative_ps = (made.functions.array("cumulative_s") * 1e12).round()
    names = made.functions.coded("name").decode()
    paths = made.functions.coded("path").decode()
    lines = made.functions.array("line").tolist()
    for row, name in enumerate(names):
        label = f"{paths[row]}:{lines[row]} {name}" if paths[row] != "~" else name
        assert label in labels
        assert cumulative_ps[row] == pytest.approx(inclusive[label], abs=2), label


def test_the_numbers_add_up_to_all_of_the_time(found):
    times = from_folded("".join(folded.pieces(found.stacks, found.places, "tiny")))
    assert sum(times.values()) == int(found.stacks.table.array("self_ps").sum())


def test_makeiterator_lies_below_make_iterator(found):
    paths = from_folded("".join(folded.pieces(found.stacks, found.places, "tiny")))
    assert any(
        any(frame.endswith(" make_iterator") for frame in path[: path.index("MakeIterator::RootDataset")])
        for path in paths
        if "MakeIterator::RootDataset" in path
    )


@pytest.mark.parametrize("name", HOSTILE)
def test_names_that_could_break_a_line_come_back(name):
    shown = name.replace("\0", "\\0")
    text = "".join(folded.pieces(called(name), NOWHERE, name))
    text = text.encode("utf-8", "surrogatepass").decode("utf-8", "surrogatepass")
    assert from_folded(text) == {(MARK,): 50, (MARK, shown): 40, (MARK, shown, "g"): 10}
