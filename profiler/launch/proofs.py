"""Remembers what was proven of the instruments on this machine, for the runs that come after.

``$XDG_STATE_HOME/kprof/proofs.json`` holds a proof for each instrument of each environment on each machine.
One that was made by another kprof, or with other versions of what is measured, does not count.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import hashlib
import json
import platform
from dataclasses import dataclass, field
from pathlib import Path

from ..protocol import files, schemas
from ..protocol.errors import RunError
from ..protocol.proving import Proof
from ..protocol.spec import EnvironmentFacts
from ..results.proving.document import Validation
from ..runs import validation
from ..version import VERSION
from . import ledger


@dataclass(frozen=True)
class Proofs:
    """``proofs.json``: machine and environment -> instrument -> proof."""

    proofs: dict[str, dict[str, Proof]] = field(default_factory=dict)


def path() -> Path:
    """Return the file of the proofs."""
    return ledger.path().with_name("proofs.json")


def record(environment: EnvironmentFacts, found: Validation) -> None:
    """Keep the proofs of instruments that are within their bounds, and forget those of all others tried.

    Where they cannot be written, later runs do not name them.
    """
    with contextlib.suppress(*ledger.NOWHERE):
        known = _read()
        own = dict(known.proofs.get(_key(environment), {}))
        for tested in found.instruments:
            own.pop(tested.instrument, None)
            slowed = {check.slowed for check in tested.checks}
            if tested.proven is not None and found.same_twice.verdict != "differs":
                today = datetime.datetime.now(tz=datetime.timezone.utc).date().isoformat()
                own[tested.instrument] = Proof(tested.proven, today, found.variant, len(slowed))
        proofs = Proofs({**known.proofs, _key(environment): own})
        path().parent.mkdir(parents=True, exist_ok=True)
        files.write_json(str(path()), {"schema": schemas.PROOFS, **dataclasses.asdict(proofs)})


def known(environment: EnvironmentFacts) -> dict[str, Proof]:
    """Return what is proven of each instrument in an environment, on this machine."""
    try:
        return _read().proofs.get(_key(environment), {})
    except ledger.NOWHERE:
        return {}


def _read() -> Proofs:
    try:
        return validation.read(path(), schemas.PROOFS, Proofs)
    except RunError:
        return Proofs()


def _key(environment: EnvironmentFacts) -> str:
    """Return what must be equal for a proof to hold."""
    names = ("framework_version", "python", "keras", "numpy", "device", "cpu", "cores")
    facts = [getattr(environment, name) for name in names]
    text = json.dumps([VERSION, platform.node(), *facts])
    return f"{environment.slug} {hashlib.sha256(text.encode()).hexdigest()[:16]}"
