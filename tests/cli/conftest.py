"""What tests of commands share."""

import shutil
from pathlib import Path

import pytest

from tests import real_runs

COMPILED = "tiny/compiled/predict/b32"


@pytest.fixture
def traces(tmp_path, monkeypatch) -> Path:
    """A traces folder with one real run."""
    folder = tmp_path / "traces"
    run = real_runs.with_profile(COMPILED)
    shutil.copytree(run, folder / run.name)
    monkeypatch.setenv("KPROF_TRACES", str(folder))
    return folder
