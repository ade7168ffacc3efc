"""Random protobuf messages, with the fields that they hold."""

from hypothesis import strategies as st

from profiler.readers.wire.protobuf import FIXED32, FIXED64, SPAN, VARINT
from tests.readers.xplane.encoding import varint

NUMBERS = st.sampled_from([1, 2, 3, 4, 15, 16, 200, (1 << 29) - 1])
FIELDS = st.one_of(
    st.tuples(NUMBERS, st.just(VARINT), st.integers(0, (1 << 64) - 1)),
    st.tuples(NUMBERS, st.just(SPAN), st.binary(max_size=300)),
    st.tuples(NUMBERS, st.just(FIXED32), st.binary(min_size=4, max_size=4)),
    st.tuples(NUMBERS, st.just(FIXED64), st.binary(min_size=8, max_size=8)),
)
MESSAGES = st.lists(FIELDS, max_size=30)


def encode(fields):
    """Return the bytes of (number, wire type, value) one after another."""
    return b"".join(_field(*field) for field in fields)


def _field(number, wire, value):
    tag = varint(number << 3 | wire)
    if wire == VARINT:
        return tag + varint(value)
    return tag + (varint(len(value)) if wire == SPAN else b"") + value
