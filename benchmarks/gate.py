"""Time of `kprof compare A B --fail-if EXPR` on two reference runs, from the start of the process to its end.

Prints `figure gate_s VALUE s` of a gate on times, `figure gate_shares_s VALUE s` of one on shares, that reads
the profiles and traces too, and `figure gate_report_s VALUE s` of `kprof report RUN --fail-if EXPR`. Each is
the median of five fresh processes that take turns; the bar is 2 s.

    python benchmarks/gate.py [RUN RUN]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "traces" / "reference"
RUNS = (str(REFERENCE / "tf2.15.1-py3.11"), str(REFERENCE / "tf2.21.0-py3.11"))
ROUNDS = 5
JUDGED = (0, 1, 4)
NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"
"""Where it is set, an editable kprof is compiled anew in every process; an installed one never is."""


def seconds(*arguments: str) -> float:
    """Return how long a command of kprof takes, in s; it must have judged."""
    environment = {name: value for name, value in os.environ.items() if name != NO_BYTECODE}
    command = (sys.executable, "-m", "profiler", *arguments)
    begin = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=False)
    taken = time.perf_counter() - begin
    if done.returncode not in JUDGED:
        raise SystemExit(f"kprof {' '.join(arguments)} ended with exit code {done.returncode}")
    return taken


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("runs", nargs="*", help="two runs of your own")
    before, after = (str(Path(run).resolve()) for run in parser.parse_args().runs or RUNS)
    commands = {
        "gate_s": ("compare", before, after, "--fail-if", "slower > 5%"),
        "gate_shares_s": ("compare", before, after, "--fail-if", "share_change.execute > 5%"),
        "gate_report_s": ("report", after, "--fail-if", "graphs_traced_per_call > 0"),
    }
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(ROUNDS + 1):
        for name, arguments in commands.items():
            value = seconds(*arguments)
            if number:
                taken[name].append(value)
    for name, values in taken.items():
        print(f"figure {name} {statistics.median(values):.2f} s")


if __name__ == "__main__":
    main()
