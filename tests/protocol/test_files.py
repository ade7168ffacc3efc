import hashlib
import json
import os

import pytest

from profiler.protocol import files
from profiler.protocol.errors import RunError


def test_json_is_written_whole_and_leaves_no_other_file(tmp_path):
    path = tmp_path / "a.json"
    files.write_json(str(path), {"schema": "kprof.run/1", "x": 1})
    assert files.read_json(str(path), "kprof.run/1")["x"] == 1
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


def test_a_value_that_is_no_json_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.json"
    files.write_json(str(path), {"schema": "kprof.run/1"})
    with pytest.raises(TypeError):
        files.write_json(str(path), {"schema": object()})
    assert json.loads(path.read_text()) == {"schema": "kprof.run/1"}
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "cut or altered"),
        ("{", "cut or altered"),
        ("[" * 100_000, "cut or altered"),
        ("[]", "no kprof.run file"),
        ('{"schema": "other/1"}', "no kprof.run file"),
        ('{"schema": "kprof.run/2"}', "update kprof"),
    ],
)
def test_what_is_no_manifest_ends_in_one_line(tmp_path, text, says):
    path = tmp_path / "run.json"
    path.write_text(text)
    with pytest.raises(RunError) as caught:
        files.read_json(str(path), "kprof.run/1")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(RunError, match=r"none\.json"):
        files.read_json(str(tmp_path / "none.json"), "kprof.run/1")


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a/../../b"])
def test_a_path_that_leaves_the_run_is_refused(tmp_path, name):
    with pytest.raises(RunError):
        files.inside(str(tmp_path), name)


def test_a_link_that_leaves_the_run_is_refused(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "out").symlink_to(tmp_path)
    with pytest.raises(RunError):
        files.inside(str(tmp_path / "run"), "out/x")


def test_a_path_inside_is_returned(tmp_path):
    assert files.inside(str(tmp_path), "a/b") == str(tmp_path / "a" / "b")


def test_a_hash_is_that_of_the_bytes(tmp_path):
    (tmp_path / "x").write_bytes(b"12")
    assert files.sha256(str(tmp_path / "x")) == hashlib.sha256(b"12").hexdigest()


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_regular_file_is_not_hashed(make, tmp_path):
    """A FIFO waited for ever."""
    make(tmp_path / "x")
    with pytest.raises(RunError, match="x: is no regular file"):
        files.sha256(str(tmp_path / "x"))
