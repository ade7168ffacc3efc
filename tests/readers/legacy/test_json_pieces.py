"""JSON read value by value equals JSON read at once, and breaks off with one error."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.readers.legacy import json_pieces
from profiler.readers.legacy.json_pieces import JsonPieces

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.long
@given(st.lists(VALUES, max_size=6), st.sampled_from([None, 0, 3]))
def test_the_items_of_a_list_are_those_of_json(values, indent):
    pieces = JsonPieces(json.dumps(values, indent=indent))
    assert list(pieces.items()) == values
    pieces.finish()


@pytest.mark.long
@given(st.dictionaries(st.text(), VALUES, max_size=6))
def test_the_members_of_an_object_are_those_of_json(value):
    pieces = JsonPieces(json.dumps(value))
    assert {key: pieces.value() for key in pieces.members()} == value
    pieces.finish()


def test_a_number_that_ends_where_a_piece_ends_is_read_whole(monkeypatch):
    monkeypatch.setattr(json_pieces, "_USUAL", 4)
    assert list(JsonPieces("[12345678, 1]").items()) == [12345678, 1]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[1, 2", r"no \] at character 5"),
        ("[1 2]", r"no \] at character 3"),
        ("[1,]", "no value"),
        ("{", r"no \["),
    ],
)
def test_a_list_that_is_none_is_one_error(text, says):
    with pytest.raises(ValueError, match=says):
        list(JsonPieces(text).items())


@pytest.mark.parametrize(
    ("text", "says"), [("{1: 2}", "a key is no string"), ('{"a" 2}', "no : at character 5")]
)
def test_an_object_that_is_none_is_one_error(text, says):
    pieces = JsonPieces(text)
    with pytest.raises(ValueError, match=says):
        for _ in pieces.members():
            pieces.value()


def test_a_value_longer_than_any_is_refused():
    text = json.dumps("x" * json_pieces.LONGEST_VALUE)
    with pytest.raises(ValueError, match="no value within 256 KiB of character 0"):
        JsonPieces(text).value()


def test_what_follows_the_end_is_an_error():
    pieces = JsonPieces("[] {")
    assert list(pieces.items()) == []
    with pytest.raises(ValueError, match="more text after the end, at character 3"):
        pieces.finish()
