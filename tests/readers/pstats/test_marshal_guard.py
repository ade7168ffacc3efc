"""The process that keeps marshal apart: what it costs a file, and that it ends."""

import marshal
import signal
import sys

import pytest

from profiler.protocol.errors import TraceFormatError
from profiler.readers import pstats
from profiler.readers.pstats import marshal_child
from profiler.readers.pstats.marshal_guard import Limits, MarshalGuard, from_bytes
from tests.readers.pstats.files import GOOD, HOSTILE, LABEL, written


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_are_one_error_and_the_next_file_is_read_by_the_same_child(
    name, tmp_path, guard, small
):
    pstats.read(small, guard)
    child = guard._child
    (tmp_path / "hostile.prof").write_bytes(HOSTILE[name])
    with pytest.raises(TraceFormatError, match=r"hostile\.prof"):
        pstats.read(tmp_path / "hostile.prof", guard)
    assert len(pstats.read(small, guard).functions)
    assert guard._child is child


def test_a_child_that_has_died_is_replaced(small):
    with MarshalGuard() as guard:
        pstats.read(small, guard)
        guard._child.kill()
        guard._child.wait()
        assert len(pstats.read(small, guard).functions)


def test_a_child_that_stands_still_costs_its_file_only(small):
    with MarshalGuard(Limits(time_s=0.5)) as guard:
        pstats.read(small, guard)
        guard._child.send_signal(signal.SIGSTOP)
        with pytest.raises(TraceFormatError, match=r"small\.prof: takes too long"):
            pstats.read(small, guard)
        assert len(pstats.read(small, guard).functions)


def test_labels_made_to_collide_run_into_the_time_limit(tmp_path, small):
    # A multiple of the hash's modulus has the hash 0, so these labels have one hash between them.
    numbers = [marshal.dumps(sys.hash_info.modulus * n, 2) for n in range(1, 256)]
    labels = (b")\x03" + a + b + numbers[0] for a in numbers for b in numbers)
    row = b")\x05" + b"".join(marshal.dumps(value, 2) for value in GOOD[:4]) + b"{0"
    path = tmp_path / "slow.prof"
    path.write_bytes(b"{" + b"".join(label + row for label in labels) + b"0")
    with MarshalGuard(Limits(time_s=0.5, time_s_per_megabyte=0)) as guard:
        with pytest.raises(TraceFormatError, match=r"slow\.prof: takes too long"):
            pstats.read(path, guard)
        assert len(pstats.read(small, guard).functions)


@pytest.mark.long
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is limited on Linux alone")
def test_a_profile_that_takes_more_memory_than_it_may_costs_its_file_only(tmp_path, small):
    stats = {("f.py", n, f"f{n}"): (1, 1, float(n), float(n), {}) for n in range(100_000)}
    path = written(tmp_path / "large.prof", stats)
    with MarshalGuard(Limits(memory_bytes=1 << 20, memory_factor=2)) as guard:
        with pytest.raises(TraceFormatError, match=r"large\.prof: takes too much memory"):
            pstats.read(path, guard)
        assert len(pstats.read(small, guard).functions)
    assert len(pstats.read(path).functions) == 100_000


def test_an_interrupt_does_not_end_the_child(small):
    with MarshalGuard() as guard:
        pstats.read(small, guard)
        child = guard._child
        child.send_signal(signal.SIGINT)
        pstats.read(small, guard)
        assert guard._child is child


def test_the_child_ends_with_the_guard(small):
    with MarshalGuard() as guard:
        pstats.read(small, guard)
        child = guard._child
    assert child.poll() is not None


def test_one_child_serves_all_files(small):
    with MarshalGuard() as guard:
        pstats.read(small, guard)
        first = guard._child
        pstats.read(small, guard)
        assert guard._child is first


def test_columns_come_back_from_the_bytes_that_are_sent():
    stats = {LABEL: (1, 2, 0.5, 1.5, {LABEL: (1, 1, 0.25, 0.75)}), ("g.py", 7, "g"): GOOD}
    columns = marshal_child.parse(marshal.dumps(stats))
    payload = memoryview(b"".join(map(bytes, marshal_child.to_bytes(columns))))
    found = from_bytes(payload)
    assert found.paths == columns.paths == tuple(dict.fromkeys((LABEL[0], "g.py")))
    assert [*map(bytes, found.functions)] == [*map(bytes, columns.functions)]
    assert [*map(bytes, found.edges)] == [*map(bytes, columns.edges)]
    with pytest.raises(ValueError, match="another length"):
        from_bytes(payload[:-1])
