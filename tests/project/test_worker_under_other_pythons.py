"""The worker under the Pythons of TensorFlow's releases, where this machine has them.

``KPROF_WORKER_PYTHONS`` names a folder of environments with NumPy alone, one a version; without it the
machine's own interpreters run what needs no NumPy.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from profiler.environments.interpreters import find_interpreters
from profiler.launch import worker as worker_process

SCRIPT = Path(__file__).parent / "worker_checks.py"
WITHOUT_NUMPY = {
    "check_inspection",
    "check_other_threads",
    "check_places",
    "check_cprofile",
    "check_blocks",
    "check_decoding",
    "check_entry_points",
    "check_frameworks",
    "check_growth",
    "check_parent",
}


@pytest.fixture(scope="module")
def pythons() -> dict[str, str]:
    """Minor version -> an interpreter of it."""
    found = {one.minor: one.path for one in reversed(find_interpreters())}
    prepared = os.environ.get("KPROF_WORKER_PYTHONS")
    if prepared:
        found.update({path.name: str(path / "bin/python") for path in Path(prepared).iterdir()})
    return found


@pytest.mark.long
@pytest.mark.parametrize("version", ["3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13"])
def test_the_worker_measures_profiles_and_inspects(version, pythons, tmp_path):
    if version not in pythons:
        pytest.skip(f"no Python {version} here")
    worker = worker_process.build_zip(tmp_path / "worker.zip")
    folder = tmp_path / "checks"
    folder.mkdir()
    command = [pythons[version], "-s", str(SCRIPT), str(worker), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    checked = set(json.loads(done.stdout))
    assert checked >= WITHOUT_NUMPY
    if "check_captures" not in checked:
        assert not pythons[version].startswith(os.environ.get("KPROF_WORKER_PYTHONS") or "\0")
        pytest.skip(f"Python {version} has no NumPy here: all but captures was checked")
