"""Makes the profiles of this folder from real programs, and their known answers.

Run it as ``python tests/data/keras/make.py`` with an interpreter that has TensorFlow; one whose cProfile
loses frames (CPython 3.12) makes the profile that lacks them alone. A profile is what plain
``python -m cProfile -o`` wrote, reduced: functions that took less than `LEAST_S` and call no other are folded
into their callers' own time, until there is none; times keep seven digits. Each is packed with gzip. Folders
of the machine are named ``/env``. Answers are sums over the rows of ``pstats.Stats``, taken by hand below.
"""

from __future__ import annotations

import functools
import gzip
import json
import marshal
import os
import pstats
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
LEAST_S = {"predict_loop": 0.2, "fit_beside": 0.02}
LOST = "predict_loop_lost"
VERSION = "{}.{}".format(*sys.version_info)
Label = tuple[str, int, str]
OTHERS = {"fit", "evaluate"}
TRAINER = "keras/src/backend/tensorflow/trainer.py"
FUNCTIONS = {
    "predict": (TRAINER, "predict"),
    "data_adapter": (TRAINER, "__init__"),
    "create_graph_function": (
        "tensorflow/python/eager/polymorphic_function/tracing_compilation.py",
        "_create_concrete_function",
    ),
    "make_iterator": ("tensorflow/python/data/ops/iterator_ops.py", "_create_iterator"),
}


def run(folder: Path, *arguments: str) -> None:
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    subprocess.run([sys.executable, *arguments], cwd=folder, env=environment, check=True)


@functools.cache
def plain(label: Label) -> Label:
    path, line, name = label
    for part in ("/site-packages/", "/lib/python3"):
        if part in path:
            return (f"/env/lib/python{VERSION}" + part + path.partition(part)[2], line, name)
    return (path, line, name)


def reduced(path: Path, least_s: float) -> dict[Label, Any]:
    """Return a profile's rows, with leaves of little time folded into their callers' own time."""
    stats = {
        label: [*row[:4], {c: list(e) for c, e in row[4].items()}]
        for label, row in marshal.loads(path.read_bytes()).items()
    }
    callees: dict[Label, set[Label]] = {label: set() for label in stats}
    for label, row in stats.items():
        for caller in row[4]:
            callees[caller].add(label)
    pending = [label for label in stats if not callees[label]]
    while pending:
        label = pending.pop()
        calls, primitive, _, cumulative, callers = stats[label]
        if cumulative >= least_s or calls != primitive or not callers or label in callers:
            continue
        if sum(edge[0] for edge in callers.values()) != calls:
            continue
        del stats[label]
        for caller, edge in callers.items():
            stats[caller][2] += edge[3]
            _add_own(stats[caller][4], edge[3])
            callees[caller].discard(label)
            if not callees[caller]:
                pending.append(caller)
    return {
        plain(label): (*short(row[:4]), {plain(c): short(e) for c, e in row[4].items()})
        for label, row in stats.items()
    }


def short(row: list[Any]) -> tuple[Any, ...]:
    """Return a row's counts and its times in seven digits, which pack better."""
    return (*row[:2], *(struct.unpack("f", struct.pack("f", seconds))[0] for seconds in row[2:]))


def _add_own(callers: dict[Label, list[Any]], seconds: float) -> None:
    """Give own time to the edges that lead to a function, by their time."""
    whole = sum(edge[3] for edge in callers.values())
    for edge in callers.values():
        edge[2] += seconds * edge[3] / whole if whole else 0.0


def answers(path: Path) -> dict[str, Any]:
    """Return what the rows of pstats say by hand.

    ``of_predict`` are shares of predict, where predict's own calls of the function are all that lie within
    it: entry points alone call it, or predict alone is called. ``of_predict_at_most`` are all that the file
    has of the others.
    """
    found = pstats.Stats(str(path))
    stats: dict[Label, Any] = found.stats  # type: ignore[attr-defined]
    rows = {
        internal: max(
            (row for label, row in stats.items() if label[0].endswith(end) and label[2] == name),
            key=lambda row: row[3],
        )
        for internal, (end, name) in FUNCTIONS.items()
    }
    predict = rows.pop("predict")
    total = found.total_tt  # type: ignore[attr-defined]
    exact, most = {}, {}
    for internal, row in rows.items():
        callers = {label[2]: edge[3] for label, edge in row[4].items() if label[0].endswith(TRAINER)}
        if not any(label[2] in OTHERS and label[0].endswith(TRAINER) for label in stats):
            exact[internal] = row[3] / predict[3]
        elif len(callers) == len(row[4]) and {*callers} <= {"predict", *OTHERS}:
            exact[internal] = callers["predict"] / predict[3]
        else:
            most[internal] = row[3] / predict[3]
    return {
        "total_s": total,
        "predict_calls": predict[1],
        "predict_s": predict[3],
        "predict_of_program": predict[3] / total,
        "of_predict": exact,
        **({"of_predict_at_most": most} if most else {}),
    }


def lost() -> None:
    """Make the loop's profile with an interpreter whose cProfile loses frames."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        shutil.copy(HERE / "predict_loop.py", folder)
        run(folder, "-m", "cProfile", "-o", f"{LOST}.prof", "predict_loop.py")
        keep_lost(folder / f"{LOST}.prof")


def keep_lost(profile: Path) -> None:
    """Keep a profile without frames, reduced; its fault is all that is known of it."""
    rows = reduced(profile, LEAST_S["predict_loop"])
    (HERE / f"{LOST}.prof.gz").write_bytes(gzip.compress(marshal.dumps(rows), mtime=0))
    manifest = json.loads((HERE / "MANIFEST.json").read_text(encoding="utf-8"))
    manifest[f"{LOST}.prof"] = {
        "made": f"python{VERSION} -m cProfile -o {LOST}.prof predict_loop.py",
        "fault": "frames_lost",
        "predict_calls_made": 300,
        "functions": len(rows),
    }
    write(manifest)


def write(manifest: dict[str, Any]) -> None:
    (HERE / "MANIFEST.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    manifest = json.loads((HERE / "MANIFEST.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name, least_s in LEAST_S.items():
            shutil.copy(HERE / f"{name}.py", folder)
            run(folder, "-m", "cProfile", "-o", f"{name}.prof", f"{name}.py")
            profile = folder / f"{name}.prof"
            profile.write_bytes(marshal.dumps(reduced(profile, least_s)))
            (HERE / f"{name}.prof.gz").write_bytes(gzip.compress(profile.read_bytes(), mtime=0))
            manifest[profile.name] = answers(profile)
        shutil.copy(HERE / "fit_logs.py", folder)
        run(folder, "fit_logs.py")
        (trace,) = folder.glob("logs/train/plugins/profile/*/*.xplane.pb")
        target = HERE / "logs" / "train" / "plugins" / "profile" / "2026_01_05_10_15_00" / "host.xplane.pb.gz"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(gzip.compress(trace.read_bytes(), mtime=0))
        manifest["logs"] = {"steps": "Profiled batch", "count": 6}
    write(manifest)


if __name__ == "__main__":
    if sys.version_info >= (3, 12):
        lost()
    else:
        main()
