import pytest

from profiler.protocol.inspection import InspectedFunction, Inspection


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: InspectedFunction(True), "of a function that exists is missing"),
        (lambda: InspectedFunction(False, entered=-1), "entered is -1"),
        (lambda: Inspection({}, graphs_traced=-1), "graphs_traced is -1"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_the_rule(make, says):
    with pytest.raises(ValueError, match=says):
        make()
