"""Makes the reference files of this folder, with the interpreters of pyenv, and their known answers.

Run it as ``python tests/data/make.py``. Answers are those of the program (how often it calls what), and
totals as the ``pstats`` of the interpreter that wrote the file adds them up. `FAULTS` says what is wrong with
each on purpose. Profiles name the interpreter's folder ``/usr`` and that of the programs ``/home/user``.
"""

from __future__ import annotations

import json
import marshal
import os
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROGRAMS = HERE / "programs"
WRONG = HERE / "wrong"
PYENV = Path.home() / ".pyenv" / "versions"

PROFILES = {
    "py2.7.prof": ("2.7.18", "known.py"),
    "py3.7.prof": ("3.7.16", "known.py"),
    "py3.11.prof": ("3.11.7", "known.py"),
    "py3.12.prof": ("3.12.1", "known.py"),
    "py3.11-predict.prof": ("3.11.7", "loop.py"),
    "py3.12-predict-lost.prof": ("3.12.1", "loop.py"),
    "py3.11-not-lost.prof": ("3.11.7", "lost.py"),
    "py3.12-lost.prof": ("3.12.1", "lost.py"),
    "py3.11-threads.prof": ("3.11.7", "threads.py"),
    "py3.12-threads.prof": ("3.12.1", "threads.py"),
    "py3.11-enable.prof": ("3.11.7", "nested.py"),
    "py3.11-one-line.prof": ("3.11.7", "one_line.py"),
}
FAULTS = {
    "py3.12-predict-lost.prof": "frames_lost",
    "py3.12-lost.prof": "frames_lost",
    "py3.12-threads.prof": "threads",
    "py3.11-enable.prof": "enable_on_top",
    "py3.11-one-line.prof": "shared_labels",
    "py3.15-sampled.prof": "sampled",
}
CALLS = {
    "known.py": {"main": [1, 1], "work": [3, 3], "step": [30, 30], "fall": [1, 6]},
    "loop.py": {"predict": [5, 5], "step": [15, 15], "_convert": [15, 15]},
    "lost.py": {"main": [1, 1], "outer": [20, 20]},
}
TOTALS = """
import json, pstats, sys
found = pstats.Stats(sys.argv[1])
print(json.dumps([found.total_calls, found.prim_calls, found.total_tt, len(found.stats)]))
"""
OLD_FLOATS = """
import marshal, sys
stats = marshal.load(open(sys.argv[1], "rb"))
marshal.dump(stats, open(sys.argv[2], "wb"), 0)
"""
C_PROGRAM = """
int step(int i) { return i * i; }
int main(void) { long total = 0; for (int i = 0; i < 40000000; i++) total += step(i); return total == 7; }
"""


def run(command: list[object], folder: Path = PROGRAMS) -> bytes:
    """Return what a command prints."""
    environment = {**os.environ, "PYTHONPATH": "site-packages", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [*map(str, command)], cwd=folder, env=environment, stdout=subprocess.PIPE, check=True
    )
    return done.stdout


def python(version: str) -> Path:
    return PYENV / version / "bin" / "python"


def without_folders(path: Path, version: str) -> None:
    """Name the folders of this machine otherwise in a profile; that of Python 2 has no such names."""
    if version.startswith("2"):
        return
    code = (
        "import marshal, sys\n"
        "new = lambda k: (k[0].replace(sys.argv[2], '/usr').replace(sys.argv[3], '/home/user'), *k[1:])\n"
        "old = marshal.load(open(sys.argv[1], 'rb'))\n"
        "stats = {new(k): (*v[:4], {new(c): r for c, r in v[4].items()}) for k, v in old.items()}\n"
        "marshal.dump(stats, open(sys.argv[1], 'wb'))\n"
    )
    run([python(version), "-c", code, path, PYENV / version, PROGRAMS])


def profiles() -> dict[str, object]:
    """Write the profiles; return their answers by file."""
    answers: dict[str, object] = {}
    for name, (version, program) in PROFILES.items():
        run([python(version), "-m", "cProfile", "-o", HERE / name, program])
        without_folders(HERE / name, version)
        answers[name] = answer(name, version, f"python{version} -m cProfile -o {name} {program}", program)
    name = "py2.7-marshal0.prof"
    run([python("2.7.18"), "-c", OLD_FLOATS, HERE / "py2.7.prof", HERE / name])
    answers[name] = answer(name, "2.7.18", "py2.7.prof written again with marshal's version 0", "known.py")
    sampled(HERE / "py3.15-sampled.prof")
    answers["py3.15-sampled.prof"] = {
        "made": "by this script, in the format of CPython 3.15's profiling.sampling.pstats_collector",
        "fault": "sampled",
        "samples": 200,
        "interval_s": 0.001,
        "calls": {"main": [10, 200], "work": [190, 190]},
    }
    return answers


def answer(name: str, version: str, command: str, program: str) -> dict[str, object]:
    calls, primitive_calls, self_s, functions = json.loads(run([python(version), "-c", TOTALS, HERE / name]))
    fault = FAULTS.get(name)
    return {
        "made": command,
        "fault": fault,
        "total_calls": calls,
        "total_primitive_calls": primitive_calls,
        "total_self_s": self_s,
        "functions": functions,
        "calls": CALLS.get(program, {}) if fault is None else {},
    }


def sampled(path: Path) -> None:
    """Write 200 samples of main, 190 of them with work on top: at its line 5 (150) or 6 (40)."""
    main, five, six = ("a.py", 2, "main"), ("a.py", 5, "work"), ("a.py", 6, "work")
    stats: dict[tuple[object, ...], object] = {
        main: (10, 200, 0.01, 0.2, {}),
        five: (150, 150, 0.15, 0.15, {main: 150}),
        six: (40, 40, 0.04, 0.04, {main: 40}),
        ("__sampled__",): True,
    }
    path.write_bytes(marshal.dumps(stats))


def wrong() -> dict[str, object]:
    """Write the files that are no profile, as the tools that make them do; return kind and origin by file."""
    made: dict[str, tuple[str, str]] = {}

    def put(name: str, kind: str, data: bytes, origin: str) -> None:
        (WRONG / name).write_bytes(data)
        made[name] = kind, origin

    report = run([python("3.11.7"), "-m", "cProfile", "known.py"])
    put("report.prof", "cprofile_text", report, "python3.11 -m cProfile known.py > report.prof")
    utf16 = b"\xff\xfe" + report.decode().replace("\n", "\r\n").encode("utf-16-le")
    put("report-utf16.prof", "cprofile_text", utf16, "the same in PowerShell")
    old = run([python("2.7.18"), "-m", "cProfile", "known.py"])
    put("report-py2.prof", "cprofile_text", old, "python2.7 -m cProfile known.py > report-py2.prof")
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 12345\n"
    put("lfs.prof", "git_lfs", pointer.encode(), "as Git LFS stores a file in Git")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        run([python("2.7.18"), PROGRAMS / "hot.py"], place)
        # what follows names folders of the machine
        put("hotshot.prof", "hotshot", (place / "hotshot.prof").read_bytes()[:96], "python2.7 hot.py; cut")
        (place / "a.c").write_text(C_PROGRAM)
        run(["gcc", "-O0", "-pg", "-o", "a", "a.c"], place)
        run(["./a"], place)
        # the histogram is nearly all zeros
        put(
            "gmon.out", "gprof", (place / "gmon.out").read_bytes()[:2048], "a program built with gcc -pg; cut"
        )
        put("gprof.txt", "gprof_text", run(["gprof", "-b", "./a"], place), "gprof -b ./a")
        (place / "a.js").write_text("let t = 0; for (let i = 0; i < 1e6; i++) t += i;")
        run(["node", "--cpu-prof", "--cpu-prof-name=a.cpuprofile", "a.js"], place)
        profile = (place / "a.cpuprofile").read_bytes()[:600]
        put("node.cpuprofile", "chrome", profile, "node --cpu-prof; cut")
        run(["node", "--trace-events-enabled", "a.js"], place)
        trace = (place / "node_trace.1.log").read_bytes()[:2048]
        put("node_trace.json", "other_trace", trace, "node --trace-events-enabled; cut")
    return {name: {"kind": kind, "made": origin} for name, (kind, origin) in sorted(made.items())}


def main() -> None:
    manifest = {"profiles": profiles(), "wrong": wrong()}
    text = json.dumps(manifest, indent=1) + "\n"
    (HERE / "MANIFEST.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
