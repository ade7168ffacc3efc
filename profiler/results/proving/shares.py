"""Reads the blocks that a worker left: the shares that the instrument saw in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ...attribution.attribute import attribute
from ...attribution.share import Share
from ...catalogue import catalogue as catalogues
from ...catalogue import presence
from ...protocol import files, schemas
from ...protocol.proving import Proving, ProvingBlock, Slowed
from ...protocol.spec import EnvironmentFacts, Inspection
from ...protocol.vocabulary import Variant
from ...readers.pstats.marshal_guard import MarshalGuard
from ...runs import record, validation
from ...runs.manifest import CaptureEntry
from ...runs.record import Capture


@dataclass(frozen=True)
class Seen:
    """One block under the instrument: its shares by internal, or why it says nothing."""

    block: ProvingBlock
    capture: Capture | None
    shares: Mapping[str, Share]
    status: str
    reason: str | None = None


@dataclass(frozen=True)
class Evidence:
    """What one worker left of one instrument.

    Attributes:
        instrument: its id.
        proving: what was slowed, and the blocks.
        seen: the blocks under the instrument.
    """

    instrument: str
    proving: Proving
    seen: tuple[Seen, ...]

    def slowed(self, internal: str) -> Slowed:
        """Return how an internal was slowed."""
        return next(one for one in self.proving.slowed if one.internal == internal)

    def unattached(self, slowed: str) -> dict[int, list[ProvingBlock]]:
        """Return the sound blocks without the instrument of a condition, by round."""
        found: dict[int, list[ProvingBlock]] = {}
        for block in self.proving.blocks:
            if block.slowed == slowed and not block.instrument and not self.flaw(block):
                found.setdefault(block.round, []).append(block)
        return found

    def attached(self, slowed: str) -> dict[int, Seen]:
        """Return the sound blocks under the instrument of a condition, by round."""
        sound = (one for one in self.seen if one.status == "ok" and one.block.slowed == slowed)
        return {one.block.round: one for one in sound if not self.flaw(one.block)}

    def flaw(self, block: ProvingBlock) -> str | None:
        """Return why a block cannot be used; None where it can."""
        if block.error is not None or not block.durations_ns:
            return block.error or "it holds no call"
        wanted = self.slowed(block.slowed).per_call * len(block.durations_ns) if block.slowed else 0
        if block.waits != wanted:
            return f"{block.slowed} waited {block.waits} times, the inspected call says {wanted}"
        return None


def read(
    folder: Path, environment: EnvironmentFacts, variant: Variant, instrument: str, guard: MarshalGuard
) -> Evidence:
    """Return what a worker left in ``folder``.

    Raises:
        RunError: it left nothing, or what it left is damaged.
    """
    proving = validation.read(folder / files.PROVING_FILE, schemas.PROVING, Proving)
    inspection = validation.read(folder / files.INSPECT_FILE, schemas.INSPECT, Inspection)
    catalogue = catalogues.load()
    resolutions = presence.resolutions(catalogue, catalogue.family(environment), inspection)
    seen = []
    for block in proving.blocks:
        if not block.instrument:
            continue
        if block.folder is None:
            seen.append(Seen(block, None, {}, "failed", block.error))
            continue
        entry = CaptureEntry(block.folder, environment.slug, variant, instrument, 0, "ok", None)
        capture = record.capture(folder, entry)
        outcome = attribute([capture], resolutions, catalogue, guard)
        status, reason = capture.status, capture.reason
        if status == "ok" and outcome.refused:
            status, reason = "unsound", outcome.refused[0][1]
        seen.append(Seen(block, capture, outcome.attributed.shares, status, reason))
    return Evidence(instrument, proving, tuple(seen))
