import pytest

from profiler.protocol.outputs import OutputDifference


@pytest.mark.parametrize("field", ["values", "beyond", "absolute", "relative", "ulp"])
@pytest.mark.parametrize("value", [-1, float("nan"), float("inf")])
def test_a_difference_is_a_number_that_can_be(field, value):
    with pytest.raises(ValueError, match=f"{field} is"):
        OutputDifference(None, **{field: value})


def test_outputs_are_the_same_where_nothing_differs_by_more_than_the_tolerance():
    assert OutputDifference(None, values=3, absolute=0.1).same
    assert not OutputDifference(None, values=3, beyond=1).same
    assert not OutputDifference("the shape is (1,) instead of (2,)").same
