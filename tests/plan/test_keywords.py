from pathlib import Path

import pytest

from profiler.plan import keywords
from profiler.plan.request import Request


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"calls": "5"}, 5),
        ({"batch_sizes": 8}, (8,)),
        ({"batch_sizes": [8, "32"]}, (8, 32)),
        ({"entry_points": "predict"}, ("predict",)),
        ({"instruments": ["wall"]}, ("wall",)),
        ({"budget_s": 2}, 2.0),
        ({"rows": None}, None),
        ({"instruments": None}, ()),
        ({"full": True}, True),
        ({"out": Path("here")}, "here"),
    ],
)
def test_one_word_or_number_does_for_several(given, field):
    (name,) = given
    assert keywords.chosen(given) == {name: field}
    Request(**keywords.chosen(given))
