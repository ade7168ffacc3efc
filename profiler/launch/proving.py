"""Proves instruments: one worker each slows internals on purpose, and the shares are judged."""

from __future__ import annotations

import itertools
import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..catalogue import catalogue
from ..catalogue.catalogue import TEARDOWN
from ..plan import processes, user_model
from ..plan.estimate import START_S, UNKNOWN, CallCost, built_in, minutes
from ..plan.request import Request
from ..protocol import calls, files
from ..protocol.errors import CollectError, RunError, UsageError
from ..protocol.instruments import INSTRUMENTS, SHARES, instrument
from ..protocol.options import option
from ..protocol.proving import PREDICT
from ..protocol.spec import ProvingSpec
from ..protocol.vocabulary import Variant, require_known
from ..readers.pstats.marshal_guard import MarshalGuard
from ..results.proving import judging, shares
from ..results.proving.document import OPEN, Tested, Validation
from ..results.proving.shares import Evidence
from . import preparing, proofs
from .listener import Listener
from .preparing import PREPARE_TIMEOUT_S, Prepared

ROUNDS = 16
FRACTION = 0.2
AGAIN = f"  up to {judging.LOOKS} times, until each error is told from its bound"
PROVABLE = tuple(one.id for one in INSTRUMENTS if SHARES in one.gives)
INTERNALS = 12
"""How many internals a release has about, for the estimate."""


@dataclass(frozen=True)
class Asked:
    """What to prove.

    Attributes:
        request: the workload or model, its state, and the interpreter; one variant of it is called.
        internals: those to slow; none for all that can be.
        calls: of each condition; None for as many as their length needs.
    """

    request: Request
    internals: tuple[str, ...] = ()
    calls: int | None = None

    @property
    def instruments(self) -> tuple[str, ...]:
        """The instruments to prove."""
        return self.request.instruments or PROVABLE

    def require_sound(self) -> None:
        """Raise `UsageError` where it names what cannot be proven or slowed."""
        for name in self.request.instruments:
            if name not in PROVABLE:
                raise UsageError("gives no shares to prove", f"instrument {name}", f"try {PROVABLE[0]}")
        for name in self.internals:
            known = [one.id for one in catalogue.load().internals if one.id not in (PREDICT, TEARDOWN)]
            require_known("internal", name, known)


def estimate(asked: Asked, cost: CallCost) -> float:
    """Return about how long a proof takes, in s."""
    conditions = 1 + (len(asked.internals) or INTERNALS)
    total = START_S
    for name in asked.instruments:
        one = instrument(name)
        count = calls.proving(asked.calls, cost.predict_s * 1e9, ROUNDS, one)
        each = cost.predict_s * (1 + FRACTION) * (1 + one.slowdown)
        total += START_S + conditions * count * each + cost.predict_s * (2 + one.slowdown) * count
    return total


def validate(asked: Asked, listener: Listener, release: str | None = None) -> Validation:
    """Prove instruments on one variant in one environment.

    Args:
        asked: what to prove.
        listener: is told how it is going.
        release: the TensorFlow release whose environment is used; None for the request's interpreter.

    Raises:
        UsageError: what cannot be proven, a file or an interpreter that does not exist.
        CollectError: no call could be made.
    """
    asked.require_sound()
    asked = replace(asked, request=user_model.located(asked.request))
    with tempfile.TemporaryDirectory(prefix="kprof-") as temporary, MarshalGuard() as guard:
        if release is None:
            return _validate(asked, Path(temporary), listener, guard, ())
        with preparing.released(release, asked.request, listener) as (request, notes):
            asked = replace(asked, request=request)
            return _validate(asked, Path(temporary), listener, guard, notes)


def _validate(
    asked: Asked, temporary: Path, listener: Listener, guard: MarshalGuard, notes: Sequence[str]
) -> Validation:
    part = preparing.prepare("", preparing.site(asked.request, temporary), listener, notes)
    variant = _variant(part.plan.variants)
    listener.plan(_describe(asked, f"{variant.id} on {part.slug}", _cost(part, variant)))
    proof = _Proof(asked, part, variant, temporary, listener, guard)
    found = _judged(part, variant, [proof.of(name) for name in asked.instruments])
    proofs.record(part.environment, found)
    return found


@dataclass(frozen=True)
class _Taken:
    """What the workers of one instrument left, and why the last one left nothing."""

    instrument: str
    sittings: tuple[Evidence, ...] = ()
    failure: str | None = None

    def tested(self, reference: Evidence | None = None) -> Tested:
        """Return what it says of the instrument; ``reference`` is the evidence of probes."""
        if self.sittings:
            return judging.tested(shares.together(self.sittings), reference)
        return Tested(self.instrument, "failed", self.failure, instrument(self.instrument).largest_error)


class _Proof:
    """Sends workers until each instrument is told from its bound, or has had `judging.LOOKS` of them."""

    def __init__(
        self,
        asked: Asked,
        part: Prepared,
        variant: Variant,
        temporary: Path,
        listener: Listener,
        guard: MarshalGuard,
    ) -> None:
        self._asked = asked
        self._part = part
        self._variant = variant
        self._temporary = temporary
        self._listener = listener
        self._guard = guard
        self._processes = itertools.count()

    def of(self, name: str) -> _Taken:
        """Return what one instrument's workers left."""
        taken = _Taken(name)
        for number in range(judging.LOOKS if self._asked.calls is None else 1):
            try:
                taken = replace(taken, sittings=(*taken.sittings, self._sitting(name, number)))
            except RunError as error:
                return replace(taken, failure=str(error))
            if taken.tested().verdict != OPEN:
                break
        return taken

    def _sitting(self, name: str, number: int) -> Evidence:
        """Send one worker and return what it left.

        Raises:
            RunError: it left nothing, or what it left is damaged.
        """
        part, names = self._part, self._asked.instruments
        label = f"{self._variant.id} {name}" + (f", sitting {number + 1}" if number else "")
        alone = replace(self._asked, request=_only(self._asked, name))
        estimate_s = estimate(alone, _cost(part, self._variant))
        self._listener.started(label, names.index(name), len(names), estimate_s)
        output = self._temporary / f"{name}-{number}"
        output.mkdir()
        prove = _spec(self._asked, part, self._variant, name, next(self._processes))
        spec = part.site.spec(output, [self._variant.workload], prove=prove)
        ended = part.site.work(spec, output / files.STDERR_FILE, 10 * estimate_s + PREPARE_TIMEOUT_S)
        try:
            found = shares.read(output, part.environment, prove, self._guard)
        except RunError as error:
            self._listener.finished(label, "failed", ended.seconds)
            raise RunError(ended.reason or str(error)) from error
        self._listener.finished(label, "ok", ended.seconds)
        return found


def _judged(part: Prepared, variant: Variant, taken: Sequence[_Taken]) -> Validation:
    sittings = [sitting for one in taken for sitting in one.sittings]
    if not sittings:
        raise CollectError(f"no instrument could be tried: {taken[0].failure}")
    probes = next((one for one in taken if one.instrument == "probes" and one.sittings), None)
    reference = None if probes is None else shares.together(probes.sittings)
    return Validation(
        part.slug,
        variant.id,
        FRACTION,
        tuple(one.tested(reference) for one in taken),
        judging.same_twice(sittings, part.site.request.smallest_effect),
    )


def _only(asked: Asked, name: str) -> Request:
    return replace(asked.request, instruments=(name,))


def _variant(variants: Sequence[Variant]) -> Variant:
    """Return the only variant of a plan.

    Raises:
        UsageError: there are several.
    """
    if len(variants) != 1:
        named = ", ".join(one.id for one in variants)
        what = f"one variant is proven at a time, these are {named}"
        raise UsageError(what, to_do=f"choose with {option('compile_states')} or {option('batch_sizes')}")
    return variants[0]


def _cost(part: Prepared, variant: Variant) -> CallCost:
    facts = part.environment.workloads.get(variant.workload)
    if facts is not None and facts.call_ns:
        return CallCost(facts.call_ns / 1e9, facts.call_ns / 1e9)
    return UNKNOWN if part.site.given else built_in(variant.workload)


def dry_run(asked: Asked) -> str:
    """Return the plan of a proof as text; nothing is started.

    Raises:
        UsageError: what cannot be proven or slowed, or a workload that does not exist.
    """
    asked.require_sound()
    plan = processes.make(asked.request)
    variant = _variant(plan.variants)
    cost = UNKNOWN if asked.request.model else built_in(variant.workload)
    return _describe(asked, variant.id, cost)


def _describe(asked: Asked, what: str, cost: CallCost) -> str:
    slowed = ", ".join(asked.internals) or "each internal that can be"
    lines = (
        f"Plan: {what}, about {minutes(estimate(asked, cost))}",
        f"  slows {slowed}, one at a time, by {FRACTION:.0%} of a call",
        f"  under {', '.join(asked.instruments)}, in {ROUNDS} rounds beside calls without",
        *(() if asked.calls else (AGAIN,)),
    )
    return "\n".join(lines)


def _spec(asked: Asked, part: Prepared, variant: Variant, name: str, number: int) -> ProvingSpec:
    return ProvingSpec(
        environment=part.slug,
        process=number,
        seed=secrets.randbits(31),
        variant=variant,
        instrument=name,
        rounds=ROUNDS,
        calls=asked.calls,
        fraction=FRACTION,
        catalogue=catalogue.load().for_worker(),
        internals=list(asked.internals),
    )
