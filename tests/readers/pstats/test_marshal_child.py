"""What the child process lets through to marshal."""

import subprocess
import sys

import pytest

from profiler.readers.pstats import marshal_child
from tests.readers.pstats.files import HOSTILE


@pytest.mark.parametrize("name", [name for name in HOSTILE if "inside" in name or "gigabytes" in name])
def test_marshal_never_meets_a_length_that_the_file_has_no_room_for(name, monkeypatch):
    monkeypatch.setattr(marshal_child.marshal, "loads", lambda data: pytest.fail("marshal got it"))
    with pytest.raises(marshal_child.BadProfileError):
        marshal_child.parse(HOSTILE[name])


def test_a_file_that_marshal_refuses_is_told_with_the_byte_where_it_shows():
    framed = marshal_child.frame(b"{)\x03(\x10\x00\x00\x00")
    with pytest.raises(marshal_child.BadProfileError) as caught:
        marshal_child.parse_limited(framed)
    assert caught.value.offset == 3


def test_where_the_system_limits_no_memory_the_lengths_are_looked_at_first(monkeypatch, tmp_path):
    (tmp_path / "hostile.prof").write_bytes(HOSTILE["such a tuple inside"])
    monkeypatch.setattr(marshal_child, "_limit_memory", lambda allowed: False)
    monkeypatch.setattr(marshal_child.marshal, "loads", lambda data: pytest.fail("marshal got it"))
    status, _ = marshal_child._answer(bytes(tmp_path / "hostile.prof"), 6, 1 << 20)
    assert status == marshal_child.REFUSED


def test_the_child_ends_when_its_input_does():
    ended = subprocess.run(
        [sys.executable, "-I", "-S", marshal_child.__file__], input=b"", timeout=60, check=False
    )
    assert ended.returncode == 0
