"""The list of environments."""

from profiler.environments import Stored
from profiler.report.pages import environments
from tests.report import drawing

HALF = Stored("tf2.0.0-py3.7", "/cache/tf2.0.0-py3.7", None, "not complete", 2_000_000, 0)
SHARED = Stored("tf2.1.0-py3.7", "/cache/tf2.1.0-py3.7", None, None, 3_000_000, 1_000_000)


def test_each_environment_is_a_line_with_its_state_and_size():
    assert drawing.terminal(environments.page([HALF, SHARED])).splitlines() == [
        "tf2.0.0-py3.7: not complete, 2.0 MB",
        "tf2.1.0-py3.7: complete, Keras in TensorFlow, 3.0 MB, 1.0 MB of it shared with uv's cache",
    ]


def test_the_json_has_null_for_what_is_not_known():
    found = environments.page([HALF]).document()
    assert found["schema"] == "kprof.environments/1"
    assert found["environments"] == [
        {
            "slug": "tf2.0.0-py3.7",
            "folder": "/cache/tf2.0.0-py3.7",
            "keras": None,
            "problem": "not complete",
            "size_bytes": 2_000_000,
            "shared_bytes": 0,
        }
    ]
