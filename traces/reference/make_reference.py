"""Makes what the tests read here: a reference run, or the names list of a release.

    python traces/reference/make_reference.py run [--python PATH]
    python traces/reference/make_reference.py spans [--python PATH]
    python traces/reference/make_reference.py layers [--python PATH]
    python traces/reference/make_reference.py names --python PATH

`run` measures tiny, uncompiled and compiled, with few calls, drops what tells about this machine, and writes
MANIFEST.json with answers that the standard library's own reader gives. `spans` does so under probes, below
spans/; its answers add up every span by itself. `layers` traces medium and the model in branches.py, without
predict so that they are small, below layers/; its answers go from moment to moment. `names` writes
names/<ENV>.csv: every framework function that one uncompiled and one compiled predict enters.
"""

from __future__ import annotations

import argparse
import collections
import csv
import dataclasses
import gzip
import json
import os
import pstats
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from profiler.catalogue import catalogue
from profiler.launch import manager
from profiler.launch import worker as worker_process
from profiler.launch.listener import Silent
from profiler.plan.request import Request
from profiler.protocol import files, schemas
from profiler.protocol.decoding import decode
from profiler.protocol.spec import Answer, MeasureSpec, Spec, VariantSpec, WorkloadSpec
from profiler.protocol.vocabulary import COMPILE_STATES, Variant

HERE = Path(__file__).parent
CALLS = 12
PROCESSES = 3
TRACED_CALLS = 3


def make_run(python: str | None) -> None:
    """Measure a reference run and write it beside this script."""
    with tempfile.TemporaryDirectory() as temporary:
        common = {"workloads": ("tiny",), "entry_points": ("predict",), "python": python, "out": temporary}
        profiled = Request(**common, instruments=("wall", "cprofile"), processes=PROCESSES, calls=CALLS)
        made = manager.execute(profiled, Silent()).run_path
        traced = manager.execute(
            Request(**common, instruments=("tfprofiler",), calls=TRACED_CALLS), Silent()
        ).run_path
        manifest = json.loads((made / files.RUN_FILE).read_text())
        (slug,) = manifest["environments"]
        target = HERE / slug
        shutil.rmtree(target / files.CAPTURES_FOLDER, ignore_errors=True)
        for run in (made, traced):
            ignored = shutil.ignore_patterns(files.STDERR_FILE, files.RUN_FILE)
            shutil.copytree(run, target, ignore=ignored, dirs_exist_ok=True)
        manifest["captures"] += json.loads((traced / files.RUN_FILE).read_text())["captures"]
    for capture in sorted(target.glob("captures/*/*/tfprofiler-*")):
        _pack(capture)
    manifest["run"] = slug
    manifest["environments"][slug].pop("executable", None)
    manifest["request"].update(out=None, python=None)
    files.write_json(str(target / files.RUN_FILE), manifest)
    profiles = [c["path"] for c in manifest["captures"] if c["instrument"] == "cprofile"]
    functions = _functions(manifest["environments"][slug])
    answers = {
        "made_with": f"make_reference.py run on {slug}: {CALLS} calls in {PROCESSES} processes, "
        f"{TRACED_CALLS} calls traced, traces packed with gzip",
        "answers_by": "pstats.Stats of the standard library, over the window that the harness timed",
        "captures": {path: _answers(target / path, functions) for path in profiles},
    }
    (target / "MANIFEST.json").write_text(json.dumps(answers, indent=1) + "\n")


def make_spans(python: str | None) -> None:
    """Measure a reference run under probes and write it below ``spans``."""
    with tempfile.TemporaryDirectory() as temporary:
        request = Request(
            workloads=("tiny",),
            entry_points=("predict",),
            python=python,
            out=temporary,
            instruments=("wall", "probes"),
            processes=PROCESSES,
            calls=CALLS,
        )
        made = manager.execute(request, Silent()).run_path
        manifest = json.loads((made / files.RUN_FILE).read_text())
        (slug,) = manifest["environments"]
        target = HERE / "spans" / slug
        shutil.rmtree(target, ignore_errors=True)
        ignored = shutil.ignore_patterns(files.STDERR_FILE, files.RUN_FILE)
        shutil.copytree(made, target, ignore=ignored)
    manifest["run"] = slug
    manifest["environments"][slug].pop("executable", None)
    manifest["request"].update(out=None, python=None)
    files.write_json(str(target / files.RUN_FILE), manifest)
    paths = [c["path"] for c in manifest["captures"] if c["instrument"] == "probes"]
    answers = {
        "made_with": f"make_reference.py spans on {slug}: {CALLS} calls in {PROCESSES} processes",
        "answers_by": "adding up the spans of each function that lie in no other of it, one by one",
        "captures": {path: _spans_of(target / path) for path in paths},
    }
    (target / "MANIFEST.json").write_text(json.dumps(answers, indent=1) + "\n")


def make_layers(python: str | None) -> None:
    """Trace what tells layers apart and write it below ``layers``, one run a model."""
    os.environ["PYTHONPATH"] = os.pathsep.join((str(HERE), os.environ.get("PYTHONPATH", "")))
    models: dict[str, dict[str, Any]] = {
        "medium": {"workloads": ("medium",), "calls": 1},
        "branches": {"model": "branches:make", "calls": TRACED_CALLS},
    }
    for name, what in models.items():
        with tempfile.TemporaryDirectory() as temporary:
            request = Request(
                **what,
                compile_states=("compiled",),
                entry_points=("predict_on_batch",),
                instruments=("tfprofiler",),
                python=python,
                out=temporary,
            )
            made = manager.execute(request, Silent()).run_path
            manifest = json.loads((made / files.RUN_FILE).read_text())
            target = HERE / "layers" / name
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(made, target, ignore=shutil.ignore_patterns(files.STDERR_FILE, "report.*"))
        (folder,) = target.glob("captures/*/*/tfprofiler-*")
        _pack(folder)
        (slug,) = manifest["environments"]
        manifest["run"] = name
        manifest["environments"][slug].pop("executable", None)
        manifest["environments"][slug]["variables"].pop("PYTHONPATH", None)
        manifest["request"].update(out=None, python=None)
        if "given" in manifest:
            manifest["given"]["folder"] = "."
        files.write_json(str(target / files.RUN_FILE), manifest)
        answers: dict[str, Any] = {
            "made_with": f"make_reference.py layers on {slug}: calls of predict_on_batch, packed with gzip",
            "answers_by": "tests/oracles/layers_oracle.py from TensorFlow's own parser, moment by moment",
            "captures": {folder.relative_to(target).as_posix(): _layers_of(folder)},
        }
        (target / "MANIFEST.json").write_text(json.dumps(answers, indent=1) + "\n")


def _layers_of(capture: Path) -> dict[str, Any]:
    """Return the ps of each use of a layer, and of what belongs to no layer."""
    sys.path.append(str(HERE.parents[1]))
    from tests.oracles import layers_oracle  # noqa: PLC0415  it imports TensorFlow

    told = json.loads((capture / files.SCOPES_FILE).read_text())["layers"]
    owners = {
        scope: f"{one['path']} {use}" if one["path"] else None
        for one in told
        for use, scope in enumerate(one["scopes"], 1)
    }
    (trace,) = capture.rglob("*.xplane.pb.gz")
    mark = json.loads((capture / files.CAPTURE_FILE).read_text())["step_name"]
    ps, kernels = layers_oracle.divided(gzip.decompress(trace.read_bytes()), mark, owners)
    return {"kernels": len(kernels), "no_layer_ps": ps.pop(None, 0), "layers_ps": ps}


def _spans_of(capture: Path) -> dict[str, Any]:
    """Return the entries and ns of each function of a capture, recursive spans left out."""
    held = np.load(capture / files.SPANS_FILE)
    names = json.loads((capture / files.PROBES_FILE).read_text())["functions"]
    found: dict[str, list[int]] = {}
    for row, number in enumerate(held["function"].tolist()):
        above = int(held["parent"][row])
        while above >= 0 and held["function"][above] != number:
            above = int(held["parent"][above])
        if above < 0:
            entries, spent = found.get(names[number], (0, 0))
            found[names[number]] = [entries + 1, spent + int(held["end_ns"][row] - held["start_ns"][row])]
    window_ns = int(np.load(capture / files.LATENCIES_FILE).sum())
    return {"calls": len(held["begin_ns"]), "window_ns": window_ns, "functions": found}


def _pack(capture: Path) -> None:
    """Keep only the trace that kprof reads, packed and without the machine's name; correct the manifest."""
    manifest = json.loads((capture / files.CAPTURE_FILE).read_text())
    for name in [name for name in manifest["files"] if name.startswith("plugins/")]:
        path = capture / name
        if path.name == "local.trace":
            continue
        del manifest["files"][name]
        if path.name.endswith(".xplane.pb"):
            packed = path.with_name("host.xplane.pb.gz")
            packed.write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
            manifest["files"][packed.relative_to(capture).as_posix()] = files.sha256(str(packed))
        path.unlink()
    files.write_json(str(capture / files.CAPTURE_FILE), manifest)


def _functions(environment: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    family = catalogue.load().family(environment["framework_version"], environment["keras"])
    if family is None:
        sys.exit(f"the catalogue does not know TensorFlow {environment['framework_version']}")
    return family.functions


def _answers(folder: Path, functions: Mapping[str, tuple[str, ...]]) -> dict[str, object]:
    """Return the share and calls of each internal that one function alone plays in this capture."""
    window_s = json.loads((folder / files.CAPTURE_FILE).read_text())["window_ns"] / 1e9
    stats = pstats.Stats(str(folder / files.PROFILE_FILE)).stats  # type: ignore[attr-defined]
    inspected = json.loads((folder.parent / "wall-1" / files.INSPECT_FILE).read_text())["functions"]
    rows = {}
    for internal, keys in functions.items():
        entered = [inspected[key] for key in keys if inspected[key]["entered"]]
        if len(entered) == 1 and len(entered[0]["lines"]) == 1:
            (function,) = entered
            name = function["qualified_name"].rpartition(".")[2]
            rows[internal] = stats[function["path"], function["lines"][0], name]
    return {
        "functions": len(stats),
        "self_s": sum(row[2] for row in stats.values()),
        "window_s": window_s,
        "shares": {internal: row[3] / window_s for internal, row in rows.items()},
        "calls": {internal: row[1] for internal, row in rows.items()},
    }


def make_names(python: str) -> None:
    """Write the names list of an interpreter's release."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        worker = worker_process.build_zip(folder / "worker.zip")
        _work(python, worker, folder, Spec(str(folder), []))
        answer = decode(Answer, files.read_json(str(folder / files.ENVIRONMENT_FILE), schemas.ENVIRONMENT))
        if answer.environment is None:
            sys.exit(f"{python}: {answer.error}")
        slug = answer.environment.slug
        variants = [
            VariantSpec(Variant("tiny", state, "predict", 32, 32), 1, 1.0, inspect=True, folder=state)
            for state in COMPILE_STATES
        ]
        part = MeasureSpec(slug, 0, 0, "wall", variants, catalogue.load().for_worker(), names=True)
        _work(python, worker, folder, Spec(str(folder), [WorkloadSpec("tiny")], measure=part))
        counts: collections.Counter[tuple[str, int, str]] = collections.Counter()
        for state in COMPILE_STATES:
            for path, line, name, calls in json.loads((folder / state / files.NAMES_FILE).read_text()):
                if path.startswith(("tensorflow", "keras")):
                    counts[path, line, name] += calls
    with (HERE / "names" / f"{slug}.csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("path", "line", "name", "calls"))
        writer.writerows((*key, calls) for key, calls in sorted(counts.items()))


def _work(python: str, worker: Path, folder: Path, spec: Spec) -> None:
    path = folder / "spec.json"
    files.write_json(str(path), {"schema": schemas.SPEC, **dataclasses.asdict(spec)})
    ended = worker_process.run(
        python,
        [str(worker), str(path)],
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
    parser.add_argument("what", choices=("run", "spans", "layers", "names"))
    parser.add_argument("--python", default=sys.executable)
    arguments = parser.parse_args()
    if arguments.what == "run":
        make_run(arguments.python)
    elif arguments.what == "spans":
        make_spans(arguments.python)
    elif arguments.what == "layers":
        make_layers(arguments.python)
    else:
        make_names(arguments.python)


if __name__ == "__main__":
    main()
