"""The public API: measure, load a run, and get its tables as pandas DataFrames."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .advice import build as advice_build
from .advice.document import Advice
from .attribution.profile import sound_profile
from .comparison import named
from .comparison.foreign import ForeignComparison
from .comparison.gate import configured, judging
from .comparison.gate.document import Gate
from .comparison.runs import RunComparison
from .launch import advising as trying
from .launch import manager, sweeping
from .launch.listener import Listener, Silent
from .plan import advising, live_model
from .plan import sweep as planning
from .plan.from_options import from_options
from .plan.request import Request
from .protocol.errors import UsageError
from .report import saved
from .results import build, rows
from .results import layers as layer_results
from .results.document import Report
from .results.foreign import build as foreign_build
from .results.foreign.document import ForeignReport
from .results.sweep.document import Sweep
from .runs import find, foreign, record, selection
from .runs.latencies import UNKNOWN
from .runs.record import Capture
from .tables import spec as tables
from .tables.latencies import LATENCIES

if TYPE_CHECKING:
    import pandas as pd


class Run:
    """A finished run: its report, and its tables as DataFrames.

    Every table is derived again from the run directory; nothing is changed in it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._run = record.read(path)

    def __repr__(self) -> str:
        return f"<kprof run {self.path}>"

    @cached_property
    def report(self) -> Report:
        """All that the run says, attributed with today's catalogue."""
        return build.build(self.path)

    def shares(self) -> pd.DataFrame:
        """Return each internal's share per variant and instrument.

        Columns (`profiler.tables.shares.SHARES`): environment, variant, internal, phase, instrument,
        calls_per_call, share (a fraction of 1), interval_low, interval_high, presence. What is unknown is
        NaN. An internal that no instrument has measured has one row with instrument ``""``.
        """
        return rows.shares(self.report).to_frame()

    def growth(self) -> pd.DataFrame:
        """Return what grows from call to call, one quantity of a variant a row.

        Columns (`profiler.tables.growth.GROWTH`): environment, variant, quantity, unit, value, interval_low,
        interval_high, verdict. What was not read has no row; what is unknown is NaN.
        """
        return rows.growth(self.report).to_frame()

    def latencies(self) -> pd.DataFrame:
        """Return every measured call of every instrument.

        Columns (`profiler.tables.latencies.LATENCIES`): environment, variant, instrument, process, block,
        call, duration_ns, frame_ns (until the end of predict's frame; -1: not known).
        """
        found = []
        for capture in self._run.captures:
            if not capture.timed:
                continue
            numbers = [block.block for block in capture.manifest.blocks for _ in range(block.calls)]
            durations = capture.durations_ns()
            frames = capture.frames_ns() if capture.is_split else np.full_like(durations, UNKNOWN)
            columns = zip(numbers, durations, frames, strict=True)
            for call, (block, duration, frame) in enumerate(columns):
                found.append(
                    {
                        "environment": capture.environment,
                        "variant": capture.variant.id,
                        "instrument": capture.instrument,
                        "process": capture.process,
                        "block": block,
                        "call": call,
                        "duration_ns": int(duration),
                        "frame_ns": int(frame),
                    }
                )
        return rows.table(LATENCIES, found).to_frame()

    def functions(self, variant: str) -> pd.DataFrame:
        """Return the functions of a variant's cProfile capture.

        Args:
            variant: the variant's id, or ``ENV:ID`` where several environments have it.

        Columns (`profiler.tables.profile.FUNCTIONS`): path, line, name, primitive_calls, calls, self_s,
        cumulative_s.

        Raises:
            UsageError: no such variant, or several environments have it.
            RunError: it has no sound profile.
        """
        return selection.first(self._run, variant, {"cprofile": _functions}).found.to_frame()

    def layers(self, variant: str | None = None) -> pd.DataFrame:
        """Return the time of each layer of a variant's model, what belongs to no layer in the last row.

        Args:
            variant: the variant's id, or ``ENV:ID`` where several environments have it; None for the first
                that has a sound trace, tiny's compiled predict before others.

        Columns (`profiler.tables.layers.LAYERS`): layer, use, uses, class_name, parameters, scope,
        compute_ps, share_of_compute, share_of_calls, entries_per_call, kernels_per_call, certainty. What is
        unknown is NaN or the empty string.

        Raises:
            UsageError: no such variant, or several environments have it.
            RunError: it has no sound trace.
        """
        return layer_results.of_run(self._run, variant).report.table.to_frame()


def _functions(capture: Capture) -> tables.Table:
    return sound_profile.load(capture).profile.functions


class ForeignRun:
    """A file of another profiler, or one session of a log directory, and its tables as DataFrames."""

    def __init__(self, path: Path, session: str | None = None) -> None:
        self.path = path
        self._opened = foreign.open_files(path, session)

    def __repr__(self) -> str:
        return f"<kprof file {self.path}>"

    @cached_property
    def report(self) -> ForeignReport:
        """All that the file says, attributed with today's catalogue."""
        return foreign_build.build(str(self.path), self._opened)

    def shares(self) -> pd.DataFrame:
        """Return each internal's share within each entry point's calls.

        Columns (`profiler.tables.foreign.FOREIGN_SHARES`): host, entry_point, internal, phase, share (a
        fraction of 1, over the calls' frames), bound_low, bound_high, interval_low, interval_high, calls,
        presence, reason. What is unknown is NaN.
        """
        return rows.foreign_shares(self.report).to_frame()

    def calls(self) -> pd.DataFrame:
        """Return each entry point with its call sites, one a row; what is unknown is NaN.

        Columns (`profiler.tables.foreign.FOREIGN_CALLS`): host, entry_point, calls, seconds, share (a
        fraction of the program or session), site_path, site_line (first line of the calling function),
        site_name, site_calls.
        """
        return rows.foreign_calls(self.report).to_frame()

    def functions(self) -> pd.DataFrame:
        """Return every function of a profile of callers.

        Columns (`profiler.tables.profile.FUNCTIONS`): path, line, name, primitive_calls, calls, self_s,
        cumulative_s. In a sampled profile calls are samples.

        Raises:
            UsageError: the file is a trace.
        """
        return self._opened[0].profile().functions.to_frame()

    def layers(self) -> pd.DataFrame:
        """Return the time of each layer, guessed from the names of kernels, in the columns of `Run.layers`.

        Raises:
            UsageError: the file is a profile of callers, or a trace of the runtime alone.
            Unusable: it is empty or damaged, or its frames cannot be what ran.
        """
        return layer_results.of_trace(self._opened[0].trace(), str(self.path)).table.to_frame()


def load(path: str | Path, session: str | None = None) -> Run | ForeignRun:
    """Return the run in ``path``: a directory, a run's name, or ``latest``; or a file of another profiler.

    Args:
        path: the run; or a ``.prof``, an ``.xplane.pb``, a trace of an old release or a log directory.
        session: which session of a log directory; None where it holds one alone.

    Raises:
        RunError: there is no such run, or it cannot be read.
        TraceFormatError: the file cannot be read, or is of no format that kprof reads.
        UsageError: the log directory holds several sessions.
    """
    theirs = foreign.meant(str(path))
    if theirs is not None:
        return ForeignRun(theirs, session)
    selection.require_no_session(session)
    return Run(find.find(str(path)))


def run(*what: Any, listener: Listener | None = None, **options: Any) -> Run:
    """Measure and return the finished run.

        profiler.run("tiny", budget_s=2)
        profiler.run(model, x)
        profiler.run("tiny", against="tf:2.15.1")

    Args:
        what: names of built-in workloads, none for all; or a live Keras model and, if wanted, its input (an
            array, a list of arrays, or a dictionary by input names). The model is saved to a temporary
            ``.keras`` file and measured in fresh processes.
        listener: is told how the run goes on; None shows nothing.
        options: fields of `profiler.Request`, like ``compile_states="compiled"``, ``batch_sizes=(8, 32)`` or
            ``budget_s=2``. With ``against`` two sides take turns: the report's ``sides`` names them.

    Raises:
        UsageError: an unknown option or name, a number that cannot be, or a model that cannot be saved.
        CollectError: nothing could be measured.
    """
    chosen = from_options(options)
    if all(isinstance(item, str) for item in what):
        return measure(Request(workloads=what, **chosen), listener or Silent())[0]
    with live_model.given(what, chosen) as (model, x):
        request = Request(model=model, input=x, **chosen)
        return measure(request, listener or Silent())[0]


def advise(
    *what: Any,
    rows: int | str | None = None,
    calls_per_batch: int | None = None,
    xla: bool = False,
    extras: bool = False,
    listener: Listener | None = None,
    **options: Any,
) -> Advice:
    """Say what to call instead of predict, having tried every way to the same prediction.

        profiler.advise(model, x).diff
        profiler.advise("tiny").recommended

    Args:
        what: the name of a built-in workload; or a live Keras model and, if wanted, its input, as for `run`.
            With ``model=`` among the options, none.
        rows: of a call: a number, or ``"1..100"`` or ``"1,8,32"``, from which each call's are drawn; None
            for one batch.
        calls_per_batch: how many inputs are at hand at once; None where one at a time is.
        xla: whether to try what XLA compiles.
        extras: whether to try an exported SavedModel and other runtimes, where they are installed.
        listener: is told how the trial goes on; None shows nothing.
        options: fields of `profiler.Request`, like ``processes=5`` or ``python="~/envs/gpu/bin/python"``.

    Raises:
        UsageError: an unknown option or name, a number that cannot be, or a model that cannot be saved.
        CollectError: predict could not be measured.
    """
    chosen = {"budget_s": advising.BUDGET_S, **from_options(options)}
    sizes = None if rows is None else advising.sizes(str(rows))

    def of(request: Request) -> Advice:
        asked = advising.Asked(request, sizes, calls_per_batch, xla, extras)
        path = trying.execute(asked, listener or Silent())
        found = advice_build.build(path)
        saved.save_advice(found, path)
        return found

    if all(isinstance(item, str) for item in what):
        return of(Request(workloads=what, **chosen))
    with live_model.given(what, chosen) as (model, x):
        return of(Request(model=model, input=x, **chosen))


def sweep(
    workload: str | None = None,
    *,
    model: str | Sequence[str] = (),
    rows: str | int | Sequence[int] | None = None,
    batch_size: str | int | Sequence[int] | None = None,
    size: str | int | Sequence[int] | None = None,
    points: int = planning.POINTS,
    processes: int = planning.PROCESSES,
    budget_s: float = planning.BUDGET_S,
    listener: Listener | None = None,
    **options: Any,
) -> Sweep:
    """Measure calls over sizes, and return every point and where the lines cross.

        found = profiler.sweep("tiny", rows="1..4096", budget_s=120)
        found.lines[0].crossings

    Args:
        workload: ``tiny`` (the default), ``medium``, ``mlp`` or one of its widths, like ``mlp256``.
        model: your own model instead, or several that stand beside each other.
        rows: of one call; a range like ``"1..4096"`` or several sizes are swept, of one of these three.
        batch_size: of one call, likewise.
        size: the width of ``mlp``, likewise.
        points: how many sizes a range has at first.
        processes: how many fresh processes measure each point.
        budget_s: what all processes may take; further rounds spend what the first one leaves.
        listener: is told how it goes on; None shows nothing.
        options: fields of `profiler.Request`, like ``compile_states="compiled"`` or ``input="x.npz"``.

    Raises:
        UsageError: an unknown option or name, a size that cannot be, or two axes.
        CollectError: nothing could be measured.
    """
    chosen = from_options(options)
    models = (model,) if isinstance(model, str) else tuple(model)
    asked = planning.request(
        workload,
        Request(model=models[0] if models else None, **chosen),
        beside=models[1:],
        rows=planning.given("rows", rows),
        batch_sizes=planning.given("batch_size", batch_size),
        widths=planning.given("size", size),
        points=points,
        processes=processes,
        budget_s=budget_s,
    )
    return saved.save_sweep(sweeping.execute(asked, listener or Silent()).run_path)


def compare(
    before: str | Path,
    after: str | Path,
    smallest_effect: float | None = None,
    session: str | Sequence[str] | None = None,
) -> RunComparison | ForeignComparison:
    """Return two runs side by side: ratios with verdicts, shares' differences, what came and went.

    Either may be a file of another profiler. Then shares are compared, and no verdict is drawn.

    Args:
        before: the baseline: a directory, a run's name, ``latest``, one of these with ``:VARIANT``, or what
            `load` takes of other profilers.
        after: the candidate.
        smallest_effect: the change that is of interest, as a fraction; None takes that of the runs.
        session: which session of a log directory; two are those of ``before`` and of ``after``.

    Raises:
        RunError: there is no such run, or it cannot be read.
        TraceFormatError: a file cannot be read, or is of no format that kprof reads.
        UsageError: the sides have nothing in common, measure unlike things, or do not take an argument.
    """
    sessions = () if session is None else (session,) if isinstance(session, str) else tuple(session)
    return named.compare(str(before), str(after), smallest_effect, sessions)


def gate(what: Run | RunComparison, *expressions: str, cannot_tell: str | None = None) -> Gate:
    """Return whether conditions hold of a run's variants, or of two runs compared.

        profiler.gate(profiler.load("latest"), "share.make_iterator > 20%")
        profiler.gate(profiler.compare("before", "latest"), "slower > 5%").exit_code

    Args:
        what: what `load` or `compare` gave.
        expressions: in the language of ``kprof report --fail-if``; each is judged by itself.
        cannot_tell: what an open verdict counts as, ``pass`` or ``fail``; None: neither.

    Raises:
        UsageError: no expression, one that cannot be read, or one that speaks of nothing in it.
    """
    if not expressions:
        raise UsageError("no expression was given", to_do='name one, like "slower > 5%"')
    policy = configured.require_policy(cannot_tell)
    if isinstance(what, RunComparison):
        return judging.judge_comparison(what, expressions, policy)
    if isinstance(what, Run):
        return judging.judge_report(what.report, expressions, policy)
    raise UsageError("a run of kprof or a comparison of two is needed", type(what).__name__)


def measure(request: Request, listener: Listener) -> tuple[Run, int]:
    """Carry out a request, write its ``report.json``, and return the run and the exit code that fits."""
    outcome = manager.execute(request, listener)
    finished = Run(outcome.run_path)
    saved.save(finished.report, finished.path)
    return finished, outcome.exit_code
