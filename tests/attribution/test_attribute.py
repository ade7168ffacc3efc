"""Each instrument's way from a capture to its shares is found by the instrument's id."""

import dataclasses
import pkgutil

import pytest

from profiler.attribution import attribute, instruments
from profiler.catalogue import catalogue, presence
from profiler.protocol.errors import TraceFormatError, Unusable
from profiler.protocol.instruments import INSTRUMENTS, SHARES
from profiler.readers.pstats.marshal_guard import MarshalGuard
from profiler.runs import record
from tests import reference

ENTRIES = catalogue.load()


@pytest.fixture(scope="module")
def guard():
    with MarshalGuard() as shared:
        yield shared


@pytest.fixture(scope="module")
def run():
    return record.read(reference.CURRENT)


def test_the_instruments_that_give_shares_have_one_module_each_and_no_other_is_there():
    modules = [module.name for module in pkgutil.iter_modules(instruments.__path__)]
    assert sorted(modules) == sorted(one.id for one in INSTRUMENTS if SHARES in one.gives)
    assert sorted(modules) == sorted(attribute.INSTRUMENTS)


def attributed(run, instrument, guard, **changes):
    capture = next(one for one in run.captures if one.instrument == instrument)
    capture = dataclasses.replace(capture, **changes)
    resolutions = presence.of_variant(ENTRIES, run, capture.environment, capture.variant)
    return attribute.attribute(capture, resolutions, ENTRIES, guard)


@pytest.mark.parametrize("instrument", attribute.INSTRUMENTS)
def test_a_capture_says_something_of_every_internal(instrument, run, guard):
    found = attributed(run, instrument, guard)
    assert list(found.shares) == [entry.id for entry in ENTRIES.internals]
    assert found.shares["predict"].share > 0.9
    assert all((one.share is None) == (one.reason is not None) for one in found.shares.values())


@pytest.mark.parametrize("instrument", attribute.INSTRUMENTS)
def test_a_capture_that_is_not_usable_gives_its_reason(instrument, run, guard):
    with pytest.raises(Unusable, match="it rained"):
        attributed(run, instrument, guard, status="unsound", reason="it rained")


@pytest.mark.parametrize("instrument", attribute.INSTRUMENTS)
def test_a_damaged_file_is_told_with_its_place_in_the_capture(instrument, run, guard, tmp_path):
    capture = next(one for one in run.captures if one.instrument == instrument)
    for name in capture.manifest.files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"damaged")
    with pytest.raises(TraceFormatError) as caught:
        attributed(run, instrument, guard, folder=tmp_path)
    assert str(tmp_path) not in caught.value.below(tmp_path)
    assert caught.value.below(tmp_path).startswith(("profile.prof: ", "plugins/profile/"))


def test_a_trace_of_the_runtime_alone_gives_a_reason_for_each_internal(guard):
    old = record.read(reference.FOLDER / "tf2.0.0-py3.7")
    found = attributed(old, "tfprofiler", guard)
    assert {one.share for one in found.shares.values()} == {None}
    assert "records no Python calls" in found.shares["predict"].reason
    assert (found.phases, found.compute) == ({}, None)
