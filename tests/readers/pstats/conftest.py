import cProfile

import pytest

from profiler.readers.pstats.marshal_guard import MarshalGuard


@pytest.fixture(scope="module")
def guard():
    with MarshalGuard() as shared:
        yield shared


@pytest.fixture
def small(tmp_path):
    """A real profile of a few functions, recursion included."""

    def fall(n):
        return n and fall(n - 1)

    profile = cProfile.Profile()
    profile.runcall(lambda: [fall(5), sorted(range(3), key=str)])
    path = tmp_path / "small.prof"
    profile.dump_stats(path)
    return path
