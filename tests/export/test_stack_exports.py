"""Every format holds the same totals, and names that would break it are escaped."""

import json
import pstats as standard
import tracemalloc
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

import jsonschema
import pytest

from profiler.attribution import caller_profile, stacks, validated
from profiler.export import folded, pstats, speedscope, stack_text
from profiler.protocol.errors import UsageError
from profiler.readers import pstats as reader
from profiler.readers.code_places import CodePlaces
from profiler.runs import record
from tests import reference
from tests.attribution.trace import made_trace
from tests.attribution.trace.made_trace import MARK

NOWHERE = CodePlaces({}, {})
HOSTILE = ["a;b 7", "line\nend\r", "50%3B", "nul\0byte", "\ud800lone", 'quote"\\', "</script>", "   "]


@pytest.fixture(scope="module")
def found():
    return validated.load(record.read(reference.CURRENT), None)


@pytest.fixture(scope="module")
def window_ps(found):
    return int(found.stacks.table.array("self_ps").sum())


def from_folded(text):
    """Return stack -> ps; the frames as they were before they were escaped."""
    times = Counter()
    for line in text.splitlines():
        path, _, number = line.rpartition(" ")
        times[tuple(unquote(frame) for frame in path.split(";"))] += int(number)
    return times


def from_speedscope(text):
    document = json.loads(text)
    (profile,) = document["profiles"]
    names = [
        f"{one['file']}:{one['line']} {one['name']}" if "file" in one else one["name"]
        for one in document["shared"]["frames"]
    ]
    times = Counter()
    for sample, weight in zip(profile["samples"], profile["weights"], strict=True):
        times[tuple(names[frame] for frame in sample)] += round(weight * 1000)
    return profile, times


def test_folded_and_speedscope_hold_the_same_stacks_and_times(found, window_ps):
    once = from_folded("".join(folded.render(found.stacks, found.places)))
    profile, again = from_speedscope("".join(speedscope.render(found.stacks, found.places, "tiny")))
    assert once == again
    assert sum(once.values()) == window_ps
    assert round(profile["endValue"] * 1000) == window_ps


def test_the_profile_reads_back_with_the_same_totals(found, window_ps, tmp_path):
    made = caller_profile.make(found.stacks, found.places)
    pstats.write(made, tmp_path / "exact.prof")
    again = reader.read(tmp_path / "exact.prof")
    assert again.functions.array("self_s").sum() == pytest.approx(window_ps / 1e12, rel=1e-9)
    assert again.functions.array("calls").sum() == found.stacks.table.array("calls").sum()
    assert standard.Stats(str(tmp_path / "exact.prof")).total_tt == pytest.approx(window_ps / 1e12, rel=1e-9)


def test_functions_of_the_profile_have_the_times_of_the_folded_stacks(found):
    made = caller_profile.make(found.stacks, found.places)
    labels = [str(frame) for frame in dict.fromkeys(caller_profile.frames(found.stacks, found.places))]
    times = from_folded("".join(folded.render(found.stacks, found.places)))
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


def test_the_speedscope_file_is_of_speedscopes_own_schema(found):
    schema = json.loads(
        (Path(__file__).parents[1] / "browser/speedscope/file-format-schema.json").read_text()
    )
    text = "".join(speedscope.render(found.stacks, found.places, "tiny"))
    jsonschema.validate(json.loads(text), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(text.replace('"sampled"', '"sampling"')), schema)


def test_makeiterator_lies_below_make_iterator_in_every_format(found):
    paths = from_folded("".join(folded.render(found.stacks, found.places)))
    assert any(
        any(frame.endswith(" make_iterator") for frame in path[: path.index("MakeIterator::RootDataset")])
        for path in paths
        if "MakeIterator::RootDataset" in path
    )


@pytest.mark.parametrize("name", HOSTILE)
def test_names_that_could_break_a_format_come_back(name, tmp_path):
    merged = stacks.merge(made_trace.of((MARK, 0, 100), (name, 10, 60), ("g", 20, 30)), MARK)
    shown = name.replace("\0", "\\0")
    text = "".join(folded.render(merged, NOWHERE))
    text = text.encode("utf-8", "surrogatepass").decode("utf-8", "surrogatepass")
    assert from_folded(text) == {(MARK,): 50, (MARK, shown): 40, (MARK, shown, "g"): 10}
    assert from_speedscope("".join(speedscope.render(merged, NOWHERE, name)))[1][MARK, shown] == 40
    pstats.write(caller_profile.make(merged, NOWHERE), tmp_path / "hostile.prof")
    assert len(reader.read(tmp_path / "hostile.prof").functions) == 3


RENDERS = {
    "folded": folded.render,
    "speedscope": lambda merged, places: speedscope.render(merged, places, "hostile"),
}


def deep_and_wide(deep=700, wide=700):
    """Return as many frames within each other, and in the innermost as many different ones."""
    frames = [(f"frame{depth}", depth, 10 * (deep + wide) - depth) for depth in range(deep)]
    leaves = [(f"leaf{leaf}", deep + 2 * leaf, deep + 2 * leaf + 1) for leaf in range(wide)]
    return stacks.merge(made_trace.of((MARK, 0, 10 * (deep + wide)), *frames, *leaves), MARK)


def one_long_name(wide=300):
    """Return many functions that all call one whose name is long."""
    outer = [(f"f{place}", 10 * place, 10 * place + 9) for place in range(wide)]
    inner = [("n" * 100_000, start + 1, end - 1) for _, start, end in outer]
    return stacks.merge(made_trace.of((MARK, 0, 10 * wide), *outer, *inner), MARK)


@pytest.mark.parametrize("make", [deep_and_wide, one_long_name])
@pytest.mark.parametrize("name", RENDERS)
def test_a_text_much_larger_than_its_trace_is_never_held_as_a_whole(name, make):
    merged = make()
    tracemalloc.start()
    try:
        size = sum(map(len, RENDERS[name](merged, NOWHERE)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size > 2_000_000 or (name, make) == ("speedscope", one_long_name)
    assert peak < 1_000_000


@pytest.mark.parametrize("name", RENDERS)
def test_more_text_than_the_limit_is_refused_before_any_is_written(name, monkeypatch):
    merged = deep_and_wide(50, 50)
    size = sum(map(len, RENDERS[name](merged, NOWHERE)))
    monkeypatch.setattr(stack_text, "MOST_BYTES", size)
    RENDERS[name](merged, NOWHERE)
    monkeypatch.setattr(stack_text, "MOST_BYTES", size // 2)
    with pytest.raises(UsageError, match=r"GiB as text, over the limit of .* use --format pstats"):
        RENDERS[name](merged, NOWHERE)
