import pytest

from profiler.results import build
from tests.results import grown


@pytest.fixture
def said(tmp_path):
    """Return what builds the report of a run whose processes left these readings of what grows."""

    def report(*what, smallest_growth_kib=None, **more):
        path = grown.write(tmp_path / "run", *what, **more)
        return build.build(path, smallest_growth_kib=smallest_growth_kib)

    return report
