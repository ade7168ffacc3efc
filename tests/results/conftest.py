import pytest

from profiler.results import build
from tests.results import grown


@pytest.fixture
def said(tmp_path):
    """Return what builds the report of a run whose processes left these readings of what grows."""
    return lambda *what, **more: build.build(grown.write(tmp_path / "run", *what, **more))
