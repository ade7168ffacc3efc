"""Compute is the model's own kernels, on whatever thread and however started, and none of the pipeline's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.attribution.trace import compute, sound_trace
from profiler.attribution.trace.marked_calls import find_marks
from profiler.readers import xplane
from profiler.runs import record
from profiler.tables import spec
from profiler.tables import trace as trace_tables
from tests import reference
from tests.attribution.trace import made_trace
from tests.attribution.trace.made_trace import MARK


def share(python=(), executor=(), ids=None):
    """Compute of one call of 100 ps."""
    threads = {"python": [(MARK, 0, 100), *python], "executor": executor}
    trace = made_trace.of_threads(threads, ids)
    return compute.measure(trace, find_marks(trace, MARK))


def test_kernels_that_run_at_once_count_once_and_only_inside_the_call():
    found = share(
        executor=[
            ("ExecutorState::Process", 10, 60),
            ("model/a/MatMul:MatMul", 10, 40),
            ("model/b/Relu:Relu", 40, 60),
            ("model/c/Relu:Relu", 90, 150),
        ]
    )
    assert found.model == pytest.approx(0.60)
    assert found.pipeline == 0


def test_kernels_of_a_function_that_a_dataset_captured_are_the_pipelines():
    """They lie below no iterator: their step's id leads to the captured function."""
    executor = [
        ("InstantiatedCapturedFunction::RunAsync", 5, 8),
        ("ExecutorState::Process", 10, 50),
        ("GatherV2:GatherV2", 10, 50),
    ]
    own = {"ExecutorState::Process": 7, "InstantiatedCapturedFunction::RunAsync": 8}
    assert share(executor=executor, ids=own) == compute.Compute(0.40, 0.0)
    captured = dict.fromkeys(own, 7)
    assert share(executor=executor, ids=captured) == compute.Compute(0.0, 0.40)


def test_what_gets_the_batch_and_keras_s_own_counter_are_no_kernels_of_the_model():
    found = share(
        executor=[
            ("ExecutorState::Process", 0, 100),
            ("IteratorGetNext:IteratorGetNext", 10, 30),
            ("AssignAddVariableOp:AssignAddVariableOp", 30, 40),
            ("model/dense/MatMul:MatMul", 50, 60),
        ]
    )
    assert found == compute.Compute(0.10, 0.20)


def test_operations_run_eagerly_on_the_calling_thread_are_kernels():
    """A model that runs eagerly was said to compute for 0.0 % of a call."""
    eager = ["EagerLocalExecute: MatMul", "KernelAndDeviceFunc::Run"]
    assert share(python=[(eager[0], 10, 60), (eager[1], 20, 50)]).model == pytest.approx(0.30)


@pytest.mark.parametrize(
    "name", ["MakeIterator", "ParallelMapDatasetV2", "IteratorGetNext", "ReadVariableOp"]
)
def test_eager_operations_that_are_none_of_the_models_are_not(name):
    found = share(python=[(f"EagerLocalExecute: {name}", 10, 60), ("KernelAndDeviceFunc::Run", 20, 50)])
    assert found.model == 0


def test_a_function_that_is_run_eagerly_counts_by_its_kernels_alone():
    python = [
        ("EagerLocalExecute: __inference_f_1", 0, 90),
        ("KernelAndDeviceFunc::Run", 0, 90),
        ("FunctionRun", 10, 80),
    ]
    assert share(python=python, executor=[("model/MatMul:MatMul", 20, 40)]).model == pytest.approx(0.20)


def test_an_executor_may_run_kernels_on_the_calling_thread():
    python = [("ExecutorState::Process", 10, 40), ("model/MatMul:MatMul", 20, 30)]
    assert share(python=python).model == pytest.approx(0.10)
    assert share(python=[("MakeIterator::Map", 5, 50), *python]).model == 0


def test_a_program_that_xla_compiled_for_the_cpu_is_a_kernel():
    """Its own events are named after its operations, ``MatMul.12``, and were taken for none."""
    executor = [("CpuExecutable::ExecuteAsyncOnStream", 20, 60), ("MatMul.12", 25, 55)]
    assert share(executor=executor).model == pytest.approx(0.40)


def recorded():
    """Traces with Python events, by release and compile state."""
    for run in reference.runs():
        for capture in record.read(run).captures:
            if capture.instrument == "tfprofiler" and capture.manifest.python_events is not False:
                yield pytest.param(capture, id=f"{run.name}:{capture.variant.compile_state}")


@pytest.mark.parametrize("capture", list(recorded()))
def test_in_a_real_trace_it_is_the_union_of_the_layers_kernels(capture):
    """The layers of tiny put their name before those of their kernels; nothing else does."""
    mark = sound_trace.session(capture).mark
    trace = xplane.read_session(capture.trace_folder())
    marks = find_marks(trace, mark)
    names = trace.events.coded("name").decode()
    stamps, lines = trace.lines.array("timestamp_ns"), trace.events.array("line")
    start, duration = trace.events.array("start_ps"), trace.events.array("duration_ps")
    busy = []
    for row, name in enumerate(names):
        if "/" in name.split(":")[0] and compute.KERNEL.fullmatch(name) and not name.startswith("$"):
            begin = int(start[row]) + 1000 * int(stamps[lines[row]] - stamps[marks.line])
            busy.append((begin, begin + int(duration[row])))
    total = 0
    for low, high in zip(marks.start.tolist(), marks.end.tolist(), strict=True):
        reach = low
        for begin, end in sorted(busy):
            total += max(0, min(end, high) - max(begin, reach))
            reach = max(reach, min(end, high))
    found = compute.measure(trace, marks)
    assert found.model == pytest.approx(total / int((marks.end - marks.start).sum()), rel=1e-9)
    assert 0 < found.model < 0.05
    assert 0 < found.pipeline < 0.05


FARTHEST = (1 << 62) - 1
SOON = st.integers(-5, 60)
CALLS = st.lists(st.tuples(SOON, SOON).map(sorted), min_size=1, max_size=6)
KERNELS = st.lists(st.lists(st.one_of(SOON, st.integers(-FARTHEST, FARTHEST)), min_size=2, max_size=2))


def ordered(intervals):
    """Return the intervals as the rows of a line are sorted."""
    return sorted((sorted(interval) for interval in intervals), key=lambda one: (one[0], -one[1]))


def computing(calls, kernels, timestamp_ns=0, kernels_timestamp_ns=0):
    """Return a trace of marked calls on one thread and kernels on another, as (start, end)."""
    lines = spec.make(
        trace_tables.LINES,
        host=["vm"] * 2,
        plane=["/host:CPU"] * 2,
        name=["python", "tf_Compute"],
        kind=["python", "executor"],
        nests=[True] * 2,
        timestamp_ns=[timestamp_ns, kernels_timestamp_ns],
    )
    rows = [(MARK, 0, *call) for call in ordered(calls)]
    rows += [("dense:MatMul", 1, *kernel) for kernel in ordered(kernels)]
    duration = np.array([end - start for *_, start, end in rows], np.int64)
    events = spec.make(
        trace_tables.EVENTS,
        line=np.array([line for _, line, *_ in rows], np.int32),
        name=[name for name, *_ in rows],
        start_ps=np.array([start for *_, start, _ in rows], np.int64),
        duration_ps=duration,
        depth=np.zeros(len(rows), np.int32),
        parent=np.full(len(rows), -1, np.int32),
        self_ps=duration,
    )
    return made_trace.Trace(lines, events, {})


def model_share(trace):
    return compute.measure(trace, find_marks(trace, MARK)).model


def one_by_one(calls, kernels):
    """Return the share of the calls in which some kernel ran, by a plain loop over both."""
    total = 0
    for low, high in calls:
        reach = low
        for start, end in ordered(kernels):
            total += max(0, min(end, high) - max(start, reach))
            reach = max(reach, min(end, high))
    return total / sum(high - low for low, high in calls)


@pytest.mark.long
@given(CALLS.filter(lambda calls: calls and all(low < high for low, high in calls)), KERNELS)
def test_compute_is_that_of_a_plain_loop_over_calls_and_kernels(calls, kernels):
    # an event of a trace lasts at most until the farthest moment, so none lasts 64 bits
    kernels = [kernel for kernel in kernels if abs(kernel[0] - kernel[1]) <= FARTHEST]
    found = model_share(computing(calls, kernels))
    assert found == pytest.approx(one_by_one(calls, kernels), abs=1e-12)


NOW = 1_795_000_000 * 10**9
LEAST, GREATEST = -(1 << 63), (1 << 63) - 1


@pytest.mark.parametrize(("later_ns", "share"), [(0, 0.5), (50, 0.5), (75, 0.25), (-25, 0.25), (200, 0)])
def test_kernels_count_from_the_timestamp_of_their_own_line(later_ns, share):
    trace = computing([[0, 100_000]], [[0, 50_000]], NOW, NOW + later_ns)
    assert model_share(trace) == share


@pytest.mark.parametrize(
    ("of_calls", "of_kernels"),
    [
        (LEAST, GREATEST),
        (GREATEST, LEAST),
        (NOW, NOW + (1 << 62)),
        (0, LEAST),
        (0, 1 << 61),
        (NOW, NOW - (1 << 61)),
    ],
)
def test_a_line_whose_distance_from_the_calls_needs_more_than_64_bits_lies_in_none(of_calls, of_kernels):
    # in 64 bits each of these distances comes to within a microsecond of 0 ps
    trace = computing([[-(10**6), 10**6]], [[-(10**6), 10**6]], of_calls, of_kernels)
    assert model_share(trace) == 0
