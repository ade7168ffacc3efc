"""Each seam takes a toy: a copy of the package, the files that the seam names, and one registration.

The toys are measured, read, drawn and listed there by kprof itself, on a framework that is made up.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

PACKAGE = Path(__file__).resolve().parents[2] / "profiler"

INSTRUMENT = '''
"""The ``toy`` instrument: counts the calls."""

from __future__ import annotations

import json
import os

from .. import harness
from . import Attached, Recording


def attach(subject):
    return _Toy(subject)


class _Toy(Attached):
    def take(self, count, re_warm_up):
        timed = harness.Timed.none()
        harness.measured_calls(self.call, count, timed)
        with open(os.path.join(self.folder, "toy.json"), "w") as file:
            json.dump({"calls": count}, file)
        return timed

    def finish(self):
        return Recording()
'''

ATTRIBUTION = '''
"""The toy's shares: predict has a quarter of each call."""

import json

from ..share import Attributed, Share


def attribute(capture, resolutions, catalogue, guard):
    calls = json.loads(capture.file("toy.json").read_text())["calls"]
    known = {"predict": Share(0.25, calls / capture.manifest.calls)}
    return Attributed({name: known.get(name, Share.none("the toy cannot tell")) for name in resolutions})
'''

CANDIDATE = '''
"""Calls the toy as a toy does."""

from __future__ import annotations

from . import Subject, Way


def prepare(subject: Subject) -> Way:
    return Way(lambda x: subject.model.predict(x[:, :1]))
'''

READER = '''
"""A toy format: four bytes, then durations."""

import numpy as np

SUFFIXES = (".toy",)


def recognises(start):
    return start.startswith(b"TOY1")


def read(path):
    return np.frombuffer(path.read_bytes()[4:], np.int64)


def hosts(tables):
    return ()


def findings(tables):
    return ()
'''

FORMAT = '''
"""A page in capitals."""

from . import draw as draw_as
from . import Screen


def draw(page, screen: Screen) -> str:
    return draw_as("markdown", page).upper()
'''

SUBCOMMAND = '''
"""``kprof toy``: plays."""

import click

EPILOG = """\\\\b
Examples:
  kprof toy
"""


@click.command(epilog=EPILOG)
def toy() -> int:
    """Play with the toy."""
    click.echo("played")
    return 0
'''

PAGE = '''
"""A page about a toy."""

from ..blocks import Lines, Records


class ToyPage:
    title = "toy"

    def blocks(self):
        yield Lines(("the toy is well",))

    def document(self):
        return {"schema": "kprof.toy/1", "toy": "well"}

    def records(self):
        return Records(("toy",), (("well",),))


def page(subject):
    return ToyPage()
'''

FRAMEWORK = '''
"""A framework that is made up, and its Keras."""

from __future__ import annotations

import sys

from .framework import Framework, Session


def adapter():
    import toykeras

    return Toy("toy", "1.0.0", toykeras)


class Toy(Framework):
    def slug(self):
        return "toy1.0.0-py%d.%d" % sys.version_info[:2]

    def keras_version(self):
        return "3.0.0"

    def backend(self):
        return "toy"

    def devices(self):
        return []

    def threads(self):
        return {}

    def seed(self, number):
        pass

    def map_structure(self, function, *structures):
        return function(*structures)

    def flatten(self, structure):
        return [structure]

    def texts(self, array):
        return array

    def function(self, step):
        return step

    def profiler_session(self):
        raise NotImplementedError
'''

FAMILY = """
id = "toy"
framework = ">=1"
keras = ">=3"
backend = "toy"

[functions]
predict = ["toykeras.py::Model.predict"]

[observe]
loops = { "toykeras.py::Model.predict" = "Model.predict of the toy" }
"""

KERAS = """
import types

import numpy

Input = lambda shape, batch_size=None: None
layers = types.SimpleNamespace(Dense=lambda *_, **__: lambda x: x)


class Model:
    compiled = False

    def __init__(self, inputs, outputs):
        pass

    def compile(self, **_):
        self.compiled = True

    def count_params(self):
        return 13

    def predict(self, x, batch_size=None, verbose=0):
        return numpy.tanh(numpy.outer(x[:, 0], numpy.arange(4000.0))).sum(1)

    def predict_on_batch(self, x):
        return numpy.tanh(x).sum(1)

    def __call__(self, x, training=False):
        return numpy.tanh(x).sum(1)
"""


def add(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text.lstrip())


def register(path: Path, before: str, after: str) -> None:
    """Make the one registration: a line that stands once becomes another."""
    text = path.read_text()
    assert text.count(before) == 1, path
    path.write_text(text.replace(before, after))


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The package with a toy of each kind, and an interpreter that has the toy's Keras."""
    root = tmp_path_factory.mktemp("seams")
    package = root / "profiler"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    add(package / "collect/instruments/toy.py", INSTRUMENT)
    add(package / "attribution/instruments/toy.py", ATTRIBUTION)
    register(
        package / "protocol/instruments.py",
        "\n)\nINSTRUMENT_IDS",
        '\n    Instrument("toy", "a toy", gives=(SHARES,)),\n)\nINSTRUMENT_IDS',
    )
    add(package / "collect/candidates/toy.py", CANDIDATE)
    register(
        package / "protocol/candidates.py",
        "\n)\nCANDIDATE_IDS",
        '\n    Candidate("toy", "a toy", "{model}.play({x})"),\n)\nCANDIDATE_IDS',
    )
    add(package / "readers/toy/__init__.py", READER)
    register(package / "readers/__init__.py", '("pstats", ', '("toy", "pstats", ')
    add(package / "report/formats/toy.py", FORMAT)
    register(package / "report/formats/__init__.py", '"csv": "csv_text",', '"csv": "csv_text", "toy": "toy",')
    add(package / "report/pages/toy.py", PAGE)
    register(package / "report/pages/__init__.py", '"doctor",', '"doctor", "toy",')
    add(package / "cli/toy.py", SUBCOMMAND)
    register(
        package / "cli/main.py",
        '    "tree": Subcommand(',
        '    "toy": Subcommand("toy", "Play with the toy."),\n    "tree": Subcommand(',
    )
    add(package / "collect/frameworks/toy.py", FRAMEWORK)
    add(package / "catalogue/internals/toy.toml", FAMILY)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(root / "venv")], check=True)
    (packages,) = (root / "venv").glob("lib/python3*/site-packages")
    (packages / "ours.pth").write_text(sysconfig.get_path("purelib"))
    add(packages / "toykeras.py", KERAS)
    return root


@pytest.fixture(scope="module")
def kprof(copy):
    """Run a command of the copy and return what it printed."""

    def run(*words: str) -> str:
        variables = {**os.environ, "KERAS_BACKEND": "toy", "KPROF_TRACES": str(copy / "traces")}
        command = [sys.executable, "-m", "profiler", *words]
        done = subprocess.run(command, cwd=copy, env=variables, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="module")
def measured(copy, kprof):
    """A run of the toy instrument on the toy framework; what it printed."""
    python = str(copy / "venv/bin/python")
    return kprof("run", "tiny", "--python", python, "--instrument", "wall,toy", "--budget", "0.3")


@pytest.mark.integration
def test_a_toy_instrument_is_in_the_help_the_plan_and_the_report(kprof, measured):
    help_text = " ".join(kprof("run", "--help").split())
    assert "wall, probes, cprofile, tfprofiler, probes_trace, toy." in help_text
    assert " and toy: " in kprof("run", "tiny", "--dry-run", "--instrument", "wall,toy")
    assert "shares under toy" in measured
    assert "25.0 %" in measured


def test_a_toy_framework_is_measured_and_its_catalogue_found(kprof, measured):
    report = json.loads(kprof("report", "latest", "--format", "json"))
    (environment,) = report["environments"].values()
    assert (environment["framework"], environment["backend"]) == ("toy", "toy")
    (compiled,) = (v for v in report["variants"] if v["id"] == "tiny/compiled/predict/b32")
    assert compiled["loop"] == "Model.predict of the toy"
    presences = {entry["internal"]: entry["presence"] for entry in compiled["internals"]}
    assert (presences["predict"], presences["make_iterator"]) == ("present", "absent")
    assert compiled["latency_ms"]["median"] > 0


def test_a_toy_candidate_is_planned_tried_and_shown(copy, kprof):
    assert "toy" in kprof("advise", "tiny", "--dry-run")
    python = str(copy / "venv/bin/python")
    told = kprof("advise", "tiny", "--python", python, "--budget", "0.3", "--format", "json")
    found = {one["id"]: one for one in json.loads(told)["candidates"]}
    assert (found["toy"]["status"], found["toy"]["outputs"]["equal"]) == ("ok", True)
    assert found["predict_on_batch"]["outputs"]["equal"] is False
    assert found["function_open"]["status"] == "not applicable"


def test_a_toy_format_is_in_the_help_and_draws_every_page(kprof, measured):
    assert "toy" in kprof("report", "--help")
    assert "TINY ON TOY1.0.0" in kprof("report", "latest", "--format", "toy")
    assert "CAPTURES" in kprof("list", "--format", "toy")


def test_a_toy_subcommand_is_in_the_help_and_runs(kprof):
    assert "Play with the toy." in kprof("--help")
    assert kprof("toy") == "played\n"


def run_python(copy: Path, code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_toy_reader_is_found_by_the_first_bytes(copy):
    (copy / "x.bin").write_bytes(b"TOY1" + (7).to_bytes(8, "little"))
    (copy / "y.bin").write_bytes(b"something else")
    code = (
        "from pathlib import Path\n"
        "from profiler import readers\n"
        "name = readers.recognise(Path('x.bin'))\n"
        "print(name, readers.reader(name).read(Path('x.bin')).tolist())\n"
        "try:\n    readers.recognise(Path('y.bin'))\n"
        "except Exception as error:\n    print(error)\n"
    )
    found, refused = run_python(copy, code).splitlines()
    assert found == "toy [7]"
    assert ".toy" in refused


def test_a_command_opens_a_toy_file_by_its_reader_and_says_that_it_tells_nothing(copy):
    """A fourth reader's file was taken for a trace of an old release."""
    (copy / "x.bin").write_bytes(b"TOY1" + (7).to_bytes(8, "little"))
    command = [sys.executable, "-m", "profiler", "report", "x.bin"]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.strip() == "kprof: x.bin: is a toy file, which tells nothing of predict"


def test_a_toy_page_is_drawn_by_every_format(copy):
    code = (
        "from profiler.report import formats, pages\n"
        "from profiler.report.pages import toy\n"
        "assert 'toy' in pages.PAGES\n"
        "for name in formats.FORMATS:\n    print(name, formats.draw(name, toy.page(None)).split())\n"
    )
    shown = run_python(copy, code)
    assert [line.partition(" ")[0] for line in shown.splitlines()] == [
        "terminal",
        "markdown",
        "json",
        "csv",
        "toy",
    ]
    assert shown.lower().count("well") == 5
