"""The self-test against an independent look: does pstats show the row of the caller?"""

import subprocess
import sys

import pytest

from profiler.collect import selftest
from profiler.launch import worker

INDEPENDENT = """
import cProfile, pstats, sys, types
f = types.MethodType(len, [1])
def outer(): f()
def main(): outer()
p = cProfile.Profile(); p.runcall(main)
names = {key[2] for key in pstats.Stats(p).stats}
sys.exit(0 if {'main', 'outer'} <= names else 1)
"""


def interpreters():
    found = {sys.executable}
    for minor in range(7, 15):
        import shutil

        path = shutil.which(f"python3.{minor}")
        if path and subprocess.run([path, "-c", ""], capture_output=True, check=False).returncode == 0:
            found.add(path)
    return sorted(found)


@pytest.mark.parametrize("python", interpreters())
def test_the_self_test_agrees_with_the_rows_that_pstats_shows(python, tmp_path):
    archive = worker.build_zip(tmp_path / "worker.zip")
    told = subprocess.run([python, "-s", str(archive), "selftest"], capture_output=True, check=False)
    seen = subprocess.run([python, "-c", INDEPENDENT], capture_output=True, check=False)
    assert told.returncode == seen.returncode, told.stderr


def test_here_the_two_forms_agree():
    assert selftest.is_sound() is (selftest.lost_frames() == [])
