"""What setup.cfg promises."""

import configparser
import re
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from profiler.cli.main import main
from profiler.version import VERSION

ROOT = Path(__file__).resolve().parents[2]


def setup() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg")
    return parser


def requirements() -> list[Requirement]:
    found = setup()
    texts = [found["options"]["install_requires"], *found["options.extras_require"].values()]
    lines = (line.strip() for text in texts for line in text.splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def test_the_command_is_kprof():
    (script,) = [one for one in metadata.entry_points(group="console_scripts") if one.name == "kprof"]
    assert script.load() is main


def test_the_version_is_told_once():
    assert setup()["metadata"]["version"] == "attr: profiler.version.VERSION"
    assert re.search(rf"^## {re.escape(VERSION)}\b", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)


def test_python_3_10_to_3_13_and_no_other():
    wanted = SpecifierSet(setup()["options"]["python_requires"])
    assert [minor for minor in range(7, 16) if f"3.{minor}.1" in wanted] == [10, 11, 12, 13]


def test_the_extras_are_what_is_measured_what_draws_what_tests_need_and_the_peers_of_benchmarks():
    assert sorted(setup()["options.extras_require"]) == ["bench", "dev", "plot", "tensorflow"]


def test_what_is_needed_at_run_time_is_bounded():
    found = setup()
    for text in (found["options"]["install_requires"], found["options.extras_require"]["tensorflow"]):
        for line in text.splitlines():
            if line and not line.startswith("#"):
                assert any(spec.operator == "<" for spec in Requirement(line).specifier), line


def test_no_requirement_is_named_twice_in_one_list():
    names = [one.name for one in requirements()]
    assert len(names) == len(set(names))


def test_reporting_does_not_require_tensorflow():
    lines = setup()["options"]["install_requires"].splitlines()
    needed = {Requirement(line).name for line in lines if line[:1].isalpha()}
    assert "tensorflow" not in needed
    assert {"numpy", "pandas", "snakeviz"} <= needed


def test_every_package_is_found():
    folders = {path.parent for path in (ROOT / "profiler").rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").is_file()] == []
