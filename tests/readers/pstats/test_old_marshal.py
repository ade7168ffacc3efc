"""Profiles of Python 2, whole, cut and altered."""

import random
import re
import struct

import pytest

from profiler.protocol.errors import TraceFormatError
from profiler.readers import pstats
from profiler.readers.pstats import old_marshal
from tests.reference_files import PROFILES

OLD = [name for name in PROFILES if name.startswith("py2")]


def text(value):
    return b"s" + struct.pack("<I", len(value)) + value


def number(value):
    return b"i" + struct.pack("<i", value)


def double(value):
    return b"g" + struct.pack("<d", value)


LABEL = b"(" + struct.pack("<I", 3) + text(b"f.py") + number(1) + text(b"f")
ROW = b"(" + struct.pack("<I", 5) + number(1) + number(2) + double(0.5) + double(0.75) + b"{0"


def test_there_are_profiles_with_binary_times_and_with_text_for_times():
    files = [PROFILES[name][0].read_bytes() for name in OLD]
    assert sorted(re.search(rb"f[\x01-\x20][\d.]+", data) is not None for data in files) == [False, True]


@pytest.mark.parametrize("name", OLD)
def test_names_calls_and_times_are_those_of_the_program(name, guard):
    path, answers = PROFILES[name]
    functions = pstats.read(path, guard).functions
    assert "known.py" in functions.coded("path").values
    assert float(functions.array("self_s").sum()) == pytest.approx(answers["total_self_s"], abs=1e-12)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (b"i" + struct.pack("<i", -7), -7),
        (b"I" + struct.pack("<q", 2**40), 2**40),
        (b"l" + struct.pack("<iHH", 2, 3, 1), 3 + (1 << 15)),
        (b"l" + struct.pack("<iH", -1, 5), -5),
    ],
)
def test_integers_of_every_size(written, value):
    label = b"(" + struct.pack("<I", 3) + text(b"f.py") + written + text(b"f")
    assert list(old_marshal.loads(b"{" + label + ROW + b"0")) == [("f.py", value, "f")]


def test_interned_names_are_referred_to_and_bytes_that_are_no_text_become_escapes():
    interned = b"t" + struct.pack("<I", 2) + b"g\xff"
    again = b"(" + struct.pack("<I", 3) + text(b"h") + number(1) + b"R" + bytes(4)
    first = b"(" + struct.pack("<I", 3) + interned + number(1) + text(b"x")
    assert list(old_marshal.loads(b"{" + first + ROW + again + ROW + b"0")) == [
        ("g\\xff", 1, "x"),
        ("h", 1, "g\\xff"),
    ]


def test_a_row_comes_with_its_callers():
    caller = LABEL + b"(" + struct.pack("<I", 4) + number(1) * 2 + double(0.5) * 2
    assert old_marshal.loads(b"{" + LABEL + ROW[:-1] + caller + b"00") == {
        ("f.py", 1, "f"): (1, 2, 0.5, 0.75, {("f.py", 1, "f"): (1, 1, 0.5, 0.5)})
    }


@pytest.mark.parametrize(
    "data",
    [
        b"{" + LABEL + ROW,
        b"{" + LABEL + ROW + b"0more",
        b"{(\xff\xff\xff\x7f",
        b"{(\x03\0\0\0s\xff\xff\xff\x7f",
        b"{(\x03\0\0\0R\x07\0\0\0",
        b"{(\x03\0\0\0" + text(b"f") + b"l\xff\xff\xff\x7f",
        b"{(\x03\0\0\0" + text(b"f") + b"l\x00\x00\x00\x80",
        b"{" + LABEL + ROW.replace(b"g", b"f\x03abc", 1),
        b"{" + LABEL + b"N0",
    ],
)
def test_what_is_cut_or_altered_is_one_error_with_the_byte(data):
    with pytest.raises(old_marshal.OldMarshalError) as caught:
        old_marshal.loads(data)
    assert 0 < caught.value.offset <= len(data)


def test_a_profile_of_the_module_profile_is_refused_by_name(tmp_path, guard):
    row = ROW[:-2] + b"{" + LABEL + number(1) + b"0"
    (tmp_path / "slow.prof").write_bytes(b"{" + LABEL + row + b"0")
    with pytest.raises(TraceFormatError, match="use cProfile"):
        pstats.read(tmp_path / "slow.prof", guard)


@pytest.mark.fuzz
@pytest.mark.parametrize("name", OLD)
def test_a_profile_cut_anywhere_is_one_error(name, tmp_path, guard):
    data = PROFILES[name][0].read_bytes()
    path = tmp_path / "cut.prof"
    for end in range(len(data)):
        path.write_bytes(data[:end])
        with pytest.raises(TraceFormatError, match=r"cut\.prof: ") as caught:
            pstats.read(path, guard)
        assert "\n" not in str(caught.value)


@pytest.mark.fuzz
def test_any_byte_may_be_any_other(tmp_path, guard):
    data = PROFILES["py2.7.prof"][0].read_bytes()
    source = random.Random(7)
    path = tmp_path / "changed.prof"
    for position in range(len(data)):
        damaged = bytearray(data)
        damaged[position] = source.choice(b"(){0RiIlgfstu\x00\xff\x7f")
        path.write_bytes(damaged)
        try:
            pstats.read(path, guard).functions.check()
        except TraceFormatError as error:
            assert str(path) in str(error)
