"""What the worker says of its environment, with a framework and models that are made up."""

from types import SimpleNamespace

import numpy as np
import pytest

from profiler.cli import flags
from profiler.collect import environment
from profiler.collect.models import built_in
from profiler.collect.models.files import CannotLoadError
from profiler.protocol.errors import CollectError, UsageError
from profiler.protocol.options import option
from profiler.protocol.spec import Spec, WorkloadSpec
from tests.collect.fakes import MadeUp


def opened(monkeypatch, **changes):
    model = SimpleNamespace(
        count_params=lambda: 13, jit_compile="auto", predict=lambda x, batch_size, verbose: x
    )
    workload = SimpleNamespace(
        fixed_batch_size=lambda: None,
        fixed_rows=lambda: None,
        any_state=lambda batch_size: model,
        inputs=lambda rows: (np.zeros(rows), ["cut to fit"]),
    )
    vars(workload).update(changes)
    monkeypatch.setattr(built_in, "open_workload", lambda *_: workload)


def described(*workloads):
    return environment.describe(Spec("/out", list(workloads)), MadeUp())


def test_a_built_in_workload_is_built_but_not_called(monkeypatch):
    opened(monkeypatch)
    found = described(WorkloadSpec("tiny"))
    assert (found.framework, found.jit_compile) == ("made_up", "auto")
    assert found.workloads["tiny"].parameters == 13
    assert found.workloads["tiny"].call_ns is None


def test_the_users_own_model_is_called_too(monkeypatch):
    opened(monkeypatch, fixed_batch_size=lambda: 8)
    found = described(WorkloadSpec("mine", "mine.keras")).workloads["mine"]
    assert (found.batch_size, found.input_notes) == (8, ["cut to fit"])
    assert found.call_ns > 0


def test_an_input_in_batches_says_how_many_rows_a_call_takes(monkeypatch):
    asked = []
    opened(monkeypatch, fixed_rows=lambda: 70, inputs=lambda rows: (asked.append(rows), []))
    assert described(WorkloadSpec("mine", "mine.keras")).workloads["mine"].rows == 70
    assert asked == [70]


def test_a_workload_that_cannot_be_built_says_why_and_leaves_the_others(monkeypatch):
    def refuse(batch_size):
        raise UsageError("no such model")

    opened(monkeypatch, any_state=refuse)
    found = described(WorkloadSpec("tiny"), WorkloadSpec("medium"))
    assert {name: one.error for name, one in found.workloads.items()} == dict.fromkeys(
        ("tiny", "medium"), "no such model"
    )


@pytest.mark.parametrize("python_events", [True, False])
def test_a_diagnosis_says_what_the_profiler_records(tmp_path, python_events):
    framework = MadeUp(devices=("GPU:0 NVIDIA L4",), python_events=python_events)
    found = environment.diagnose(str(tmp_path / "session"), framework)
    assert (found.devices, found.python_events, found.error) == (["GPU:0 NVIDIA L4"], python_events, None)


def test_a_profiler_that_leaves_nothing_is_diagnosed(tmp_path):
    assert environment.diagnose(str(tmp_path), MadeUp(trace=b"")).error == "the profiler left no trace"


def test_a_profiler_that_raises_is_diagnosed(tmp_path):
    class Without(MadeUp):
        def profiler_session(self):
            raise RuntimeError("no profiler in this build")

    found = environment.diagnose(str(tmp_path), Without())
    assert (found.python_events, found.error) == (False, "RuntimeError: no profiler in this build")


def test_a_file_that_keras_does_not_load_is_told_apart_from_other_errors(monkeypatch):
    """What a factory could do is left out: another release may load the file."""

    def refuse(batch_size):
        raise CannotLoadError("no groups", "m.h5", "give a factory")

    opened(monkeypatch, any_state=refuse)
    found = described(WorkloadSpec("mine", "m.h5")).workloads["mine"]
    assert (found.error, found.not_loaded) == ("m.h5: no groups; give a factory", "m.h5: no groups")
    opened(monkeypatch, fixed_batch_size=lambda: 1 / 0)
    assert described(WorkloadSpec("mine", "m.h5")).workloads["mine"].not_loaded is None


def test_an_option_that_an_error_names_stays_marked_for_whoever_shows_it(monkeypatch):
    def refuse(batch_size):
        raise UsageError("has no shape", "m.h5", f"give {option('input_shape')}")

    opened(monkeypatch, any_state=refuse)
    error = CollectError(described(WorkloadSpec("mine", "m.h5")).workloads["mine"].error)
    assert str(error) == "m.h5: has no shape; give input_shape="
    assert flags.line(error) == "m.h5: has no shape; give --input-shape"
