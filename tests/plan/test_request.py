import dataclasses
import json

import msgspec
import pytest

from profiler.plan import processes as plan
from profiler.plan.request import OPTIONS, Request
from profiler.protocol.errors import OptionError, UsageError


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"workloads": ("tinny",)}, "did you mean tiny"),
        ({"compile_states": ("complied",)}, "did you mean compiled"),
        ({"entry_points": ("predicts",)}, "did you mean predict"),
        ({"instruments": ("cprofiler",)}, "did you mean cprofile"),
        ({"calls": 0}, "calls=0"),
        ({"processes": -1}, "processes=-1"),
        ({"rows": 0}, "rows=0"),
        ({"batch_sizes": (0,)}, "batch_sizes=0"),
        ({"batch_sizes": (32, 1, 32)}, "batch_sizes=32,1,32: a number is given twice"),
        ({"pin": (0, 0)}, "pin=0,0: a number is given twice"),
        ({"budget_s": 0.0}, "budget_s=0"),
        ({"budget_s": -3.0}, "budget_s=-3"),
        ({"budget_s": float("nan")}, "budget_s=nan"),
        ({"budget_s": 1e308}, "budget_s=1e+308: at most 604800 s may be asked for"),
        ({"processes": 100_000_000}, "processes=100000000: at most 10000 may be asked for"),
        ({"calls": 10**20}, "at most 100000000 may be asked for"),
        ({"rows": 10**12}, "at most 1000000000 may be asked for"),
        ({"batch_sizes": (32, 10**12)}, "batch_sizes=1000000000000"),
        ({"full": True, "calls": 3}, "give one of them"),
        ({"workloads": ("tiny", "tiny")}, "named twice"),
        ({"smallest_effect": 0.0}, "smallest_effect=0"),
        ({"smallest_growth_kib": 0.0}, "smallest_growth_kib=0"),
        ({"smallest_growth_kib": float("nan")}, "smallest_growth_kib=nan"),
        ({"pin": (9999,)}, "pin=9999"),
        ({"model": "m.keras", "workloads": ("tiny",)}, "leave out tiny"),
        ({"input": "x.npz"}, "name it as well"),
        ({"signature": "serve"}, "name it as well"),
        ({"input_shape": ("5",)}, "input_shape=: needs a model of your own; name it as well"),
        ({"model": "m:f", "input": "x.npz", "input_shape": ("5",)}, "leave it or input= out"),
        ({"model": "m:f", "input_shape": ("5,x",)}, "input_shape=5,x: give whole numbers"),
        ({"model": "m:f", "input_shape": ("a=0",)}, "input_shape=a=0: give whole numbers"),
        ({"model": "m:f", "input_shape": ("a=5", "a=6")}, "an input that has one"),
        ({"model": "m:f", "input_shape": ("a=5", "6")}, "an input that has one"),
    ],
)
def test_a_request_that_cannot_be_is_refused_in_one_line(options, says):
    with pytest.raises(UsageError) as caught:
        plan.make(Request(**options))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_request_survives_the_manifest_that_holds_it():
    request = Request(workloads=("tiny",), batch_sizes=(1, 8), budget_s=2.5)
    assert msgspec.convert(json.loads(json.dumps(dataclasses.asdict(request))), Request) == request


def test_every_field_but_the_workloads_is_an_option_with_a_flag_of_its_own():
    names = {field.name for field in dataclasses.fields(Request)} - {"workloads"}
    assert set(OPTIONS) == names
    flags = [option.flag for option in OPTIONS.values()]
    assert len(flags) == len(set(flags))
    assert all(flag.startswith("--") for flag in flags)


def test_users_of_the_api_are_told_of_fields_and_not_of_flags():
    with pytest.raises(OptionError) as caught:
        Request(smallest_effect=2.0)
    assert str(caught.value) == "smallest_effect=2: a fraction between 0 and 1 is needed"
    assert caught.value.option == "smallest_effect"


def test_a_core_of_another_machine_is_no_fault_of_a_request_that_is_only_read():
    assert Request(pin=(9999,)).pin == (9999,)


def test_the_shapes_of_rows_are_known_by_the_inputs_names():
    assert Request(model="m:f", input_shape=("50,41",)).row_shapes() == {"": [50, 41]}
    named = Request(model="m:f", input_shape=("a=50,41", "b=3"))
    assert named.row_shapes() == {"a": [50, 41], "b": [3]}
