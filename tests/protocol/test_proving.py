"""What a worker leaves of a proof, and what is remembered of it."""

import pytest

from profiler.protocol.proving import Proof, ProvingBlock, Slowed


@pytest.mark.parametrize(
    "made",
    [
        lambda: Slowed("execute", "a.py::f", "a.g", 0, {}, 5),
        lambda: Slowed("execute", "a.py::f", "a.g", 1, {}, 0),
        lambda: ProvingBlock(-1, "", ""),
        lambda: ProvingBlock(0, "", "", calls=-1),
        lambda: ProvingBlock(0, "", "", waited_ns=-1),
        lambda: Proof(-0.1, "2026-11-24", "v", 5),
        lambda: Proof(1.5, "2026-11-24", "v", 5),
        lambda: Proof(0.01, "2026-11-24", "v", 0),
    ],
)
def test_what_cannot_be_is_refused(made):
    with pytest.raises(ValueError, match=r"is|no time"):
        made()
