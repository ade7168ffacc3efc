"""Finding interpreters: only those that start, each once."""

import os
import platform
import subprocess
import sys
import tempfile

import pytest

from profiler.environments import interpreters
from profiler.environments.errors import EnvironmentUnavailableError

REAL = os.path.realpath(sys.executable)


@pytest.fixture
def path_folder(tmp_path, monkeypatch):
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "no-pyenv"))
    return folder


def script(path, text):
    path.write_text(text)
    path.chmod(0o755)


def test_a_shim_that_does_not_start_is_not_found_though_it_exists(path_folder):
    script(path_folder / "python3.9", "#!/bin/sh\necho 'pyenv: python3.9: command not found' >&2\nexit 127\n")
    assert interpreters.find_interpreters() == ()


def test_an_interpreter_behind_two_names_and_a_shim_is_found_once(path_folder, tmp_path, monkeypatch):
    (path_folder / "python3.11").symlink_to(REAL)
    (path_folder / "python").symlink_to(REAL)
    shims = tmp_path / "no-pyenv" / "shims"
    shims.mkdir(parents=True)
    script(shims / "python3", f'#!/bin/sh\nexec "{REAL}" "$@"\n')
    monkeypatch.setenv("PATH", f"{shims}{os.pathsep}{path_folder}")
    (found,) = interpreters.find_interpreters()
    assert found.path == REAL
    assert found.version == platform.python_version()
    assert found.implementation == platform.python_implementation()


@pytest.mark.parametrize(
    "text",
    [
        "#!/bin/sh\necho hello\n",
        "#!/bin/sh\necho '{\"path\": 1}'\n",
        "#!/no/such/interpreter\n",
        "not a program",
    ],
)
def test_what_is_no_python_is_not_found(path_folder, text):
    script(path_folder / "python3", text)
    assert interpreters.find_interpreters() == ()


def test_a_file_that_may_not_be_executed_and_a_folder_are_passed_over(path_folder):
    (path_folder / "python3").write_text("")
    (path_folder / "python").mkdir()
    assert interpreters.find_interpreters() == ()


def test_pyenv_versions_are_found_without_their_shims(path_folder, tmp_path, monkeypatch):
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    whole = tmp_path / "pyenv" / "versions" / "3.11.7" / "bin"
    whole.mkdir(parents=True)
    (whole / "python3").symlink_to(REAL)
    (tmp_path / "pyenv" / "versions" / "3.12.1" / "bin").mkdir(parents=True)
    (found,) = interpreters.find_interpreters()
    assert found.version == platform.python_version()


def test_the_python_of_a_virtual_environment_stands_for_the_one_underneath(path_folder, tmp_path):
    subprocess.run([REAL, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)
    (path_folder / "python3").symlink_to(tmp_path / "venv" / "bin" / "python")
    (found,) = interpreters.find_interpreters()
    assert found.path == REAL


def test_settings_of_uv_in_the_shared_temporary_folder_are_not_followed(path_folder, tmp_path, monkeypatch):
    """Anyone's /tmp/uv.toml hid every interpreter."""
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "uv.toml").write_text("no setting of uv's = [")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "shared"))
    (path_folder / "python3").symlink_to(REAL)
    assert [one.path for one in interpreters.find_interpreters()] == [REAL]


def test_without_uv_none_is_found_and_nothing_fails(path_folder, monkeypatch):
    def missing():
        raise EnvironmentUnavailableError("uv is not installed")

    (path_folder / "python3").symlink_to(REAL)
    monkeypatch.setattr(interpreters.uv_tool, "find_uv", missing)
    assert interpreters.find_interpreters() == ()


def test_an_interpreter_says_what_it_is():
    found = interpreters.probe(sys.executable)
    assert (found.version, found.implementation) == (
        platform.python_version(),
        platform.python_implementation(),
    )
    assert interpreters.probe("/usr/bin/env") is None


def made(version, implementation="CPython"):
    return interpreters.Interpreter(f"/python/{version}", version, implementation)


def test_the_newest_patch_of_the_wanted_version_is_chosen():
    found = [made("3.9.9"), made("3.9.18"), made("3.10.1"), made("3.9.20", "PyPy"), made("3.9.1rc1")]
    chosen = interpreters.choose(found, "3.9")
    assert chosen is not None and chosen.version == "3.9.18"
    assert interpreters.choose(found, "3.1") is None
