"""Requests that end before anything is measured: one line, the right exit code, nothing left behind."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.integration


def run(*arguments, traces):
    command = [sys.executable, "-m", "profiler", "run", *arguments, "--out", str(traces)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def last_line(done):
    return done.stderr.strip().splitlines()[-1]


def test_an_interpreter_without_numpy_or_tensorflow_says_how_to_get_them(tmp_path):
    """The interpreter under the virtual environment has neither."""
    base = getattr(sys, "_base_executable", sys.executable)
    bare = subprocess.run([base, "-I", "-c", "import tensorflow"], capture_output=True, check=False)
    assert bare.returncode != 0, f"{base} has TensorFlow: no bare interpreter to test with"
    done = run("tiny", "--python", base, traces=tmp_path)
    assert done.returncode == 2
    assert "pip install" in last_line(done)
    assert "--python" in last_line(done)
    assert not list(tmp_path.glob("*/run.json"))


@pytest.mark.parametrize("source", ["variable", "file"])
def test_keras_on_another_backend_is_one_line(tmp_path, monkeypatch, source):
    """Everything was measured, and predict and nearly everything reported as not called."""
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    if source == "variable":
        monkeypatch.setenv("KERAS_BACKEND", "jax")
    else:
        (tmp_path / "keras.json").write_text('{"backend": "jax"}')
        monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    done = run("tiny", traces=tmp_path / "traces")
    assert done.returncode == 2
    assert "jax" in last_line(done)
    assert "KERAS_BACKEND" in last_line(done)
    assert "pip install" not in last_line(done)
    assert not list((tmp_path / "traces").glob("*/run.json"))


def test_an_interpreter_that_is_none_is_one_line(tmp_path):
    (tmp_path / "python").write_text("#!/bin/sh\nexit 7\n")
    (tmp_path / "python").chmod(0o755)
    done = run("tiny", "--python", str(tmp_path / "python"), traces=tmp_path / "traces")
    assert done.returncode == 2
    assert "exit code 7" in last_line(done)


def test_an_interpreter_that_does_not_exist_is_one_line(tmp_path):
    done = run("tiny", "--python", "no-such-python", traces=tmp_path)
    assert done.returncode == 2
    assert "no such interpreter" in last_line(done)


def test_a_worker_that_leaves_no_capture_fails_its_captures_and_keeps_what_it_printed(tmp_path):
    """The interpreter prepares well and then dies in every measurement."""
    script = tmp_path / "python"
    script.write_text(
        f'#!/bin/sh\nif grep -q \'"measure": null\' "$3" 2>/dev/null; then exec "{sys.executable}" "$@"; fi\n'
        "echo out of luck >&2\nkill -9 $$\n"
    )
    script.chmod(0o755)
    done = run(
        "tiny",
        "--python",
        str(script),
        "--processes",
        "1",
        "--instrument",
        "wall",
        traces=tmp_path / "traces",
    )
    assert done.returncode == 2
    assert "SIGKILL" in last_line(done)
    (printed, *_) = (tmp_path / "traces").glob("*/captures/*/*/*/stderr.txt")
    assert printed.read_text() == "out of luck\n"


def test_a_profiler_that_the_model_s_code_has_started_is_named(tmp_path):
    """Its error used to hide behind what TensorFlow logs while it ends."""
    (tmp_path / "profiling.py").write_text(
        "import keras, tensorflow\n"
        "def factory():\n"
        f"    tensorflow.profiler.experimental.start({str(tmp_path / 'other')!r})\n"
        "    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])\n"
    )
    arguments = ("--model", "profiling:factory", "--instrument", "tfprofiler", "--compile-state", "compiled")
    command = [sys.executable, "-m", "profiler", "run", *arguments, "--calls", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 2
    assert "Another profiler is running" in last_line(done)
