"""Makes what the tests read here: a reference run, or the names list of a release.

    python traces/reference/make_reference.py run [--python PATH]
    python traces/reference/make_reference.py names --python PATH

`run` measures tiny, uncompiled and compiled, with few calls, drops what tells about this machine, and writes
MANIFEST.json with answers that the standard library's own reader gives. `names` writes names/<ENV>.csv: every
framework function that one uncompiled and one compiled predict enters.
"""

from __future__ import annotations

import argparse
import collections
import csv
import gzip
import json
import pstats
import shutil
import sys
import tempfile
from pathlib import Path

from profiler import launch, worker_process
from profiler.attribution import catalogue
from profiler.plan import Request
from profiler.protocol import files, schemas
from profiler.protocol.words import COMPILE_STATES, Variant

HERE = Path(__file__).parent
CALLS = 12
PROCESSES = 3
TRACED_CALLS = 3


def make_run(python: str | None) -> None:
    """Measure a reference run and write it beside this script."""
    with tempfile.TemporaryDirectory() as temporary:
        common = {"workloads": ("tiny",), "entry_points": ("predict",), "python": python, "out": temporary}
        profiled = Request(**common, instruments=("wall", "cprofile"), processes=PROCESSES, calls=CALLS)
        made = launch.execute(profiled, launch.Silent()).run_path
        traced = launch.execute(
            Request(**common, instruments=("tfprofiler",), calls=TRACED_CALLS), launch.Silent()
        ).run_path
        manifest = json.loads((made / files.RUN_FILE).read_text())
        (slug,) = manifest["environments"]
        target = HERE / slug
        shutil.rmtree(target / files.CAPTURES_FOLDER, ignore_errors=True)
        for run in (made, traced):
            ignored = shutil.ignore_patterns(files.STDERR_FILE, files.RUN_FILE)
            shutil.copytree(run, target, ignore=ignored, dirs_exist_ok=True)
        manifest["captures"] += json.loads((traced / files.RUN_FILE).read_text())["captures"]
    for path in sorted(target.glob("captures/**/*.xplane.pb")):
        _pack(path, path.parents[3])
    manifest["run"] = slug
    manifest["environments"][slug].pop("executable", None)
    manifest["request"].update(out=None, python=None)
    files.write_json(str(target / files.RUN_FILE), manifest)
    profiles = [c["path"] for c in manifest["captures"] if c["instrument"] == "cprofile"]
    answers = {
        "made_with": f"make_reference.py run on {slug}: {CALLS} calls in {PROCESSES} processes, "
        f"{TRACED_CALLS} calls traced, traces packed with gzip",
        "answers_by": "pstats.Stats of the standard library, over the window that the harness timed",
        "captures": {path: _answers(target / path) for path in profiles},
    }
    (target / "MANIFEST.json").write_text(json.dumps(answers, indent=1) + "\n")


def _pack(path: Path, capture: Path) -> None:
    """Pack a trace with gzip, without the machine's name, and correct the capture's manifest."""
    packed = path.with_name("host.xplane.pb.gz")
    packed.write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
    manifest = json.loads((capture / files.CAPTURE_FILE).read_text())
    del manifest["files"][path.relative_to(capture).as_posix()]
    manifest["files"][packed.relative_to(capture).as_posix()] = files.sha256(str(packed))
    path.unlink()
    files.write_json(str(capture / files.CAPTURE_FILE), manifest)


def _answers(folder: Path) -> dict[str, object]:
    window_s = json.loads((folder / files.CAPTURE_FILE).read_text())["window_ns"] / 1e9
    stats = pstats.Stats(str(folder / files.PROFILE_FILE)).stats  # type: ignore[attr-defined]
    rows = {(path, name): row for (path, _, name), row in stats.items()}
    wanted = {
        "predict": ("keras/src/backend/tensorflow/trainer.py", "predict"),
        "dataset_function": ("tensorflow/python/data/ops/structured_function.py", "__init__"),
        "create_graph_function": (
            "tensorflow/python/eager/polymorphic_function/tracing_compilation.py",
            "_create_concrete_function",
        ),
        "func_graph": ("tensorflow/python/framework/func_graph.py", "func_graph_from_py_func"),
        "make_iterator": ("tensorflow/python/data/ops/iterator_ops.py", "_create_iterator"),
    }
    return {
        "functions": len(stats),
        "self_s": sum(row[2] for row in stats.values()),
        "window_s": window_s,
        "shares": {internal: rows[key][3] / window_s for internal, key in wanted.items()},
        "calls": {internal: rows[key][1] for internal, key in wanted.items()},
    }


def make_names(python: str) -> None:
    """Write the names list of an interpreter's release."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        worker = worker_process.build_zip(folder / "worker.zip")
        common = {"schema": schemas.SPEC, "output": str(folder), "catalogue": catalogue.load().for_worker()}
        _work(python, worker, folder, {**common, "task": "environment", "workloads": []})
        slug = json.loads((folder / files.ENVIRONMENT_FILE).read_text())["slug"]
        variants = [
            {
                "variant": Variant("tiny", state, "predict", 32, 32)._asdict(),
                "calls": 1,
                "budget_s": 1,
                "inspect": True,
                "folder": state,
            }
            for state in COMPILE_STATES
        ]
        measure = {
            "task": "measure",
            "environment": slug,
            "process": 0,
            "seed": 0,
            "instrument": "wall",
            "workload": {"name": "tiny"},
        }
        _work(
            python,
            worker,
            folder,
            {**common, **measure, "names": True, "variants": variants},
        )
        counts: collections.Counter[tuple[str, int, str]] = collections.Counter()
        for state in COMPILE_STATES:
            for path, line, name, calls in json.loads((folder / state / files.NAMES_FILE).read_text()):
                if path.startswith(("tensorflow", "keras")):
                    counts[path, line, name] += calls
    with (HERE / "names" / f"{slug}.csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("path", "line", "name", "calls"))
        writer.writerows((*key, calls) for key, calls in sorted(counts.items()))


def _work(python: str, worker: Path, folder: Path, spec: dict[str, object]) -> None:
    (folder / "spec.json").write_text(json.dumps(spec))
    ended = worker_process.run(
        python,
        [str(worker), str(folder / "spec.json")],
        folder / "output",
        300.0,
        worker_process.Location(folder),
    )
    if ended.reason:
        sys.exit(f"{python}: {ended.reason}")


def main() -> None:
    """Read the command line and make what it names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("run", "names"))
    parser.add_argument("--python", default=sys.executable)
    arguments = parser.parse_args()
    if arguments.what == "run":
        make_run(arguments.python)
    else:
        make_names(arguments.python)


if __name__ == "__main__":
    main()
