"""A folder of small real wheels, a table of releases that names them, and a cache of its own: no network."""

import base64
import hashlib
import os
import platform
import sys
import zipfile

import pytest

from profiler.environments import indexes, releases

MINOR = ".".join(platform.python_version_tuple()[:2])

TABLE = f"""
[quirks]
tiny = "a wheel of a few bytes"

[[release]]
version = "2.4.1"
python = ["{MINOR}"]
packages = ["tensorflow-cpu", "tensorflow"]
pins = ["numpy==1.0.99"]
quirks = ["tiny"]

[[release]]
version = "2.9.0"
python = ["{MINOR}"]
packages = ["tensorflow-cpu", "tensorflow"]
pins = []
quirks = []
"""


def write_wheel(folder, name, version, code, tag="py3-none-any", requires=()):
    """Write an installable wheel whose only module is a package with this code."""
    module = "tensorflow" if name.startswith("tensorflow") else name
    info = f"{name.replace('-', '_')}-{version}.dist-info"
    needed = "".join(f"Requires-Dist: {line}\n" for line in requires)
    files = {
        f"{module}/__init__.py": f"__version__ = {version!r}\n{code}\n",
        f"{module}/part.py": "PART = 1\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needed}",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    record = ""
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        record += f"{path},sha256={digest},{len(text.encode())}\n"
    files[f"{info}/RECORD"] = record + f"{info}/RECORD,,\n"
    path = folder / f"{name.replace('-', '_')}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for inner, text in files.items():
            archive.writestr(inner, text)
    return path


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache of kprof."""
    monkeypatch.setenv("KPROF_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "environments"


@pytest.fixture
def wheels(tmp_path, monkeypatch, cache):
    """A folder of wheels as uv's only index, a table of releases to go with it, and one interpreter."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    for version in ("1.0.99", "2.0.99"):
        write_wheel(folder, "numpy", version, "")
    write_wheel(folder, "tensorflow-cpu", "2.4.1", "", requires=["numpy"])
    write_wheel(folder, "tensorflow", "2.9.0", "", requires=["numpy"])
    table = tmp_path / "releases.toml"
    table.write_text(TABLE)
    monkeypatch.setattr(releases, "TABLE", table)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python3").symlink_to(os.path.realpath(sys.executable))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "no-pyenv"))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv-cache"))
    monkeypatch.setenv("UV_FIND_LINKS", str(folder))
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("UV_DEFAULT_INDEX", (tmp_path / "empty").as_uri())
    monkeypatch.setenv("UV_OFFLINE", "1")
    return folder


@pytest.fixture
def no_own_indexes(tmp_path, monkeypatch):
    """No package index configured, neither for uv nor for pip."""
    for name in list(os.environ):
        if name.startswith("PIP_") or name in indexes.OWN_VARIABLES:
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
