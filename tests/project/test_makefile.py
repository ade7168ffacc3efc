"""The Makefile with stand-ins for the interpreters that a machine may have."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAKE = shutil.which("make")
needs_make = pytest.mark.skipif(MAKE is None, reason="no make here")

# What each stand-in does when it is asked to start, to import ensurepip, or to make an environment.
SHIM = "#!/bin/sh\necho 'pyenv: command not found' >&2\nexit 127\n"
NO_VENV = '#!/bin/sh\ncase "$2" in *ensurepip*) exit 1 ;; esac\nexit 0\n'
OLD = "#!/bin/sh\nexit 1\n"
GOOD = '#!/bin/sh\ncase "$1" in -m) mkdir -p "$3/bin"; echo "$0" > "$3/made-by" ;; esac\nexit 0\n'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "check out"
    folder.mkdir()
    shutil.copy(ROOT / "Makefile", folder)
    (tmp_path / "bin").mkdir()
    for tool in ("sh", "touch", "mkdir", "awk", "rm", "find", "cat"):
        found = shutil.which(tool)
        assert found, tool
        (tmp_path / "bin" / tool).symlink_to(found)
    return folder


def make(checkout: Path, *arguments: str, **pythons: str) -> subprocess.CompletedProcess[str]:
    assert MAKE
    folder = checkout.parent / "bin"
    for name, text in pythons.items():
        script = folder / name.replace("_", ".")
        script.write_text(text)
        script.chmod(0o755)
    environment = {"PATH": str(folder), "LC_ALL": "C", "HOME": str(checkout.parent)}
    return subprocess.run(
        [MAKE, *arguments], cwd=checkout, env=environment, capture_output=True, text=True, check=False
    )


@needs_make
@pytest.mark.parametrize(
    ("pythons", "chosen"),
    [
        ({"python3_11": GOOD, "python3_10": GOOD, "python3": GOOD}, "python3.11"),
        ({"python3_11": SHIM, "python3_10": GOOD, "python3": GOOD}, "python3.10"),
        ({"python3_11": SHIM, "python3_10": NO_VENV, "python3": GOOD}, "python3"),
        ({"python3": GOOD}, "python3"),
    ],
)
def test_the_first_interpreter_that_serves_makes_the_environment(checkout, pythons, chosen):
    done = make(checkout, ".venv/.made", **pythons)
    assert done.returncode == 0, done.stderr
    assert Path((checkout / ".venv/made-by").read_text().strip()).name == chosen
    assert f"Making .venv with {chosen}." in done.stdout


@needs_make
def test_a_named_interpreter_is_the_only_one_tried(checkout):
    other = checkout.parent / "other"
    other.write_text(SHIM)
    other.chmod(0o755)
    done = make(checkout, ".venv/.made", f"PYTHON={other}", python3=GOOD)
    assert done.returncode != 0
    assert str(other) in done.stderr
    assert not (checkout / ".venv").exists()


def said(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one line that is not make's own."""
    lines = [line for line in done.stderr.splitlines() if "***" not in line]
    assert len(lines) == 1, done.stderr
    return lines[0]


@needs_make
def test_without_an_interpreter_one_line_says_what_to_install(checkout):
    done = make(checkout, "profile", python3_11=SHIM, python3=OLD)
    assert done.returncode != 0
    assert said(done) == (
        "make: no Python 3.10 to 3.13 starts (tried: python3.11 python3.10 python3):"
        " install python3.11, or name one: make PYTHON=/path/to/python3"
    )


@needs_make
def test_without_the_venv_package_one_line_names_it(checkout):
    done = make(checkout, "test", python3_11=SHIM, python3=NO_VENV)
    assert done.returncode != 0
    assert "python3 cannot make a virtual environment: install python3-venv" in said(done)


@needs_make
def test_an_old_make_is_refused_in_one_line(checkout):
    done = make(checkout, ".FEATURES=", "help")
    assert done.returncode != 0
    assert re.fullmatch(r"Makefile:\d+: \*\*\* this Makefile needs GNU make 3\.81 .*\n", done.stderr)


@needs_make
def test_help_names_every_target(checkout):
    done = make(checkout, "help")
    assert done.returncode == 0, done.stderr
    targets = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)[0].split()
    assert targets == re.findall(r"make (\w+)", done.stdout)
    assert {"profile", "test", "lint", "bench", "snakeviz", "clean"} <= set(targets)


@needs_make
def test_the_default_target_installs_nothing(checkout):
    done = make(checkout)
    assert "make profile" in done.stdout
    assert not (checkout / ".venv").exists()


@needs_make
def test_clean_keeps_the_runs(checkout):
    for name in (".venv/bin", "traces/run", "profiler/__pycache__", "build"):
        (checkout / name).mkdir(parents=True)
    assert make(checkout, "clean").returncode == 0
    assert sorted(path.name for path in checkout.iterdir()) == ["Makefile", "profiler", "traces"]
    assert (checkout / "traces/run").is_dir()
    assert not (checkout / "profiler/__pycache__").exists()


@needs_make
def test_what_is_installed_stays_until_its_list_changes(checkout):
    pip = GOOD.replace("case", 'echo "$@" >> "$(dirname "$0")/../../log"\ncase', 1)
    (checkout.parent / "bin" / "dirname").symlink_to(shutil.which("dirname") or "")
    (checkout / ".venv/bin").mkdir(parents=True)
    for name in ("python", "kprof"):
        (checkout / ".venv/bin" / name).write_text(pip)
        (checkout / ".venv/bin" / name).chmod(0o755)
    for name in ("setup.cfg", "setup.py", "pyproject.toml"):
        (checkout / name).write_text("")
    log = checkout / "log"
    assert make(checkout, "profile", "ARGS=tiny --budget 2").returncode == 0
    assert log.read_text().splitlines()[-2:] == [
        "-m pip install --quiet --editable .[tensorflow]",
        "run tiny --budget 2",
    ]
    log.unlink()
    assert make(checkout, "profile").returncode == 0
    assert log.read_text().splitlines() == ["run"]
    later = (checkout / ".venv/.runtime").stat().st_mtime + 10
    os.utime(checkout / "setup.cfg", (later, later))
    assert make(checkout, "snakeviz").returncode == 0
    assert log.read_text().splitlines()[-2:] == [
        "-m pip install --quiet --editable .[tensorflow]",
        "view latest snakeviz",
    ]


@needs_make
def test_a_failed_installation_is_tried_again(checkout):
    (checkout / ".venv/bin").mkdir(parents=True)
    python = checkout / ".venv/bin/python"
    python.write_text('#!/bin/sh\ncase "$3" in install) exit 1 ;; esac\nexit 0\n')
    python.chmod(0o755)
    for name in ("setup.cfg", "setup.py", "pyproject.toml"):
        (checkout / name).write_text("")
    assert make(checkout, "profile").returncode != 0
    assert not (checkout / ".venv/.runtime").exists()


def test_the_ci_script_parses_and_runs_the_tests():
    script = ROOT / ".ci/run"
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", str(script)], check=True)
    assert script.read_text().rstrip().endswith("make test")


def test_this_interpreter_passes_the_makefile_s_own_check():
    found = re.search(r"^USABLE = (.*)$", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    assert found
    subprocess.run([sys.executable, "-c", found[1]], check=True)
