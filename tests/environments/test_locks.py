import pytest

from profiler.environments import locks


def test_a_lock_is_held_alone_and_free_afterwards(tmp_path):
    path = tmp_path / "lock"
    with locks.held(path) as first, locks.held(path, wait=False) as second:
        assert first is not None
        assert second is None
    with locks.held(path, wait=False) as third:
        assert third is not None


def test_those_who_share_a_lock_keep_out_one_who_does_not(tmp_path):
    path = tmp_path / "lock"
    with locks.held(path, shared=True), locks.held(path, wait=False, shared=True) as second:
        assert second is not None
        with locks.held(path, wait=False) as alone:
            assert alone is None


def test_a_file_that_cannot_be_made_raises(tmp_path):
    with pytest.raises(FileNotFoundError), locks.held(tmp_path / "none" / "lock"):
        pass
