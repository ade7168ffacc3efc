import pickle

import pytest

from profiler.protocol.errors import KprofError, OptionError, TraceFormatError


def test_an_error_reads_as_place_fault_and_remedy():
    error = KprofError("is missing", "/runs/a/run.json", "make a new run")
    assert str(error) == "/runs/a/run.json: is missing; make a new run"
    assert str(KprofError("is missing")) == "is missing"


def test_a_place_below_a_folder_is_named_as_it_lies_there():
    error = KprofError("is missing", "/runs/a/run.json", "make a new run")
    assert error.below("/runs/a") == "run.json: is missing; make a new run"
    assert error.below("/runs/b") == str(error)
    assert error.below("/runs/a/run.json") == "is missing; make a new run"


@pytest.mark.parametrize(
    "error",
    [
        KprofError("is missing", "here", "do"),
        OptionError("budget_s", 0, "more than 0 is needed"),
        TraceFormatError("is cut", "a.pb", 7),
    ],
)
def test_an_error_survives_its_way_between_processes(error):
    copy = pickle.loads(pickle.dumps(error))
    assert (str(copy), copy.what, copy.where, copy.to_do) == (
        str(error),
        error.what,
        error.where,
        error.to_do,
    )
