"""Blocks of a proof that are made up: what a worker would have left, without any file."""

from types import SimpleNamespace

import numpy as np

from profiler.attribution.share import Share
from profiler.protocol.proving import WALL, Proving, ProvingBlock, Slowed
from profiler.results.proving.shares import Evidence, Seen

MS = 1_000_000


def evidence(
    shares,
    frame_ms=(50.0, 60.0),
    waited_ms=10.0,
    rounds=8,
    instrument="probes",
    within=None,
    waits=1,
    status="ok",
    reason=None,
    teardown=(0.0, 0.0),
    framed=True,
    second_ms=50.0,
):
    """Return the blocks of a proof in which ``data_adapter`` was slowed, within ``dataset_ops``.

    Args:
        shares: internal -> its share of predict's frame in undisturbed calls and in slowed ones.
        frame_ms: how long predict's frame is under ``wall``, undisturbed and slowed.
        waited_ms: how long a slowed call waits.
        rounds: how many there are; a call a block.
        instrument: what was attached.
        within: internal -> how many of a call's waits come while it is on the stack.
        waits: how often a slowed call waited.
        status, reason: of every capture of the instrument.
        teardown: its share of calls, undisturbed and slowed.
        framed: whether calls have a frame of predict.
        second_ms: how long the undisturbed calls of a round's second block are; those of the first take 50.
    """
    around = within or {"data_adapter": 1, "dataset_ops": 1}
    slowed = Slowed("data_adapter", "a.py::f", "a.g", 1, around, 10 * MS)
    seen = []
    for number in range(rounds):
        for name, place, times in (("", 0, 2), ("data_adapter", 1, 1)):
            waited = (waits, round(waited_ms * MS)) if name else (0, 0)
            block = ProvingBlock(number, name, WALL, 1, *waited, folder="w")
            for ms in (50.0, second_ms)[:times]:
                timed = SimpleNamespace(durations_ns=lambda ms=ms: np.array([round(ms * MS)]))
                seen.append(Seen(block, timed, {}, "ok", call_ns=frame_ms[place] * MS))
            known = {internal: pair[place] * (1 - teardown[place]) for internal, pair in shares.items()}
            known.update({"teardown": teardown[place]} if framed and shares else {})
            found = {internal: Share(share, 1.0) for internal, share in known.items()}
            block = ProvingBlock(number, name, instrument, 1, *waited, folder="i")
            seen.append(Seen(block, None, found, status, reason))
    blocks = [one.block for one in seen]
    return Evidence(instrument, Proving([slowed], {"callbacks": "calls none"}, blocks), tuple(seen), framed)
