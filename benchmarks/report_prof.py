"""CPU time of `kprof report FILE.prof` for 12 thousand functions, beyond importing NumPy and SciPy.

Makes its own input (seeded): the functions of a reference capture's profile among made-up ones in cProfile's
shape, as the import of a large library leaves them. The command and an
interpreter that only imports NumPy and SciPy take turns, each in a fresh process; the child that parses the
file counts too. Prints `figure report_prof_cpu VALUE s`, the median of five differences; the bar is 0.6 s.

    python benchmarks/report_prof.py [FILE.prof]
"""

from __future__ import annotations

import argparse
import marshal
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from read_pstats import make_profile

ROOT = Path(__file__).resolve().parents[1]
KERAS = "traces/reference/tf2.21.0-py3.11/captures/*/tiny-compiled-predict-b32/cprofile-1/profile.prof"
FUNCTIONS = 12_000
ROUNDS = 5
NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"
"""Where it is set, an editable kprof is compiled anew in every process; an installed one never is."""
IMPORTS = "import numpy, scipy.special, scipy.sparse.csgraph"


def write(path: Path) -> None:
    """Write the profile: a real one of Keras among made-up functions."""
    (keras,) = ROOT.glob(KERAS)
    real: dict[Any, Any] = marshal.loads(keras.read_bytes())
    make_profile(path, FUNCTIONS - len(real))
    path.write_bytes(marshal.dumps({**marshal.loads(path.read_bytes()), **real}))


def cpu_seconds(*command: str) -> float:
    """Return the CPU time of a command and its children, in s."""
    environment = {name: value for name, value in os.environ.items() if name != NO_BYTECODE}
    before = os.times()
    subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", nargs="?", help="a profile of your own; by default one is made")
    given = parser.parse_args().file
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "program.prof"
        if given is None:
            write(path)
        else:
            path = Path(given).resolve()
        report = (sys.executable, "-m", "profiler", "report", str(path))
        bare = (sys.executable, "-c", IMPORTS)
        cpu_seconds(*report)
        differences = [cpu_seconds(*report) - cpu_seconds(*bare) for _ in range(ROUNDS)]
    print(f"figure report_prof_cpu {statistics.median(differences):.2f} s")


if __name__ == "__main__":
    main()
