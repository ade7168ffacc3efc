from profiler.tables import spec
from profiler.tables.growth import GROWTH


def test_an_interval_that_is_not_known_is_allowed():
    plain = {column.name: ["x"] if column.dtype == "string" else [float("nan")] for column in GROWTH.columns}
    assert len(spec.make(GROWTH, **{**plain, "value": [0.5]})) == 1
