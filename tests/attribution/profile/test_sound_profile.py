"""A profile gives shares only if it is that of the calls that were timed without it."""

import dataclasses

import pytest

from profiler.attribution.profile import sound_profile
from profiler.protocol.errors import Unusable
from profiler.runs import record
from tests import reference


@pytest.fixture(scope="module")
def capture():
    return next(c for c in record.read(reference.CURRENT).captures if c.instrument == "cprofile")


def altered(capture, **facts):
    return dataclasses.replace(capture, manifest=dataclasses.replace(capture.manifest, **facts))


def test_a_real_profile_is_sound(capture):
    found = sound_profile.load(capture)
    assert found.window.calls == capture.manifest.calls
    assert found.index.row(found.window.harness) is not None
    assert len(found.profile.functions) > 100


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"wrapper": None}, "holds no profile of the measured calls"),
        ({"harness": None}, "holds no profile of the measured calls"),
        ({"files": {}}, "holds no profile of the measured calls"),
        ({"wrapper": ("gone.py", 1, "f")}, "lacks the frame that made the measured calls"),
        ({"calls": 99}, "of 99 measured calls"),
        ({"window_ns": 1_000_000_000_000}, "the clock"),
    ],
)
def test_what_is_not_of_the_measured_calls_says_why(capture, facts, says):
    with pytest.raises(Unusable, match=says):
        sound_profile.load(altered(capture, **facts))
