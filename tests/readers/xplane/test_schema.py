"""The field numbers against those that TensorFlow publishes."""

import pytest

from profiler.readers.xplane import schema
from tests.oracles import xplane_oracle as oracle

pytestmark = pytest.mark.long

MESSAGES = {
    schema.Space: "XSpace",
    schema.Plane: "XPlane",
    schema.Line: "XLine",
    schema.Event: "XEvent",
    schema.Metadata: "XEventMetadata",
    schema.Stat: "XStat",
}


@pytest.mark.parametrize("fields", MESSAGES)
def test_fields_have_their_published_numbers(fields):
    published = getattr(oracle.xplane_pb2(), MESSAGES[fields]).DESCRIPTOR.fields_by_name
    assert {field.name: field.value for field in fields} == {
        field.name: published[field.name.lower()].number for field in fields
    }


def test_a_map_s_entry_has_its_key_first():
    entry = oracle.xplane_pb2().XPlane.DESCRIPTOR.fields_by_name["event_metadata"].message_type.fields_by_name
    assert (entry["key"].number, entry["value"].number) == (schema.MapEntry.KEY, schema.MapEntry.VALUE)
