import pytest

from profiler.protocol.probes import IN_FRAME, Probes


@pytest.mark.parametrize(
    "fields",
    [
        {"ways": {"a.py::f": "by magic"}},
        {"open": {"a.py::f": -1}},
        {"stray": -1},
    ],
)
def test_what_cannot_be_is_refused(fields):
    given = {"functions": ["a.py::f"], "ways": {"a.py::f": IN_FRAME}, "unwatched": {}, "open": {}, **fields}
    with pytest.raises(ValueError, match=r"ways|negative"):
        Probes(**given)
