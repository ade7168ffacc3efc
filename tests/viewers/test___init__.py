"""The viewers that can be named."""

import importlib
import inspect

import pytest

from profiler.viewers import VIEWERS


@pytest.mark.parametrize("name", VIEWERS)
def test_every_viewer_is_asked_in_the_same_way(name):
    view = importlib.import_module(f"profiler.viewers.{name}").view
    assert list(inspect.signature(view).parameters) == ["path", "variant", "port", "browser", "say"]
