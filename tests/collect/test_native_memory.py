import ctypes
from types import SimpleNamespace

import pytest

from profiler.collect import native_memory
from profiler.protocol.errors import Unusable


@pytest.fixture(autouse=True)
def found_again():
    """Have the C library looked for anew."""
    native_memory._mallinfo2.cache_clear()
    yield
    native_memory._mallinfo2.cache_clear()


def test_what_is_given_out_is_counted_until_it_is_given_back():
    try:
        before = native_memory.native_bytes()
    except Unusable:
        pytest.skip("no mallinfo2 here")
    kept = bytearray(32 << 20)
    assert native_memory.native_bytes() - before >= len(kept)
    del kept
    assert native_memory.native_bytes() - before < 16 << 20


@pytest.mark.parametrize("error", [OSError, TypeError])
def test_a_system_whose_c_library_cannot_be_opened_says_so(monkeypatch, error):
    def fails(_):
        raise error("no library")

    monkeypatch.setattr(ctypes, "CDLL", fails)
    with pytest.raises(Unusable, match="no mallinfo2"):
        native_memory.native_bytes()


def test_another_c_library_says_so(monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda _: SimpleNamespace())
    with pytest.raises(Unusable, match="no mallinfo2"):
        native_memory.native_bytes()
