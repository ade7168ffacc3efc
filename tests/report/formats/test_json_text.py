"""A page as JSON."""

import json

import pytest

from profiler.report import formats


class Shown:
    """A page of an object."""

    def __init__(self, document):
        self._document = document

    def document(self):
        return self._document


def test_the_object_comes_back_and_the_text_ends_with_a_line():
    text = formats.draw("json", Shown({"schema": "x/1", "value": None}))
    assert json.loads(text) == {"schema": "x/1", "value": None}
    assert text.endswith("}\n")


def test_a_number_that_json_lacks_is_an_error():
    with pytest.raises(ValueError, match="JSON"):
        formats.draw("json", Shown({"value": float("nan")}))
