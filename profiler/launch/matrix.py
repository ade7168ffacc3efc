"""One run over several environments: TensorFlow releases, and the analyzer's own."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Sequence
from pathlib import Path

from ..plan import processes
from ..plan.estimate import minutes
from ..plan.request import Request
from ..protocol.errors import CollectError, KprofError, UsageError
from ..runs.location import traces_folder
from ..runs.store import RunStore
from . import ledger, preparing, steps
from .listener import Listener
from .manager import begun, new_seed, writing
from .measuring import Outcome, carry_out
from .preparing import Prepared

INSTALLED = "installed"
"""The name that stands for the TensorFlow beside kprof instead of a release."""


def dry_run(request: Request, releases: Sequence[str]) -> str:
    """Return the plan of a run over releases as text; nothing is started, written or asked of the network.

    Raises:
        UsageError: no release, one that is named twice, or what is no release of TensorFlow 2.
    """
    told = (preparing.unlisted(release) for release in releases if release != INSTALLED)
    return "\n".join([describe(request, releases), *filter(None, told)])


def describe(request: Request, releases: Sequence[str]) -> str:
    """Return the plan of a run over releases as text.

    Raises:
        UsageError: no release, or one that is named twice.
    """
    _require_distinct(releases)
    plan = processes.make(request)
    time = minutes(len(releases) * plan.estimate_s)
    if len(releases) == 1:
        return f"1 release ({releases[0]}), about {time} where its environment exists:\n{plan.describe()}"
    return (
        f"{len(releases)} releases in shuffled rounds ({', '.join(releases)}), about {time} in all "
        f"where their environments exist; in each:\n{plan.describe()}"
    )


def execute(request: Request, releases: Sequence[str], listener: Listener) -> Outcome:
    """Measure a request in the environment of each release, into one run.

    A release whose environment cannot be made or measured is recorded under ``failures``; the others are
    measured all the same.

    Raises:
        UsageError: no release, or one that is named twice.
        CollectError: nothing could be measured.
        KeyboardInterrupt: it was interrupted; what is complete is kept.
    """
    listener.plan(describe(request, releases))
    with writing(traces_folder(request.out)) as (traces, temporary, kept):
        parts, failures = _prepared(request, releases, listener, temporary, kept)
        if not parts:
            raise CollectError("; ".join(f"{release}: {why}" for release, why in failures.items()))
        seed = new_seed()
        taken = steps.in_rounds(parts, seed)
        manifest = dataclasses.replace(
            begun(request, parts, taken, seed),
            releases={part.name: part.slug for part in parts},
            failures=failures,
        )
        store = RunStore.create(traces, f"{len(parts)}-releases", manifest)
        ledger.record(store)
        return carry_out(store, taken, listener, failures)


def _require_distinct(releases: Sequence[str]) -> None:
    if not any(releases):
        raise UsageError("no release was named", to_do="give some, like 2.0.0,2.10.1")
    twice = [release for number, release in enumerate(releases) if release in releases[:number]]
    if twice:
        raise UsageError(f"release named twice: {twice[0]}")


def _prepared(
    request: Request,
    releases: Sequence[str],
    listener: Listener,
    temporary: Path,
    kept: contextlib.ExitStack,
) -> tuple[list[Prepared], dict[str, str]]:
    """Return the environments that answered, and why the others did not, by release."""
    parts: list[Prepared] = []
    failures: dict[str, str] = {}
    for number, release in enumerate(releases):
        folder = temporary / str(number)
        folder.mkdir()
        try:
            part = _prepare(release, request, listener, folder, kept)
            _require_apart(part, parts)
        except KprofError as error:
            failures[release] = str(error)
            listener.note(f"{release}: {error}")
            continue
        parts.append(part)
    return parts, failures


def _prepare(
    release: str, request: Request, listener: Listener, folder: Path, kept: contextlib.ExitStack
) -> Prepared:
    """Return a release's environment, made if it has to be, and held until the run has ended."""
    notes: tuple[str, ...] = ()
    if release != INSTALLED:
        request, notes = kept.enter_context(preparing.released(release, request, listener))
    return preparing.prepare(release, preparing.site(request, folder), listener, notes)


def _require_apart(part: Prepared, others: Sequence[Prepared]) -> None:
    other = next((other for other in others if other.slug == part.slug), None)
    if other is None:
        return
    if other.site.request.python == part.site.request.python:
        raise UsageError(f"is {part.slug}, which is measured already, as {other.name}")
    alone = "kprof run" if part.name == INSTALLED else f"kprof run --tf {part.name}"
    raise UsageError(
        f"is another environment than {other.name}, but both are called {part.slug}, and a run holds one of "
        "a name",
        to_do=f"measure it in a run of its own (`{alone}`) and compare the two (`kprof compare`)",
    )
