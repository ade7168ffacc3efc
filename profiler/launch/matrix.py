"""One run over several environments: TensorFlow releases, and the analyzer's own."""

from __future__ import annotations

import dataclasses
import secrets
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import environments
from ..catalogue import catalogue
from ..plan import processes as planning
from ..plan.processes import Plan
from ..plan.request import Request
from ..protocol.errors import EXIT_DONE, EXIT_PARTIAL, CollectError, KprofError, UsageError
from ..runs import record
from ..runs.store import RunStore, locked
from . import host
from .manager import Listener, Manager, Outcome

INSTALLED = "installed"
"""The name that stands for the TensorFlow beside kprof instead of a release."""


@dataclass(frozen=True)
class _Part:
    """One environment that answered: its manager, what it says of itself, and what is measured there."""

    release: str
    slug: str
    manager: Manager
    environment: Mapping[str, Any]
    plan: Plan


def dry_run(request: Request, releases: Sequence[str]) -> str:
    """Return the plan of a run over releases as text; nothing is started, written or asked of the network.

    Raises:
        UsageError: no release, one that is named twice, or what is no release of TensorFlow 2.
    """
    lines = [describe(request, releases)]
    for release in releases:
        wanted = None if release == INSTALLED else environments.look_up(release)
        if wanted is not None and not wanted.listed:
            nearest = " or ".join(row.version for row in wanted.rows)
            lines.append(
                f"{wanted.version} is not in kprof's table: the package index will be asked for it, "
                f"and the pins of {nearest} will be tried"
            )
    return "\n".join(lines)


def describe(request: Request, releases: Sequence[str]) -> str:
    """Return the plan of a run over releases as text.

    Raises:
        UsageError: no release, or one that is named twice.
    """
    _require_distinct(releases)
    plan = planning.make(request)
    time = planning.minutes(len(releases) * plan.estimate_s)
    return (
        f"{len(releases)} releases one after another ({', '.join(releases)}), about {time} in all "
        f"where their environments exist; in each:\n{plan.describe()}"
    )


def execute(request: Request, releases: Sequence[str], listener: Listener) -> Outcome:
    """Measure a request in the environment of each release, into one run.

    A release whose environment cannot be had or measured is told to the listener and recorded in ``run.json``
    under ``failures``; the others are measured all the same.

    Raises:
        UsageError: no release, or one that is named twice.
        CollectError: nothing could be measured.
        KeyboardInterrupt: it was interrupted; what is complete is kept.
    """
    listener.plan(describe(request, releases))
    traces = record.traces_folder(request.out)
    with locked(traces), ExitStack() as kept:
        temporary = Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="kprof-")))
        return _Matrix(request, tuple(releases), listener, traces, temporary, kept).run()


def _require_distinct(releases: Sequence[str]) -> None:
    if not releases:
        raise UsageError("no release was named: give some, like 2.0.0,2.10.1")
    twice = [release for number, release in enumerate(releases) if release in releases[:number]]
    if twice:
        raise UsageError(f"release named twice: {twice[0]}")


def _require_apart(part: _Part, others: Sequence[_Part]) -> None:
    other = next((other for other in others if other.slug == part.slug), None)
    if other is None:
        return
    if other.manager.request.python == part.manager.request.python:
        raise UsageError(f"is {part.slug}, which is measured already, as {other.release}")
    alone = "kprof run" if part.release == INSTALLED else f"kprof run --tf {part.release}"
    raise UsageError(
        f"is another environment than {other.release}, but both are called {part.slug}, and a run holds one "
        f"of a name: measure it in a run of its own (`{alone}`) and compare the two (`kprof compare`)"
    )


class _Matrix:
    """One run over several environments while it is made."""

    def __init__(
        self,
        request: Request,
        releases: tuple[str, ...],
        listener: Listener,
        traces: Path,
        temporary: Path,
        kept: ExitStack,
    ) -> None:
        self.request = request
        self.releases = releases
        self.listener = listener
        self.traces = traces
        self.temporary = temporary
        self.kept = kept
        self.failures: dict[str, str] = {}

    def run(self) -> Outcome:
        parts = self._parts()
        if not parts:
            raise CollectError("; ".join(f"{release}: {why}" for release, why in self.failures.items()))
        store = self._store(parts)

        def cut_short() -> None:
            self.listener.note(f"interrupted; what is complete is kept in {store.path}")

        with store.measuring(cut_short):
            self._measure(store, parts)
        statuses = [capture["status"] for capture in store.manifest["captures"]]
        if "ok" not in statuses:
            reasons = "".join(f"; {release}: {why}" for release, why in self.failures.items())
            raise CollectError(f"{store.path}: no capture succeeded{reasons}")
        failed = self.failures or any(status in ("failed", "timeout") for status in statuses)
        return Outcome(store.path, EXIT_PARTIAL if failed else EXIT_DONE)

    def _parts(self) -> list[_Part]:
        parts: list[_Part] = []
        for release in self.releases:
            try:
                part = self._prepare(release)
                _require_apart(part, parts)
            except KprofError as error:
                self._fail(release, error)
                continue
            parts.append(part)
        return parts

    def _prepare(self, release: str) -> _Part:
        """Return a release's part, its environment made if it has to be, and held until the run has ended.

        Raises:
            KprofError: there is no such release, or its environment cannot be made or measured.
        """
        python: str | None = None
        notes: tuple[str, ...] = ()
        if release != INSTALLED:
            made = self.kept.enter_context(environments.in_use(release, self.listener.note))
            python, notes = made.python, made.notes
        folder = self.temporary / release
        folder.mkdir()
        manager = Manager(
            dataclasses.replace(self.request, python=python), self.listener, self.traces, folder
        )
        environment = manager.environment()
        if notes:
            environment["notes"] = list(notes)
        return _Part(release, str(environment["slug"]), manager, environment, manager.plan(environment))

    def _fail(self, release: str, error: KprofError) -> None:
        self.failures[release] = str(error)
        self.listener.note(f"{release}: {error}")

    def _store(self, parts: Sequence[_Part]) -> RunStore:
        facts = {
            "request": dataclasses.asdict(self.request),
            "releases": {part.release: part.slug for part in parts},
            "failures": self.failures,
            "seed": secrets.randbits(31),
            "smallest_effect": self.request.smallest_effect,
            "machine": {"before": host.describe()},
            "catalogue": catalogue.load().id,
            "environments": {part.slug: dict(part.environment) for part in parts},
        }
        store = RunStore.create(self.traces, f"{len(parts)}-releases", parts[0].plan, facts)
        store.manifest["variants"] = [
            {"environment": part.slug, "variant": dataclasses.asdict(variant)}
            for part in parts
            for variant in part.plan.variants
        ]
        store.manifest["order"] = [f"{p.slug} {process.label}" for p in parts for process in p.plan.processes]
        store.save()
        return store

    def _measure(self, store: RunStore, parts: Sequence[_Part]) -> None:
        total = sum(len(part.plan.processes) for part in parts)
        before = 0
        for part in parts:
            part.manager.listener = _Placed(self.listener, part.slug, before, total)
            try:
                part.manager.measure(store, part.plan, part.slug)
            except KprofError as error:
                self._fail(part.release, error)
            before += len(part.plan.processes)


@dataclass(frozen=True)
class _Placed:
    """Tells a listener of one environment's processes as part of all."""

    listener: Listener
    slug: str
    before: int
    total: int

    def plan(self, text: str) -> None:
        self.listener.plan(text)

    def started(self, label: str, index: int, total: int, estimate_s: float) -> None:
        self.listener.started(f"{self.slug} {label}", self.before + index, self.total, estimate_s)

    def finished(self, label: str, status: str, seconds: float) -> None:
        self.listener.finished(f"{self.slug} {label}", status, seconds)

    def note(self, text: str) -> None:
        self.listener.note(text)
