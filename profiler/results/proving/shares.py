"""Reads the blocks that a worker left: the shares that the instrument saw in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ...attribution.attribute import Outcome, attribute
from ...attribution.share import Share
from ...catalogue import catalogue as catalogues
from ...catalogue import presence
from ...protocol import files, schemas
from ...protocol.inspection import Inspection
from ...protocol.proving import WALL, Proving, ProvingBlock, Slowed
from ...protocol.spec import EnvironmentFacts, ProvingSpec
from ...readers.pstats.marshal_guard import MarshalGuard
from ...runs import record, validation
from ...runs.manifest import CaptureEntry
from ...runs.record import Capture


@dataclass(frozen=True)
class Seen:
    """One block: how long its calls were, and what the instrument saw of them, or why it says nothing.

    Attributes:
        block: which it is.
        capture: where it lies; None where it failed.
        call_ns: the mean time of its calls until predict's frame ended, or of whole calls where none has
            such a frame; under ``wall`` alone.
        shares: by internal; of an instrument that gives some.
        status, reason: as of captures.
    """

    block: ProvingBlock
    capture: Capture | None
    shares: Mapping[str, Share]
    status: str
    reason: str | None = None
    call_ns: float | None = None


@dataclass(frozen=True)
class Evidence:
    """What one worker left of one instrument, or several `together`.

    Attributes:
        instrument: its id.
        proving: what was slowed.
        seen: all blocks, in the order in which they were taken.
        framed: whether every call under ``wall`` was split where predict's frame ends.
    """

    instrument: str
    proving: Proving
    seen: tuple[Seen, ...]
    framed: bool

    def slowed(self, internal: str) -> Slowed:
        """Return how an internal was slowed."""
        return next(one for one in self.proving.slowed if one.internal == internal)

    def under(self, instrument: str) -> tuple[Seen, ...]:
        """Return the blocks under an instrument."""
        return tuple(one for one in self.seen if one.block.instrument == instrument)

    def sound(self, instrument: str, slowed: str) -> dict[int, list[Seen]]:
        """Return the sound blocks under an instrument in one condition, by round."""
        found: dict[int, list[Seen]] = {}
        for one in self.under(instrument):
            if one.status == "ok" and one.block.slowed == slowed and self.flaw(one.block) is None:
                found.setdefault(one.block.round, []).append(one)
        return found

    def flaw(self, block: ProvingBlock) -> str | None:
        """Return why a block cannot be used; None where it can."""
        if block.error is not None or not block.calls:
            return block.error or "it holds no call"
        wanted = self.slowed(block.slowed).per_call * block.calls if block.slowed else 0
        if block.waits != wanted:
            return f"{block.slowed} waited {block.waits} times, the inspected call says {wanted}"
        return None


def together(sittings: Sequence[Evidence]) -> Evidence:
    """Return what several workers left of one instrument as if one had taken all their rounds."""
    first, *_ = sittings
    seen: list[Seen] = []
    for sitting in sittings:
        rounds = 1 + max((one.block.round for one in seen), default=-1)
        moved = (replace(one.block, round=rounds + one.block.round) for one in sitting.seen)
        seen += [replace(one, block=block) for one, block in zip(sitting.seen, moved, strict=True)]
    return replace(first, seen=tuple(seen), framed=all(one.framed for one in sittings))


def read(folder: Path, environment: EnvironmentFacts, asked: ProvingSpec, guard: MarshalGuard) -> Evidence:
    """Return what a worker left in ``folder`` that was asked to prove one instrument.

    Raises:
        RunError: it left nothing, or what it left is damaged.
    """
    proving = validation.read(folder / files.PROVING_FILE, schemas.PROVING, Proving)
    inspection = validation.read(folder / files.INSPECT_FILE, schemas.INSPECT, Inspection)
    catalogue = catalogues.load()
    resolutions = presence.resolutions(catalogue, catalogue.family(environment), inspection)
    blocks = [(block, _capture(folder, asked, block)) for block in proving.blocks]
    timed = [one for _, one in blocks if one is not None and one.instrument == WALL and one.usable]
    framed = bool(timed) and all(one.is_split and int(one.frames_ns().min()) >= 0 for one in timed)
    seen = []
    for block, capture in blocks:
        if capture is None:
            seen.append(Seen(block, None, {}, "failed", block.error))
        elif capture.instrument == WALL:
            seen.append(_timed(block, capture, framed))
        else:
            seen.append(_attributed(block, capture, attribute([capture], resolutions, catalogue, guard)))
    return Evidence(asked.instrument, proving, tuple(seen), framed)


def _capture(folder: Path, asked: ProvingSpec, block: ProvingBlock) -> Capture | None:
    if block.folder is None:
        return None
    where = (block.folder, asked.environment, asked.variant, block.instrument, asked.process)
    return record.capture(folder, CaptureEntry(*where, "ok", None))


def _timed(block: ProvingBlock, capture: Capture, framed: bool) -> Seen:
    if not capture.usable:
        return Seen(block, capture, {}, capture.status, capture.reason)
    durations = capture.frames_ns() if framed else capture.durations_ns()
    return Seen(block, capture, {}, "ok", call_ns=float(durations.mean()))


def _attributed(block: ProvingBlock, capture: Capture, outcome: Outcome) -> Seen:
    status, reason = capture.status, capture.reason
    if status == "ok" and outcome.refused:
        status, reason = "unsound", outcome.refused[0][1]
    return Seen(block, capture, outcome.attributed.shares, status, reason)
