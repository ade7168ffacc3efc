"""The public API: measure, load a run, and get its tables as pandas DataFrames."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .attribution.foreign.calls import CallSite
from .attribution.profile import sound_profile
from .comparison import named
from .comparison.foreign import ForeignComparison
from .comparison.runs import RunComparison
from .launch import manager, sweeping
from .launch.listener import Listener, Silent
from .plan import keywords, live_model
from .plan import sweep as planning
from .plan.request import Request
from .protocol.errors import UsageError
from .report import saved
from .results import build
from .results.document import Internal, InternalShare, Report, VariantReport
from .results.foreign import build as foreign_build
from .results.foreign.document import ForeignCalls, ForeignInternal, ForeignReport
from .results.sweep.document import Sweep
from .runs import find, foreign, record, selection
from .runs.latencies import UNKNOWN
from .runs.record import Capture
from .tables import spec as tables
from .tables.foreign import FOREIGN_CALLS, FOREIGN_SHARES
from .tables.latencies import LATENCIES
from .tables.shares import SHARES

if TYPE_CHECKING:
    import pandas as pd


UNMEASURED = InternalShare(None, None, None)


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
        rows = [
            _share_row(variant, internal, instrument, measure)
            for variant in self.report.variants
            for internal in variant.internals
            for instrument, measure in (internal.measures or {"": UNMEASURED}).items()
        ]
        return _table(SHARES, rows).to_frame()

    def latencies(self) -> pd.DataFrame:
        """Return every measured call of every instrument.

        Columns (`profiler.tables.latencies.LATENCIES`): environment, variant, instrument, process, block,
        call, duration_ns, frame_ns (until the end of predict's frame; -1: not known).
        """
        rows = []
        for capture in self._run.captures:
            if not capture.timed:
                continue
            numbers = [block.block for block in capture.manifest.blocks for _ in range(block.calls)]
            durations = capture.durations_ns()
            frames = capture.frames_ns() if capture.is_split else np.full_like(durations, UNKNOWN)
            columns = zip(numbers, durations, frames, strict=True)
            for call, (block, duration, frame) in enumerate(columns):
                rows.append(
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
        return _table(LATENCIES, rows).to_frame()

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
        rows = [
            _foreign_share(file.host, calls.entry_point, part)
            for file in self.report.files
            for calls in file.calls
            for part in calls.internals
        ]
        return _table(FOREIGN_SHARES, rows).to_frame()

    def calls(self) -> pd.DataFrame:
        """Return each entry point with its call sites, one a row; what is unknown is NaN.

        Columns (`profiler.tables.foreign.FOREIGN_CALLS`): host, entry_point, calls, seconds, share (a
        fraction of the program or session), site_path, site_line (first line of the calling function),
        site_name, site_calls.
        """
        rows = [
            _foreign_calls(file.host, calls, site)
            for file in self.report.files
            for calls in file.calls
            for site in (calls.call_sites or (None,))
        ]
        return _table(FOREIGN_CALLS, rows).to_frame()

    def functions(self) -> pd.DataFrame:
        """Return every function of a profile of callers.

        Columns (`profiler.tables.profile.FUNCTIONS`): path, line, name, primitive_calls, calls, self_s,
        cumulative_s. In a sampled profile calls are samples.

        Raises:
            UsageError: the file is a trace.
        """
        return self._opened[0].profile().functions.to_frame()


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

    Args:
        what: names of built-in workloads, none for all; or a live Keras model and, if wanted, its input (an
            array, a list of arrays, or a dictionary by input names). The model is saved to a temporary
            ``.keras`` file and measured in fresh processes.
        listener: is told how the run goes on; None shows nothing.
        options: fields of `profiler.Request`, like ``compile_states="compiled"``, ``batch_sizes=(8, 32)`` or
            ``budget_s=2``.

    Raises:
        UsageError: an unknown option or name, a number that cannot be, or a model that cannot be saved.
        CollectError: nothing could be measured.
    """
    chosen = keywords.chosen(options)
    if all(isinstance(item, str) for item in what):
        return measure(Request(workloads=what, **chosen), listener or Silent())[0]
    if len(what) > 2:
        raise UsageError(f"a model and its input are two arguments, not {len(what)}")
    if chosen.keys() & {"model", "input"}:
        raise UsageError(
            "a live model and its input stand first; model= and input= name files instead of them"
        )
    with live_model.saved(what[0], what[1] if len(what) == 2 else None) as (model, x):
        request = Request(model=model, input=x, **chosen)
        return measure(request, listener or Silent())[0]


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
    chosen = keywords.chosen(options)
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
        before: the baseline: a directory, a run's name, ``latest``, or what `load` takes of other profilers.
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


def measure(request: Request, listener: Listener) -> tuple[Run, int]:
    """Carry out a request, write its ``report.json``, and return the run and the exit code that fits."""
    outcome = manager.execute(request, listener)
    finished = Run(outcome.run_path)
    saved.save(finished.report, finished.path)
    return finished, outcome.exit_code


def _share_row(
    variant: VariantReport, internal: Internal, instrument: str, measure: InternalShare
) -> dict[str, Any]:
    low, high = measure.interval or (None, None)
    return {
        "environment": variant.environment,
        "variant": variant.id,
        "internal": internal.internal,
        "phase": internal.phase,
        "instrument": instrument,
        "calls_per_call": _number(measure.calls_per_call),
        "share": _number(measure.share),
        "interval_low": _number(low),
        "interval_high": _number(high),
        "presence": internal.presence,
    }


def _foreign_share(host: str | None, entry_point: str, part: ForeignInternal) -> dict[str, Any]:
    bounds, interval = part.bounds or (None, None), part.interval or (None, None)
    return {
        "host": host or "",
        "entry_point": entry_point,
        "internal": part.internal,
        "phase": part.phase,
        "share": _number(part.share),
        "bound_low": _number(bounds[0]),
        "bound_high": _number(bounds[1]),
        "interval_low": _number(interval[0]),
        "interval_high": _number(interval[1]),
        "calls": _number(part.calls),
        "presence": part.presence,
        "reason": part.reason or "",
    }


def _foreign_calls(host: str | None, calls: ForeignCalls, site: CallSite | None) -> dict[str, Any]:
    return {
        "host": host or "",
        "entry_point": calls.entry_point,
        "calls": _number(calls.calls),
        "seconds": _number(calls.seconds),
        "share": _number(calls.share),
        "site_path": "" if site is None else site.path,
        "site_line": 0 if site is None else site.line,
        "site_name": "" if site is None else site.name,
        "site_calls": _number(None if site is None else site.calls),
    }


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def _table(spec: tables.TableSpec, rows: list[dict[str, Any]]) -> tables.Table:
    columns: dict[str, Any] = {column.name: [row[column.name] for row in rows] for column in spec.columns}
    return tables.make(spec, **columns)
