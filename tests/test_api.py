import subprocess
import sys

import pytest

import profiler
from profiler import tables
from profiler.protocol.errors import RunError, UsageError
from tests import reference


@pytest.fixture(scope="module")
def run():
    return profiler.load(reference.CURRENT)


@pytest.mark.parametrize(("name", "spec"), [("shares", tables.SHARES), ("latencies", tables.LATENCIES)])
def test_frames_have_the_declared_columns(run, name, spec):
    assert list(getattr(run, name)().columns) == [column.name for column in spec.columns]


def test_functions_are_those_of_the_named_variant(run):
    frame = run.functions("tiny/compiled/predict/b32")
    assert list(frame.columns) == [column.name for column in tables.FUNCTIONS.columns]
    assert "predict" in set(frame["name"])


def test_an_unknown_share_is_nan_not_zero(run):
    frame = run.shares()
    absent = frame[frame["presence"] == "absent"]
    assert len(absent)
    assert absent["share"].isna().all()


def test_every_measured_call_has_a_row(run):
    frame = run.latencies()
    wall = frame[(frame["variant"] == "tiny/compiled/predict/b32") & (frame["instrument"] == "wall")]
    assert len(wall) == 12
    assert wall["process"].nunique() == 3


def test_an_unknown_variant_gets_the_nearest(run):
    with pytest.raises(UsageError, match="tiny/compiled/predict/b32"):
        run.functions("tiny/compild/predict/b32")


def test_a_run_that_does_not_exist_is_one_line():
    with pytest.raises(RunError):
        profiler.load("/nowhere/at/all")


def test_an_unknown_option_gets_the_nearest():
    with pytest.raises(UsageError, match="did you mean budget_s"):
        profiler.run("tiny", budget=3)


def test_importing_the_package_imports_neither_tensorflow_nor_pandas():
    code = (
        "import sys, profiler; print(sorted({'pandas', 'tensorflow', 'numpy', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
