"""The merged call tree, against one that is made moment by moment."""

import gzip

import pytest

from profiler.attribution import stacks
from profiler.attribution.trace import sound_trace
from profiler.protocol.errors import TraceFormatError, Unusable
from profiler.runs import record
from tests import reference
from tests.attribution.trace import made_trace
from tests.attribution.trace.made_trace import MARK
from tests.oracles import stack_oracle


def by_stack(found):
    names = found.table.coded("name").decode()
    return {tuple(names[row] for row in path): path[-1] for path in found.paths()}


def figures(found):
    columns = [found.table.array(name) for name in ("calls", "inclusive_ps", "self_ps")]
    return {path: tuple(int(one[row]) for one in columns) for path, row in by_stack(found).items()}


def test_equal_stacks_of_all_marked_calls_are_one():
    found = stacks.merge(
        made_trace.of(
            (MARK, 0, 100),
            ("f", 10, 60),
            ("g", 20, 30),
            ("g", 40, 45),
            (MARK, 200, 300),
            ("f", 210, 220),
            ("g", 230, 240),
        ),
        MARK,
    )
    assert (found.calls, found.window_ps) == (2, 200)
    assert figures(found) == {
        (MARK,): (2, 200, 130),
        (MARK, "f"): (2, 60, 45),
        (MARK, "f", "g"): (2, 15, 15),
        (MARK, "g"): (1, 10, 10),
    }


def test_what_lies_outside_the_marks_is_left_out():
    found = stacks.merge(
        made_trace.of(("outer", 0, 100), ("before", 1, 5), (MARK, 10, 50), ("f", 20, 30)), MARK
    )
    assert set(by_stack(found)) == {(MARK,), (MARK, "f")}


def test_siblings_come_with_the_most_time_first():
    found = stacks.merge(
        made_trace.of((MARK, 0, 100), ("short", 10, 20), ("long", 30, 90), ("middle", 91, 99)), MARK
    )
    assert [path[-1] for path in by_stack(found)] == [MARK, "long", "short", "middle"]


def test_without_the_mark_there_are_no_stacks():
    with pytest.raises(Unusable, match="holds no kprof_call event"):
        stacks.merge(made_trace.of(("f", 0, 10)), MARK)


def test_stacks_deeper_than_calls_can_go_are_refused():
    deep = [(f"f{n}", n, 20_000 - n) for n in range(1, stacks.DEEPEST + 10)]
    with pytest.raises(TraceFormatError, match="no calls go so deep"):
        stacks.merge(made_trace.of((MARK, 0, 20_000), *deep), MARK)


def traced():
    for run in reference.runs():
        for capture in record.read(run).captures:
            if capture.instrument == "tfprofiler" and capture.manifest.python_events is not False:
                yield pytest.param(capture, id=f"{run.name}:{capture.variant.compile_state}")


@pytest.mark.long
@pytest.mark.parametrize("capture", list(traced()))
def test_own_times_of_the_reference_traces_are_the_oracles(capture):
    sound = sound_trace.load(capture)
    found = stacks.merge(sound.trace, sound.mark)
    (path,) = capture.trace_folder().iterdir()
    expected = stack_oracle.own_times(gzip.decompress(path.read_bytes()), sound.mark)
    own = {path: one[2] for path, one in figures(found).items() if one[2]}
    total = sum(expected.values())
    assert sum(own.values()) == pytest.approx(found.window_ps, rel=1e-3)
    # a moment or two of each call's end lies differently: what ends the mark outlasts it
    assert sum(abs(own.get(key, 0) - expected[key]) for key in {*own, *expected}) < 2e-3 * total
