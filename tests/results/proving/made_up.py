"""Blocks of a proof that are made up: what a worker would have left, without any file."""

from profiler.attribution.share import Share
from profiler.protocol.proving import Proving, ProvingBlock, Slowed
from profiler.results.proving.shares import Evidence, Seen

MS = 1_000_000


def evidence(
    shares,
    wall_ms=(50.0, 60.0),
    waited_ms=10.0,
    rounds=8,
    instrument="probes",
    within=None,
    waits=1,
    status="ok",
    reason=None,
):
    """Return the blocks of a proof in which one internal was slowed: ``data_adapter``, within ``predict``.

    Args:
        shares: internal -> its share in undisturbed calls and in slowed ones.
        wall_ms: a call's time without the instrument, undisturbed and slowed.
        waited_ms: how long a slowed call waits.
        rounds: how many there are; a call each.
        instrument: what was attached.
        within: internal -> how many of a call's waits come while it is on the stack.
        waits: how often a slowed call waited.
        status, reason: of every capture.
    """
    slowed = Slowed("data_adapter", "a.py::f", "a.g", 1, within or {"data_adapter": 1, "predict": 1}, 10 * MS)
    blocks, seen = [], []
    for number in range(rounds):
        for name, place, again in (("", 0, 2), ("data_adapter", 1, 1)):
            waited = (waits, round(waited_ms * MS)) if name else (0, 0)
            blocks += [ProvingBlock(number, name, "", [round(wall_ms[place] * MS)], *waited)] * again
            under = ProvingBlock(number, name, instrument, [70 * MS], *waited, folder=f"{number}-{name}")
            blocks.append(under)
            known = {internal: Share(pair[place], 1.0) for internal, pair in shares.items()}
            seen.append(Seen(under, None, known, status, reason))
    return Evidence(instrument, Proving([slowed], {"callbacks": "calls none"}, blocks), tuple(seen))
