"""``kprof environments``."""

import json

import pytest

from profiler import environments
from profiler.cli.main import main


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KPROF_CACHE", str(tmp_path))
    return tmp_path


def test_an_empty_cache_says_how_environments_come_to_be(capsys):
    assert main(["environments", "list"]) == 0
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "kprof matrix makes" in shown.err


def test_a_half_made_environment_is_listed_with_what_is_wrong_and_can_be_removed(cache, capsys):
    folder = cache / "environments" / "tf2.0.0-py3.7"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "something").write_text("x" * 2000)
    (stored,) = environments.list_environments()
    assert main(["environments", "list"]) == 0
    assert capsys.readouterr().out.startswith(f"tf2.0.0-py3.7: {stored.problem}, ")
    assert main(["environments", "remove", "tf2.0.0-py3.7"]) == 0
    assert not folder.exists()


def test_removing_what_is_not_there_is_one_line(capsys):
    assert main(["environments", "remove", "tf1.0.0-py3.7"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_name_that_leaves_the_cache_is_refused(cache, capsys):
    (cache / "precious").mkdir()
    assert main(["environments", "remove", "../precious"]) == 2
    assert (cache / "precious").is_dir()


def test_the_list_can_be_read_by_a_program(cache, capsys):
    (cache / "environments" / "tf2.0.0-py3.7").mkdir(parents=True)
    assert main(["environments", "list", "--format", "json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["environments"]
    assert found["slug"] == "tf2.0.0-py3.7" and found["problem"]
