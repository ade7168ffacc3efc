import pytest

from profiler.tables import spec
from profiler.tables.latencies import LATENCIES


def row(**changes):
    plain = {column.name: ["x"] if column.dtype == "string" else [1] for column in LATENCIES.columns}
    return {**plain, **changes}


@pytest.mark.parametrize("column", ["process", "block", "call", "duration_ns"])
def test_no_number_of_a_call_is_negative(column):
    assert len(spec.make(LATENCIES, **row())) == 1
    with pytest.raises(ValueError, match=f"{column} is -1 in row 0"):
        spec.make(LATENCIES, **row(**{column: [-1]}))
