"""Prepares two sides that are measured in turn: what a run measures, and the base it is compared with."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..plan import processes
from ..plan.against import MODEL, Against
from ..plan.estimate import minutes
from ..plan.processes import Plan
from ..plan.request import PYTHON, RELEASE, Request
from ..protocol.errors import CollectError, OptionError, UsageError
from ..protocol.spec import EnvironmentFacts, GivenModel, Moved
from ..protocol.vocabulary import Variant
from ..runs.manifest import SideBySide
from . import preparing
from .listener import Listener
from .preparing import Prepared, Site

THIS, BASE = "this", "base"


@dataclass(frozen=True)
class Place:
    """A temporary folder, and what is held until the run ends: environments, a git worktree."""

    temporary: Path
    kept: contextlib.ExitStack


@dataclass(frozen=True)
class Sides:
    """Two sides that can be measured, with plans of the same processes.

    ``record`` is what the run keeps of them, ``given`` the files of this side's own model.
    """

    this: Prepared
    base: Prepared
    record: SideBySide
    given: GivenModel | None


def describe(plan: Plan, spec: str) -> str:
    """Return the plan of two sides as text.

    Args:
        plan: of each of them.
        spec: how the user named the base.
    """
    time = minutes(2 * plan.estimate_s)
    return f"2 sides in turn, this and the base ({spec}), about {time} in all; each:\n{plan.describe()}"


def opened(
    request: Request,
    base: Against,
    place: Place,
    listener: Listener,
    notes: Sequence[str] = (),
    folder: Path | None = None,
) -> Sides:
    """Return both sides of a request, prepared one after the other.

    Args:
        request: what this side measures, with absolute paths.
        base: what it is compared with.
        place: where, and what is held until the run ends.
        listener: is told that they are being prepared.
        notes: what is to be known of this side's environment.
        folder: where the user's own model is measured from; None for the working folder.

    Raises:
        UsageError: the base cannot be had, or the two cannot be compared.
        CollectError: one of them cannot be measured.
    """
    of_base, base_notes = _requested(request, base, place, listener)
    first, second = (place.temporary / name for name in (THIS, BASE))
    for one in (first, second):
        one.mkdir()
    own = preparing.site(request, first, folder)
    other = _checked_out(preparing.site(of_base, second, folder), base, place)
    given, base_given = own.contents(), other.contents()
    this = _prepared(THIS, own, listener, notes)
    beside = _prepared(BASE, other, listener, base_notes)
    _require_source(this, beside, base)
    beside = _named_apart(this, beside)
    plans = planned_alike(*((part.site.request, part.environment) for part in (this, beside)))
    this, beside = (
        dataclasses.replace(part, plan=plan) for part, plan in zip((this, beside), plans, strict=True)
    )
    record = SideBySide(this.slug, beside.slug, str(base), base.commit, base_given)
    return Sides(this, beside, record, given)


def _prepared(name: str, site: Site, listener: Listener, notes: Sequence[str]) -> Prepared:
    try:
        return preparing.prepare(name, site, listener, notes)
    except CollectError as error:
        where = error.where if name == THIS else f"the base{f' ({error.where})' if error.where else ''}"
        raise CollectError(error.what, where, error.to_do) from error


def _requested(
    request: Request, base: Against, place: Place, listener: Listener
) -> tuple[Request, tuple[str, ...]]:
    """Return the request of the base, and what is to be known of its environment."""
    if base.kind == PYTHON:
        return dataclasses.replace(request, python=base.value), ()
    if base.kind == RELEASE:
        return place.kept.enter_context(preparing.released(base.value, request, listener))
    return modelled(request, base), ()


def modelled(request: Request, base: Against) -> Request:
    """Return what the base measures, in whichever environment."""
    return dataclasses.replace(request, model=base.value) if base.kind == MODEL else request


def _checked_out(site: Site, base: Against, place: Place) -> Site:
    """Return the base's site, in a temporary worktree where it is a git revision."""
    if base.checkout is None or base.commit is None:
        return site
    top = base.checkout.top
    tree = place.kept.enter_context(base.checkout.at(base.commit, place.temporary / "checkout"))
    here = site.folder.resolve()
    folder = tree / here.relative_to(top) if here.is_relative_to(top) else here
    if not folder.is_dir():
        raise OptionError("against", str(base), f"has no folder {here.relative_to(top)} in {top}")
    return dataclasses.replace(site, folder=folder, moved=Moved(str(top), str(tree)))


def _require_source(this: Prepared, beside: Prepared, base: Against) -> None:
    """Raise `UsageError` where a revision is compared with code that does not come from its checkout."""
    if base.checkout is None or beside.site.moved is None:
        return
    wanted = (this, base.checkout.top), (beside, Path(beside.site.moved.after).resolve())
    for part, top in wanted:
        for facts in part.environment.workloads.values():
            if facts.source is not None and not Path(facts.source).is_relative_to(top):
                what = f"the model of {part.name} was imported from {facts.source}, which is not in {top}"
                raise OptionError(
                    "against", str(base), what, "uninstall that copy, or install it as editable"
                )


def _named_apart(this: Prepared, beside: Prepared) -> Prepared:
    """Return the base with a slug of its own, also where both have one environment."""
    if this.slug != beside.slug:
        return beside
    apart = dataclasses.replace(beside.environment, slug=f"{beside.slug}-{BASE}")
    return dataclasses.replace(beside, environment=apart)


def planned_alike(
    this: tuple[Request, EnvironmentFacts], base: tuple[Request, EnvironmentFacts]
) -> tuple[Plan, Plan]:
    """Return the plans of both sides, which have the same processes: those that the slower one needs.

    Args:
        this: what this side measures, and in which environment.
        base: the same of the base.

    Raises:
        UsageError: they do not take the same calls.
    """
    costs = [preparing.cost(*side) for side in (this, base)]
    slowest_s = max((cost.predict_s for cost in costs if cost is not None), default=0.0)
    first, second = (
        processes.make(request, cost and dataclasses.replace(cost, predict_s=slowest_s, other_s=slowest_s))
        for (request, _), cost in zip((this, base), costs, strict=True)
    )
    if list(map(_size, first.variants)) != list(map(_size, second.variants)):
        told = [", ".join(dict.fromkeys(map(_told, plan.variants))) for plan in (second, first)]
        raise UsageError(
            f"takes {told[0]} a call, this takes {told[1]}: the two cannot be compared",
            "the base",
            "give rows and a batch size that both take",
        )
    return first, second


def _size(variant: Variant) -> tuple[str, str, int, int]:
    return (variant.compile_state, variant.entry_point, variant.batch_size, variant.rows)


def _told(variant: Variant) -> str:
    return f"{variant.rows} rows in batches of {variant.batch_size}"
