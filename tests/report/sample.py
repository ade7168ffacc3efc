"""A report as a run of both built-in workloads on TensorFlow 2.21 leaves it."""

from __future__ import annotations

import dataclasses

from profiler.results.document import (
    CaptureLine,
    Comparison,
    Environment,
    Internal,
    InternalShare,
    Latency,
    Overhead,
    Report,
    VariantReport,
)
from tests.report.grown import BEYOND, GROWTH

ENV = "tf2.21.0-py3.11"

ENVIRONMENT = Environment(
    python="3.11.7",
    framework="tensorflow",
    framework_version="2.21.0",
    keras="3.15.1",
    backend="tensorflow",
    numpy="2.4.6",
    device="CPU",
    jit_compile=False,
    cpu="AMD EPYC 7B13",
    cores=2,
    platform="Linux-6.1-x86_64",
    threads={"intra_op": 2, "inter_op": 2},
)

# internal, phase, presence, successor, functions, shares (tiny, medium), calls a call
INTERNALS = (
    ("predict", "other", "present", None, ("trainer.py:predict",), (0.899, 0.999), 1),
    ("process_inputs", "input pipeline", "absent", "data_adapter", (), None, None),
    ("standardize_user_data", "input pipeline", "absent", "data_adapter", (), None, None),
    ("data_adapter", "input pipeline", "present", None, ("TFEpochIterator.__init__",), (0.569, 0.012), 1),
    ("dataset_ops", "input pipeline", "present", None, ("DatasetV2.map",), (0.432, 0.009), 6),
    ("dataset_function", "graph tracing", "present", None, ("StructuredFunction",), (0.342, 0.007), 3),
    (
        "create_graph_function",
        "graph tracing",
        "present",
        None,
        ("_create_concrete_function",),
        (0.275, 0.006),
        3,
    ),
    ("func_graph", "graph tracing", "present", None, ("func_graph_from_py_func",), (0.224, 0.004), 3),
    ("autograph", "graph tracing", "not called", None, ("converted_call",), None, None),
    ("make_iterator", "iterator creation", "present", None, ("make_iterator",), (0.33, 0.008), 2),
    ("next_batch", "input pipeline", "present", None, ("TFEpochIterator.__next__",), (0.0004, 0.0), 2),
    ("make_predict_function", "execution", "present", None, ("make_predict_function",), (0.0, 0.0), 1),
    ("execute", "execution", "present", None, ("Function.__call__",), (0.021, 0.97), 1),
    ("callbacks", "callbacks", "unknown", None, ("CallbackList",), None, None),
    ("output_conversion", "output conversion", "present", None, ("concat",), (0.002, 0.0), 1),
    ("teardown", "teardown", "present", None, (), (0.101, 0.001), 1),
)


def internals(workload: str, reason: str | None = None) -> tuple[Internal, ...]:
    """The internals as cProfile saw them; a reason takes every share away."""
    column = 0 if workload == "tiny" else 1
    made = []
    for name, phase, presence, successor, functions, shares, calls in INTERNALS:
        share = None if shares is None or reason else shares[column]
        measure = InternalShare(share, None, None if share is None else calls, reason)
        measures = {"cprofile": measure} if presence == "present" else {}
        made.append(Internal(name, phase, presence, functions, successor, measures))
    return tuple(made)


def variant(workload: str, state: str, entry_point: str, median: float, **changes) -> VariantReport:
    predict = entry_point == "predict"
    identifier = f"{workload}/{state}/{entry_point}/b32"
    folder = identifier.replace("/", "-")
    lines = [CaptureLine("wall", "ok", None, f"captures/{ENV}/{folder}/wall-1")]
    if predict:
        lines.append(CaptureLine("cprofile", "ok", None, f"captures/{ENV}/{folder}/cprofile-1"))
    made = VariantReport(
        environment=ENV,
        id=identifier,
        workload=workload,
        compile_state=state,
        entry_point=entry_point,
        batch_size=32,
        rows=32,
        status="ok",
        reason=None,
        loop="TensorFlowTrainer.predict" if predict else None,
        data_adapter="ArrayDataAdapter" if predict else None,
        flag_experimental_run_tf_function=None,
        graphs_traced_per_call=3.0 if predict else 0.0,
        functions_traced=("slice_batch_indices", "grab_one_batch", "shuffle_batch") if predict else (),
        iterators_per_call=2.0 if predict else 0.0,
        latency_ms=Latency(
            median=median,
            interval=None,
            p95=median * 1.2,
            p99=median * 1.5,
            calls=144,
            processes=3,
            first_call=median * 3 + 200,
            process_medians=(median * 0.94, median, median * 1.07),
        ),
        perturbation={"cprofile": Overhead(1.21, None)} if predict else {},
        internals=internals(workload) if predict else (),
        phases={},
        compute={},
        captures=tuple(lines),
        growth=GROWTH,
        beyond=BEYOND,
    )
    return dataclasses.replace(made, **changes)


def comparison(baseline: VariantReport, candidate: VariantReport) -> Comparison:
    assert baseline.latency_ms is not None
    assert candidate.latency_ms is not None
    ratio = candidate.latency_ms.median / baseline.latency_ms.median
    return Comparison(f"{ENV}:{baseline.id}", f"{ENV}:{candidate.id}", ratio, None, None)


def report(**changes) -> Report:
    variants: list[VariantReport] = []
    comparisons: list[Comparison] = []
    for workload, times in (
        ("tiny", (54.0, 55.2, 0.503, 1.53, 0.31)),
        ("medium", (3120, 3098, 3050, 3071, 3008)),
    ):
        uncompiled = variant(workload, "uncompiled", "predict", times[0])
        compiled = variant(workload, "compiled", "predict", times[1])
        others = [
            variant(workload, "compiled", entry_point, time)
            for entry_point, time in zip(("predict_on_batch", "call", "function"), times[2:], strict=True)
        ]
        variants += [uncompiled, compiled, *others]
        comparisons += [comparison(uncompiled, compiled), *(comparison(compiled, other) for other in others)]
    made = Report(
        run="20261124-101500-tiny-medium",
        catalogue="tensorflow/1",
        smallest_effect=0.05,
        environments={ENV: ENVIRONMENT},
        variants=tuple(variants),
        comparisons=tuple(comparisons),
        warnings=("the load of this machine was 3.1 on 2 cores: spreads are wide",),
    )
    return dataclasses.replace(made, **changes)
