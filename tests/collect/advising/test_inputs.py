"""The inputs of a trial."""

import numpy as np
import pytest

from profiler.collect.advising.inputs import Pool, cases
from profiler.collect.batched import Batched
from profiler.protocol.errors import UsageError
from tests.collect.fakes import MadeUp


class Workload:
    def inputs(self, rows):
        return np.arange(rows, dtype="float32").reshape(rows, 1), ["drawn"]


@pytest.fixture
def pool():
    return Pool(Workload(), MadeUp(), 8, 4)


def test_rows_are_the_first_ones_and_the_same_object_each_time(pool):
    assert pool.rows(3).ravel().tolist() == [0, 1, 2]
    assert pool.rows(3) is pool.rows(3)


def test_others_have_other_values_and_mixed_half_of_them(pool):
    assert pool.others(2).ravel().tolist() == [8, 9]
    assert pool.mixed(4).ravel().tolist() == [0, 1, 8, 9]


def test_batches_of_the_user_s_own_are_refused():
    class Batches:
        def inputs(self, rows):
            return Batched(None, "dataset", False, 8, 4, None), []

    with pytest.raises(UsageError, match="not on a dataset"):
        Pool(Batches(), MadeUp(), 8, 4)


def rows(found):
    return [(one.name, len(one.x)) for one in found]


def test_outputs_are_compared_on_rows_asked_for_other_values_and_a_rest(pool):
    assert rows(cases(pool, [1, 5, 8], 4, fixed=False, slow=False)) == [
        ("8 rows", 8),
        ("1 row", 1),
        ("5 rows", 5),
        ("8 rows of other values", 8),
        ("5 rows, an incomplete last batch", 5),
    ]


def test_slow_calls_and_fixed_batches_have_fewer(pool):
    assert rows(cases(pool, [8], 8, fixed=True, slow=False)) == [
        ("8 rows", 8),
        ("8 rows of other values", 8),
    ]
    assert len(list(cases(pool, [1, 8], 8, fixed=False, slow=True))) == 2


def test_texts_are_mixed_as_the_framework_takes_them():
    class Texts:
        def __init__(self, values):
            self.values = values

        def __getitem__(self, rows):
            return Texts(self.values[rows])

        def numpy(self):
            return self.values

    class Workload:
        def inputs(self, rows):
            return Texts(np.array([f"{row}" for row in range(rows)])), []

    assert Pool(Workload(), MadeUp(), 4, 4).mixed(2) == ("text", ["0", "4"])
