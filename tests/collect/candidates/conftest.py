import sys

import pytest

from tests.collect.candidates.made_up import TensorFlow


@pytest.fixture
def tensorflow(monkeypatch):
    made = TensorFlow()
    monkeypatch.setitem(sys.modules, "tensorflow", made)
    return made
