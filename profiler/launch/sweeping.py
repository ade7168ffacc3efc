"""Sweeps: measures a grid of sizes, then more of them where lines cross, into one run."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..plan import rounds, user_model
from ..plan.estimate import START_S, CallCost, minutes
from ..plan.processes import Plan, ProcessPlan
from ..plan.request import Request
from ..plan.rounds import Round
from ..plan.sweep import SweepRequest, require_sweepable
from ..protocol.errors import RunError, UsageError
from ..protocol.spec import EnvironmentFacts, GivenModel, WorkloadFacts
from ..results.sweep import build
from ..results.sweep.document import Sweep
from ..runs import record
from ..runs.location import traces_folder
from ..runs.manifest import SweepEntry, VariantEntry
from ..runs.store import RunStore
from . import ledger, manager, measuring, preparing, refining, resume, steps
from .listener import Listener
from .measuring import Outcome
from .preparing import Prepared, Site
from .refining import Costs
from .steps import Step

# The first round's share of the budget, and its points, where calls are slow.
FIRST_SHARE = 0.6
LEAST_POINTS = 3


def dry_run(asked: SweepRequest, release: str | None = None) -> str:
    """Return the plan of a sweep as text; nothing is started or written.

    Raises:
        UsageError: a file or interpreter that does not exist, or a release that cannot.
    """
    for request in _requests(_located(asked)):
        user_model.spec(request, user_model.model_file(request.model))
    asked.base.require_usable_cores()
    told = None if release is None else preparing.unlisted(release)
    return "\n".join(filter(None, (_described(asked, None), told)))


def lacking(run: Path, asked: Mapping[str, Any]) -> str:
    """Return what an interrupted sweep lacks as text; nothing is started or written.

    Raises:
        RunError: no run, a damaged one, or no sweep.
        UsageError: it was made with something else than what was named.
    """
    store, swept = opened(run, asked)
    ((slug, environment),) = store.manifest.environments.items()
    costs = Costs.of(swept.asked, _cost(swept.asked, environment))
    every = rounds.processes(swept.asked, swept.rounds, costs)
    left = [one for one in every if not store.holds(slug, one)]
    if swept.decided and not left:
        return f"{run}: is complete"
    left_s = max(0.0, swept.asked.budget_s - build.spent_s(store.manifest))
    return f"{run}: lacks {len(left)} processes of {len(swept.rounds)} rounds; {minutes(left_s)} are left"


def _described(asked: SweepRequest, given: CallCost | None) -> str:
    first = first_round(asked, given)
    first_s = START_S + refining.round_s(asked, first, Costs.of(asked, given))
    return rounds.describe(asked, first.sizes, first_s)


def first_round(asked: SweepRequest, given: CallCost | None) -> Round:
    """Return the round over the grid, of fewer points where slow calls would leave nothing of the budget."""
    costs = Costs.of(asked, given)
    fewer = (dataclasses.replace(asked, points=count) for count in range(asked.points, LEAST_POINTS - 1, -1))
    every = [rounds.first_round(one, given) for one in fewer] or [rounds.first_round(asked, given)]
    most_s = FIRST_SHARE * asked.budget_s
    return next((one for one in every if refining.round_s(asked, one, costs) <= most_s), every[-1])


def execute(asked: SweepRequest, listener: Listener, release: str | None = None) -> Outcome:
    """Carry out a sweep and return its outcome.

    Args:
        asked: what to sweep.
        listener: is told how it is going.
        release: the TensorFlow release whose environment is measured; None for the request's interpreter.

    Raises:
        UsageError: a file or interpreter that does not exist, or a size that a model cannot take.
        CollectError: nothing could be measured.
        KeyboardInterrupt: it was interrupted; what is complete is kept.
    """
    asked = _located(asked)
    asked.base.require_usable_cores()
    with manager.writing(traces_folder(asked.base.out)) as (traces, temporary, kept):
        notes: tuple[str, ...] = ()
        if release is not None:
            base, notes = kept.enter_context(preparing.released(release, asked.base, listener))
            asked = dataclasses.replace(asked, base=base)
        site = _site(asked, temporary, None)
        given = _contents(site)
        part = preparing.prepare("", site, listener, notes)
        cost = _cost(asked, part.environment)
        listener.plan(_described(asked, cost))
        entry = SweepEntry(asked, [first_round(asked, cost)], given[1:])
        manifest = manager.begun(
            asked.base, [dataclasses.replace(part, plan=Plan(()))], (), manager.new_seed()
        )
        manifest = dataclasses.replace(manifest, sweep=entry, given=given[0] if given else None)
        store = RunStore.create(traces, f"{part.slug}-sweep", manifest)
        ledger.record(store)
        return _Sweeping(store, part, cost, listener).carry_out()


def go_on(run: Path, asked: Mapping[str, Any], listener: Listener) -> Outcome:
    """Measure what an interrupted sweep lacks, and return the outcome of the whole run.

    Args:
        run: the run directory.
        asked: what the user named beside it, of python, model, input and (more models) beside.
        listener: is told how it is going.

    Raises:
        UsageError: no sweep, another request, model or environment than the run's, or a run from elsewhere
            that names what would be executed.
    """
    with manager.writing(run.parent) as (_, temporary, _kept):
        store, swept = opened(run, asked)
        if swept.decided and store.manifest.status == "complete":
            return Outcome(run, 0)
        resume.require_own(store, asked)
        if swept.asked.beside and not ledger.knows(store.manifest) and "beside" not in asked:
            raise UsageError("was not made here by you, and names more models to run", run, "name them too")
        ((slug, stored),) = store.manifest.environments.items()
        folder = resume.folder_of(store) if swept.asked.base.model else None
        site = _site(swept.asked, temporary, folder)
        _require_same_contents(run, site, store.manifest.given, swept.beside)
        part = preparing.prepare("", site, listener, stored.notes)
        resume.require_same_environment(run, stored, part.environment)
        resume.require_same_parameters(run, stored, part.environment)
        if part.slug != slug:
            raise UsageError(f"its environment calls itself {part.slug}, the run calls it {slug}", run)
        part = dataclasses.replace(part, environment=stored)
        return _Sweeping(store, part, _cost(swept.asked, stored), listener).carry_out()


def opened(run: Path, asked: Mapping[str, Any]) -> tuple[RunStore, SweepEntry]:
    """Return a sweep's run and what it goes over.

    Raises:
        RunError: no run, a damaged one, or no sweep.
        UsageError: it was made with other options than those that were given.
    """
    store = RunStore.open(run)
    swept = store.manifest.sweep
    if swept is None:
        raise RunError("is no sweep", run, f"go on with: kprof run --resume {shlex.quote(str(run))}")
    if len(store.manifest.environments) != 1:
        raise RunError("names several environments, a sweep has one", run)
    named = {name: value for name, value in asked.items() if name != "beside"}
    base = dataclasses.replace(swept.asked.base, **named)
    given = dataclasses.replace(swept.asked, base=base, beside=asked.get("beside", swept.asked.beside))
    if _located(given) != swept.asked:
        what = " or ".join("model" if name == "beside" else name for name in asked)
        raise UsageError(f"was made with another {what}", run, "leave that out, or make a new sweep")
    return store, swept


class _Sweeping:
    """One sweep while it is carried out."""

    def __init__(self, store: RunStore, part: Prepared, given: CallCost | None, listener: Listener) -> None:
        self._store = store
        self._part = part
        self._given = given
        self._listener = listener

    @property
    def _swept(self) -> SweepEntry:
        found = self._store.manifest.sweep
        if found is None:
            raise RunError("is no sweep", self._store.path)
        return found

    def carry_out(self) -> Outcome:
        """Measure what is missing of the rounds, then decide on further ones while the budget lasts."""
        return measuring.carry_out(self._store, self._steps(0), self._listener, more=self._more)

    def _more(self) -> Sequence[Step]:
        """Return the processes of the next round; none where nothing more is to be measured."""
        swept = self._swept
        following = None if swept.decided else self._next()
        if following is None:
            self._store.change(sweep=dataclasses.replace(swept, decided=True))
            return ()
        self._store.change(sweep=dataclasses.replace(swept, rounds=[*swept.rounds, following]))
        self._listener.note(f"round {len(swept.rounds) + 1}, {following.why}: {_at(following)}")
        return self._steps(len(swept.rounds))

    def _steps(self, first: int) -> Sequence[Step]:
        """Return the processes of the rounds from this one on, which the run then lists."""
        swept, store = self._swept, self._store
        costs = Costs.of(swept.asked, self._given, () if not first else self._found().points)
        every = list(rounds.processes(swept.asked, swept.rounds, costs))
        new = every[sum(one.processes for one in swept.rounds[:first]) :]
        listed = dict.fromkeys((*store.manifest.variants, *self._variants(new)))
        store.change(variants=list(listed), order=[f"{one.label} #{one.number + 1}" for one in every])
        return steps.alone(dataclasses.replace(self._part, plan=Plan(tuple(new))))

    def _variants(self, processes: Sequence[ProcessPlan]) -> Iterator[VariantEntry]:
        for process in processes:
            for one in process.captures:
                yield VariantEntry(self._part.slug, one.variant)

    def _found(self) -> Sweep:
        return build.of_run(record.read(self._store.path), self._swept, {})

    def _next(self) -> Round | None:
        swept = self._swept
        found = self._found()
        costs = Costs.of(swept.asked, self._given, found.points)
        expected = sum(one.estimate_s for one in rounds.processes(swept.asked, swept.rounds, costs))
        left_s = swept.asked.budget_s - found.spent_s
        return refining.next_round(swept.asked, found, costs, left_s, found.spent_s / expected)


def _at(one: Round) -> str:
    return ", ".join(map(str, one.sizes))


def _located(asked: SweepRequest) -> SweepRequest:
    """Return a sweep whose paths are absolute, so that it means the same from any folder."""
    return dataclasses.replace(
        asked,
        base=user_model.located(asked.base),
        beside=tuple(str(user_model.located(Request(model=one)).model) for one in asked.beside),
    )


def _requests(asked: SweepRequest) -> Iterator[Request]:
    """Yield a request for each model of the user's, or the only one for a built-in workload."""
    base = dataclasses.replace(asked.base, batch_sizes=(), rows=None)
    if asked.base.model is None:
        size = asked.grid()[0]
        base = dataclasses.replace(base, workloads=(asked.variant(size, asked.baseline).workload,))
    yield base
    for model in asked.beside:
        yield dataclasses.replace(base, model=model)


def _site(asked: SweepRequest, temporary: Path, folder: Path | None) -> Site:
    first, *others = _requests(asked)
    site = preparing.site(first, temporary, folder)
    found = (user_model.spec(one, user_model.model_file(one.model)) for one in others)
    return dataclasses.replace(site, beside=tuple(one for one in found if one is not None))


def _contents(site: Site) -> list[GivenModel]:
    every = (site.given, *site.beside)
    return [user_model.contents(one, site.folder) for one in every if one is not None]


def _require_same_contents(
    run: Path, site: Site, given: GivenModel | None, beside: Sequence[GivenModel]
) -> None:
    """Raise `UsageError` where a model or input is not the one that the sweep was measured with."""
    specs = [one for one in (site.given, *site.beside) if one is not None]
    stored = [*([given] if given else []), *beside]
    for one, before, now in zip(specs, stored, _contents(site), strict=False):
        resume.require_same_contents(run, one, before, now)


def _cost(asked: SweepRequest, environment: EnvironmentFacts) -> CallCost | None:
    """Return what is known of the first model of the user's, having checked that all can be swept.

    Raises:
        UsageError: a model or its input demands what the axis would change.
    """
    if asked.base.model is None:
        return None
    facts = [(one, environment.workloads.get(one, WorkloadFacts())) for one in asked.workloads]
    for name, known in facts:
        require_sweepable(asked, name, known.batch_size, known.rows)
    call_s = (facts[0][1].call_ns or 1) / 1e9
    return CallCost(call_s, call_s, facts[0][1].batch_size, facts[0][1].rows)
