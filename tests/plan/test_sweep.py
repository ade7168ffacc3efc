"""The axis of a sweep, its sizes, and what is called at each."""

import msgspec
import pytest

from profiler.plan import sweep
from profiler.plan.estimate import CallCost
from profiler.plan.request import Request
from profiler.plan.sweep import BATCH, MODEL, ROWS, WIDTH, Sizes, SweepRequest
from profiler.protocol.errors import OptionError, UsageError

PREDICT = ("compiled", "predict")


def asked(workload=None, base=None, **given):
    sizes = {name: sweep.sizes(text, name) for name, text in given.items() if isinstance(text, str)}
    return sweep.request(workload, base or Request(), **{**given, **sizes})


def test_a_range_is_filled_evenly_in_logarithms_and_keeps_its_ends():
    assert sweep.sizes("1..4096", "rows").grid(7) == (1, 4, 16, 64, 256, 1024, 4096)
    assert sweep.sizes("1..4", "rows").grid(9) == (1, 2, 3, 4)
    assert sweep.sizes("8, 1,64", "rows").grid(9) == (1, 8, 64)


@pytest.mark.parametrize(
    "text", ["", "a", "5..2", "5..5", "0..3", "1,0", "1,1", "1..", "1.5", "-3", "9" * 12]
)
def test_what_are_no_sizes_is_one_line(text):
    with pytest.raises(OptionError, match="rows="):
        sweep.sizes(text, "rows")


@pytest.mark.parametrize(("given", "grid"), [(None, None), (8, (8,)), ([1, 8], (1, 8)), ("1..2", (1, 2))])
def test_sizes_are_given_as_text_a_number_or_several(given, grid):
    found = sweep.given("rows", given)
    assert (found and found.grid(7)) == grid


@pytest.mark.parametrize(
    ("found", "axis"),
    [
        (asked(), ROWS),
        (asked("tiny", rows="1..8"), ROWS),
        (asked("tiny", rows="8"), ROWS),
        (asked("tiny", batch_sizes="1..8"), BATCH),
        (asked("mlp"), WIDTH),
        (asked("mlp", batch_sizes="8"), WIDTH),
        (asked("mlp", rows="1..8"), ROWS),
        (asked("mlp64"), ROWS),
        (asked(base=Request(model="a.keras"), beside=("b.keras",)), MODEL),
    ],
)
def test_the_axis_is_what_has_several_sizes(found, axis):
    assert found.axis == axis


def test_rows_are_taken_in_batches_as_predict_takes_them():
    found = asked()
    assert [found.variant(rows, PREDICT).id for rows in (8, 32, 100)] == [
        "tiny/compiled/predict/b8",
        "tiny/compiled/predict/b32",
        "tiny/compiled/predict/b32/r100",
    ]
    assert asked(batch_sizes="16").variant(8, PREDICT).id == "tiny/compiled/predict/b16/r8"


def test_batches_divide_the_rows_of_the_largest_unless_rows_are_given():
    assert asked(batch_sizes="1..64").variant(4, PREDICT).id == "tiny/compiled/predict/b4/r64"
    assert asked(batch_sizes="1..64", rows="8").variant(4, PREDICT).id == "tiny/compiled/predict/b4/r8"


def test_the_scalable_workload_has_its_width_in_its_name():
    assert asked("mlp").variant(64, PREDICT).id == "mlp64/compiled/predict/b32"
    assert asked("mlp", batch_sizes="8").variant(64, PREDICT).id == "mlp64/compiled/predict/b8"


def test_several_models_stand_beside_each_other_at_one_size():
    found = asked(base=Request(model="a.keras"), beside=("b.keras",), rows="64")
    assert found.grid() == (0, 1)
    assert [found.variant(place, PREDICT).id for place in (0, 1)] == [
        "a/compiled/predict/b32/r64",
        "b/compiled/predict/b32/r64",
    ]


def test_predict_is_measured_in_every_state_and_the_other_ways_on_the_compiled_model():
    assert asked().ways() == (
        ("uncompiled", "predict"),
        PREDICT,
        ("compiled", "predict_on_batch"),
        ("compiled", "call"),
        ("compiled", "function"),
    )
    assert asked(base=Request(compile_states=("uncompiled",), entry_points=("call",))).ways() == (
        ("uncompiled", "predict"),
        ("uncompiled", "call"),
    )
    assert asked().baseline == PREDICT


@pytest.mark.parametrize(("call_s", "last"), [(0.05, 4096), (0.05 + 0.5, 128), (5.0, 32)])
def test_rows_end_where_a_call_of_a_model_of_the_user_s_would_be_long(call_s, last):
    assert asked(base=Request(model="m.keras")).grid(CallCost(call_s, call_s))[-1] == last


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: asked(rows="1..8", batch_sizes="1..8"), "second axis"),
        (lambda: asked(base=Request(model="a.keras"), beside=("b.keras",), rows="1..8"), "second axis"),
        (lambda: asked("tiny", widths="1..8"), "sweep mlp"),
        (lambda: asked("mlp", widths="1..99999"), "at most 16384"),
        (lambda: asked(points=1), "points=1"),
        (lambda: asked(processes=0), "processes=0"),
        (lambda: asked(budget_s=0.0), "budget_s=0"),
        (lambda: asked("tinny"), "did you mean tiny"),
        (lambda: asked("mlp0"), "mlp256"),
        (lambda: asked("tiny", Request(model="a.keras")), "leave out tiny"),
        (lambda: asked(base=Request(model="x/a.keras"), beside=("y/a.keras",)), "called a"),
    ],
)
def test_what_cannot_be_swept_is_one_line(make, says):
    with pytest.raises(UsageError, match=says):
        make()


@pytest.mark.parametrize(
    ("given", "demands", "says"),
    [
        ({"rows": "1..8"}, (None, 100), "gives 100 rows a call"),
        ({"batch_sizes": "1..8"}, (8, None), "batches of 8 alone, so batch size"),
        ({"rows": "1..8"}, (8, None), "give that as batch size: 8"),
    ],
)
def test_a_model_that_demands_a_size_is_not_swept_over_others(given, demands, says):
    with pytest.raises(UsageError, match=says):
        sweep.require_sweepable(asked(**given), "m", *demands)


def test_a_model_of_one_batch_size_is_swept_by_rows_in_such_batches():
    sweep.require_sweepable(asked(rows="1..80", batch_sizes="8"), "m", 8, None)


def test_a_request_is_the_same_after_it_has_been_on_the_disk():
    found = asked(rows="1..8", processes=4)
    assert msgspec.convert(msgspec.to_builtins(found), SweepRequest) == found
    assert Sizes((1, 2)).grid(9) == (1, 2)
