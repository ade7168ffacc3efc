"""A page of each kind: of an ordinary subject, of an empty one, and of one whose names are hostile."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path

from profiler.advice.document import Advice, CandidateAdvice, Gain, OutputsAgainst, Wait
from profiler.attribution import stacks as merging
from profiler.attribution.foreign.calls import CallSite
from profiler.attribution.foreign.graph_tree import GraphNode, GraphTree
from profiler.attribution.trace import layers as measured_layers
from profiler.attribution.trace.marked_calls import find_marks
from profiler.attribution.tree import Node
from profiler.attribution.validated import SoundStacks, Subject
from profiler.catalogue.recognition import FamilyMatch
from profiler.comparison.environments import EnvironmentChange
from profiler.comparison.foreign import EntryChange, ForeignComparison, ShareChange
from profiler.comparison.gate.document import ConditionResult, Gate, Judgement, Left
from profiler.comparison.growth import GrowthChange
from profiler.comparison.internals import Fact, InternalChange
from profiler.comparison.runs import RunComparison, VariantChange
from profiler.comparison.sides import Side
from profiler.environments import Stored
from profiler.launch.doctor import Check as DoctorCheck
from profiler.protocol.vocabulary import Variant
from profiler.readers.code_places import CodePlaces, Frame
from profiler.readers.findings import Finding as FileFinding
from profiler.report.blocks import Page
from profiler.report.pages import (
    advice,
    call_graph,
    call_tree,
    claims,
    comparison,
    doctor,
    environments,
    foreign,
    foreign_comparison,
    gate,
    layers,
    matrix,
    report,
    runs,
    sweep,
    validation,
)
from profiler.results.document import FrameRatio, Growth, Report
from profiler.results.foreign.document import ForeignCalls, ForeignFile, ForeignInternal, ForeignReport, Total
from profiler.results.layers import LayersReport, LayerTime
from profiler.results.proving.document import Check, Lean, SameTwice, Tested, Validation
from profiler.runs.find import RunSummary
from profiler.runs.record import Capture
from profiler.study.claims import Claim, Finding, Judged, Reason, Shortfall
from tests.attribution.trace import made_trace
from tests.report import grown, sample, swept

HOSTILE = "\x1b]0;owned\x07\x1b[2J\r\n=1+1\t|`<b>*_\ud800\u202e [x](y)\n```\n# t"
NAME = "name"


def hostile_growth() -> Growth:
    """Return growth of which everything is said that a run can say."""
    memory = grown.slope(grown.MIB, grown.MIB, grown.MIB, "grows", HOSTILE)
    known, missing = (HOSTILE,), {"resident_bytes": HOSTILE}
    return dataclasses.replace(
        grown.GROWTH,
        resident_bytes_per_call=memory,
        graphs_per_call=dataclasses.replace(memory, interval=None),
        graphs_counted=HOSTILE,
        missing=missing,
        known=known,
    )


def hostile_report() -> Report:
    """Return a report in which everything that a run can name has a hostile name."""
    made = sample.report()
    evil = HOSTILE
    variants = tuple(
        dataclasses.replace(
            one,
            id=one.id + evil,
            loop=evil,
            data_adapter=evil,
            functions_traced=(evil,),
            status=evil,
            reason=evil,
            phases={evil: {evil: 1.0}},
            compute={evil: 0.5},
            growth=hostile_growth(),
            beyond=grown.BEYOND,
            internals=tuple(
                dataclasses.replace(
                    i,
                    internal=i.internal + evil,
                    phase=evil,
                    successor=evil,
                    measures={
                        n + evil: dataclasses.replace(m, share=None, reason=evil)
                        for n, m in i.measures.items()
                    },
                )
                for i in one.internals
            ),
        )
        for one in made.variants
    )
    environment = dataclasses.replace(sample.ENVIRONMENT, cpu=evil, platform=evil, threads={evil: 1})
    comparisons = tuple(
        dataclasses.replace(one, baseline=one.baseline + evil, candidate=one.candidate + evil, reason=evil)
        for one in made.comparisons
    )
    return Report(
        evil, evil, 0.05, {sample.ENV: environment, evil: environment}, variants, comparisons, (evil,)
    )


def empty_report() -> Report:
    return sample.report(variants=(), comparisons=(), warnings=(), environments={})


def compared(name: str | None) -> Page:
    """Return two runs beside each other, with nothing in common when there is no name."""
    if name is None:
        side = Side("", "", "", ())
        return comparison.page(RunComparison(side, side, "", 0.05, (), (), (), (), ()))
    side, fact = Side(name, name, name, (name,)), Fact(name, name, None)
    moved = InternalChange(
        name, name, name, "present", "absent", "went", 0.5, None, -0.5, (-0.6, -0.4), -25.0, name
    )
    leak = grown.slope(grown.MIB, grown.MIB, grown.MIB, "grows", name)
    variant = VariantChange(
        name,
        name,
        name,
        50.0,
        None,
        None,
        None,
        "cannot tell",
        40.0,
        name,
        (fact,),
        (moved,),
        after_id=name,
        drift=name,
        frame=FrameRatio(1.0, (0.9, 1.1), "cannot tell"),
        growth=(GrowthChange("resident_bytes", "B", None, leak, None, None, False),),
    )
    environment = EnvironmentChange(name, name, (fact,), (fact,))
    return comparison.page(
        RunComparison(side, side, name, 0.05, (environment,), (variant,), (name,), (name,), (name,))
    )


def gated(name: str) -> Page:
    """Return a gate on a variant of which all is said that can be."""
    found = ConditionResult(name, None, 0.1, (0.0, 0.2), "fraction", None, name)
    told = ConditionResult(name, True, None, None, "", name, None, False)
    judgement = Judgement(name, name, name, f"{name}2", "cannot tell", (found, told), name)
    return gate.page(Gate(name, name, "pass", (judgement,), (Left(name, name, name),), (name,)))


def judged(name: str, report_: Report) -> Page:
    claim = Claim(1, name, name, name, name, ())
    finding = Finding(name, None, None, name, name)
    found = Judged(claim, name, name, False, (finding,), "cannot tell", Reason(Shortfall.NOT_KNOWN, finding))
    return claims.page([found], {name: name}, report_)


def tree(name: str, empty: bool = False) -> Page:
    capture = Capture(
        "captures/x", Path("x"), name, Variant("tiny", "compiled", "predict", 32, 32), name, 0, "ok", None, {}
    )
    merged = merging.merge(made_trace.of((made_trace.MARK, 0, 100)), made_trace.MARK)
    frame = Frame(name, 1, name, (name,))
    leaf = Node(frame, name, 1, 50, 50, 3)
    found = SoundStacks(capture, merged, CodePlaces({}, {}), None)
    return call_tree.page(found, () if empty else (Node(frame, None, 1, 100, 50, 0, (leaf,)),), 0.02)


def of_layers(name: str, empty: bool = False) -> Page:
    threads = {"python": [(made_trace.MARK, 0, 100)], "executor": [("m/a/MatMul:MatMul", 10, 50)]}
    trace = made_trace.of_threads(threads)
    found = measured_layers.measure(trace, find_marks(trace, made_trace.MARK), None)
    known = LayerTime(name, 2, 3, name, 7, name, 1.0, 0.5, 0.25, 1.0, 2.0, name)
    none = LayerTime(None, 0, 0, None, None, None, 1.0, 0.5, 0.25, None, 2.0, name)
    told = (*[known] * 5, none)
    return layers.page(
        LayersReport(
            Subject(name, name, name, name),
            found.table,
            1,
            4.0,
            0.5,
            () if empty else told,
            () if empty else (name,) * 9,
            () if empty else (name,),
        ),
        whole=False,
    )


def listed(*names: str) -> Page:
    return runs.page([RunSummary(n, Path(n), n, n, (n,), (n,), 3, 1500) for n in names])


def graph(name: str, empty: bool = False) -> Page:
    nodes = tuple(GraphNode(depth, name, 1, name, name, 3, 1.5, 0.5, name) for depth in range(2))
    return call_graph.page(name, GraphTree(() if empty else nodes, 3.0, False), 0.02)


def foreign_calls(name: str) -> ForeignCalls:
    """Return an entry point of which all is known but one internal and one that has bounds."""
    known = ForeignInternal(name, name, "present", (name,), 0.5, (0.49, 0.51), (0.4, 0.6), 3, None)
    bounded = dataclasses.replace(known, internal=f"{name}2", share=None, bounds=(0.2, 0.4), reason=name)
    unknown = ForeignInternal(f"{name}3", name, "unknown", (), None, None, None, None, name)
    sites = (CallSite(name, 1, name, 3, 1.0), CallSite(name, 2, name))
    parts = (known, bounded, unknown)
    return ForeignCalls(
        name, "frames", name, 1, 3, 1.0, 0.5, None, 1.5, 0, sites, parts, {name: 1.0}, 0.1, None
    )


def foreign_report(name: str) -> ForeignReport:
    calls = foreign_calls(name)
    lost = dataclasses.replace(calls, calls=None, seconds=None, share=None, reason=name)
    file = ForeignFile(
        name,
        "pstats",
        name,
        name,
        "0" * 64,
        "calls",
        2.0,
        None,
        FamilyMatch(name, 2, 3, name, 1),
        (calls, lost),
        (Total(name, 3, 1.0, 0.5),),
        (FileFinding(name, name, name, spoils_shares=True),),
    )
    return ForeignReport(name, name, (file, dataclasses.replace(file, calls=())))


def foreign_compared(name: str) -> Page:
    change = ShareChange(name, 0.5, 0.6, 0.1, name)
    entry = EntryChange(name, 3, None, 0.1, None, (change,))
    return foreign_comparison.page(ForeignComparison(name, name, "calls", (entry,), name))


def proven(name: str) -> Validation:
    check = Check(name, name, 1.0, 0.5, 0.4, 0.41, 0.01, (0.0, 0.02), "within")
    unknown = Check(name, name, None, 0.0, None, None, None, None, None, name)
    tested = Tested(name, "ok", None, 0.02, (check, unknown), {name: name}, (Lean(name, 0.1, None),), 8, 9, 1)
    lost = Tested(name, "unsound", name, 0.05)
    return Validation(name, name, 0.2, (tested, lost), SameTwice(1.0, (0.9, 1.1), "same", 3))


def advised(name: str) -> Page:
    """Return the page of an advice in which everything that a run can name has this name."""
    outputs = OutputsAgainst(False, 0.5, 1.0, 7, name)
    made = CandidateAdvice(
        name, 0.01, (0.009, 0.011), "differs", outputs, 50.0, 2, 4096, "ok", name, 0.5, 0.01, 60.0
    )
    lost = CandidateAdvice(name, status="failed", reason=name)
    diff = f"--- a\n+++ a\n@@ -1 +1 @@\n-{name}\n+{name}\n"
    gain, wait = Gain(100.0, (90.0, 110.0)), Wait(40.0, 2, 9)
    found = ("predict", (made, lost), name, gain, name, diff, name, name, name, name, 50.0, wait, (name,))
    return advice.page(Advice(*found))


def not_advised() -> Page:
    """Return the page of an advice that holds nothing."""
    return advice.page(Advice("predict", (), None, None, None, None, "", "", "", "", None))


PAGES: Mapping[str, Mapping[str, Callable[[], Page]]] = {
    "report": {
        "ordinary": lambda: report.page(sample.report()),
        "empty": lambda: report.page(empty_report()),
        "hostile": lambda: report.page(hostile_report()),
    },
    "comparison": {
        "ordinary": lambda: compared(NAME),
        "empty": lambda: compared(None),
        "hostile": lambda: compared(HOSTILE),
    },
    "gate": {
        "ordinary": lambda: gated(NAME),
        "empty": lambda: gate.page(Gate("", None, None, ())),
        "hostile": lambda: gated(HOSTILE),
    },
    "matrix": {
        "ordinary": lambda: matrix.page(sample.report(), {"9.9.9": "no such release"}),
        "empty": lambda: matrix.page(empty_report(), {}),
        "hostile": lambda: matrix.page(hostile_report(), {HOSTILE: HOSTILE}),
    },
    "claims": {
        "ordinary": lambda: judged(NAME, sample.report()),
        "empty": lambda: claims.page([], {}, empty_report()),
        "hostile": lambda: judged(HOSTILE, hostile_report()),
    },
    "call_tree": {
        "ordinary": lambda: tree(NAME),
        "empty": lambda: tree(NAME, empty=True),
        "hostile": lambda: tree(HOSTILE),
    },
    "call_graph": {
        "ordinary": lambda: graph(NAME),
        "empty": lambda: graph(NAME, empty=True),
        "hostile": lambda: graph(HOSTILE),
    },
    "layers": {
        "ordinary": lambda: of_layers(NAME),
        "empty": lambda: of_layers(NAME, empty=True),
        "hostile": lambda: of_layers(HOSTILE),
    },
    "foreign": {
        "ordinary": lambda: foreign.page(foreign_report(NAME)),
        "empty": lambda: foreign.page(ForeignReport("", "", ())),
        "hostile": lambda: foreign.page(foreign_report(HOSTILE)),
    },
    "foreign_comparison": {
        "ordinary": lambda: foreign_compared(NAME),
        "empty": lambda: foreign_comparison.page(ForeignComparison("", "", "calls", ())),
        "hostile": lambda: foreign_compared(HOSTILE),
    },
    "runs": {"ordinary": lambda: listed(NAME), "empty": listed, "hostile": lambda: listed(NAME, HOSTILE)},
    "environments": {
        "ordinary": lambda: environments.page([Stored(NAME, NAME, None, None, 1, 1)]),
        "empty": lambda: environments.page([]),
        "hostile": lambda: environments.page([Stored(HOSTILE, HOSTILE, None, HOSTILE, 1, 1)]),
    },
    "doctor": {
        "ordinary": lambda: doctor.page([DoctorCheck(NAME, "ok", NAME)]),
        "empty": lambda: doctor.page([]),
        "hostile": lambda: doctor.page([DoctorCheck(HOSTILE, "fail", HOSTILE, HOSTILE)]),
    },
    "validation": {
        "ordinary": lambda: validation.page(proven(NAME)),
        "empty": lambda: validation.page(
            Validation("", "", 0.2, (), SameTwice(None, None, "cannot tell", 0))
        ),
        "hostile": lambda: validation.page(proven(HOSTILE)),
    },
    "advice": {
        "ordinary": lambda: advised(NAME),
        "empty": not_advised,
        "hostile": lambda: advised(HOSTILE),
    },
    "sweep": {
        "ordinary": lambda: sweep.page(swept.sweep(NAME)),
        "empty": lambda: sweep.page(swept.empty()),
        "hostile": lambda: sweep.page(swept.sweep(HOSTILE)),
    },
}
