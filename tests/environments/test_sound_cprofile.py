import sys
from pathlib import Path

import pytest

from profiler.collect import selftest
from profiler.environments import sound_cprofile
from profiler.environments.interpreters import Interpreter
from profiler.launch import worker


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    return worker.build_zip(tmp_path_factory.mktemp("zip") / "worker.zip")


def test_this_interpreter_is_judged_as_it_judges_itself(archive):
    assert sound_cprofile.is_sound(sys.executable, archive) == selftest.is_sound()


def test_what_does_not_start_is_not_sound(archive, tmp_path):
    assert not sound_cprofile.is_sound(str(tmp_path / "python"), archive)


def test_the_versions_that_are_known_to_keep_frames_are_tried_first(monkeypatch):
    tried = []
    monkeypatch.setattr(sound_cprofile, "is_sound", lambda path, zip_: tried.append(path) or path == "b")
    found = [Interpreter("c", "3.12.1", "CPython"), Interpreter("d", "3.8.1", "CPython")]
    found += [Interpreter("b", "3.10.2", "CPython"), Interpreter("a", "3.11.2", "CPython")]
    assert sound_cprofile.first_sound(found, Path("zip")).path == "b"
    assert tried == ["a", "b"]
