"""Each instrument's way from a capture to its shares is found by the instrument's id."""

import dataclasses
import pkgutil

import pytest

from profiler.attribution import attribute, instruments
from profiler.catalogue import catalogue, presence
from profiler.protocol.instruments import INSTRUMENTS, SHARES
from profiler.readers.pstats.marshal_guard import MarshalGuard
from profiler.runs import record
from tests import reference

ENTRIES = catalogue.load()


@pytest.fixture(scope="module")
def guard():
    with MarshalGuard() as shared:
        yield shared


def test_the_instruments_that_give_shares_have_one_module_each_and_no_other_is_there():
    modules = [module.name for module in pkgutil.iter_modules(instruments.__path__)]
    assert sorted(modules) == sorted(one.id for one in INSTRUMENTS if SHARES in one.gives)
    assert sorted(modules) == sorted(attribute.INSTRUMENTS)


def attributed(run, instrument, guard, **changes):
    capture = next(one for one in run.captures if one.instrument == instrument)
    capture = dataclasses.replace(capture, **changes)
    resolutions = presence.of_variant(ENTRIES, run, capture.environment, capture.variant)
    return attribute.attribute([capture], resolutions, ENTRIES, guard)


def run_of(instrument):
    """Return the reference run that has captures under an instrument."""
    return record.read(reference.SPANS if instrument == "probes" else reference.CURRENT)


@pytest.mark.parametrize("instrument", attribute.INSTRUMENTS)
def test_a_capture_says_something_of_every_internal(instrument, guard):
    found = attributed(run_of(instrument), instrument, guard).attributed
    assert list(found.shares) == [entry.id for entry in ENTRIES.internals]
    assert found.shares["predict"].share > 0.9
    assert all((one.share is None) == (one.reason is not None) for one in found.shares.values())


@pytest.mark.parametrize("instrument", attribute.INSTRUMENTS)
def test_a_capture_that_is_not_usable_gives_its_reason(instrument, guard):
    found = attributed(run_of(instrument), instrument, guard, status="unsound", reason="it rained")
    assert [reason for _, reason in found.refused] == ["it rained"]
    assert {one.reason for one in found.attributed.shares.values()} == {"it rained"}
    assert {one.share for one in found.attributed.shares.values()} == {None}


@pytest.mark.parametrize("instrument", attribute.INSTRUMENTS)
def test_a_damaged_file_is_told_with_its_place_in_the_capture(instrument, guard, tmp_path):
    run = run_of(instrument)
    capture = next(one for one in run.captures if one.instrument == instrument)
    for name in capture.manifest.files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"damaged")
    ((_, reason),) = attributed(run, instrument, guard, folder=tmp_path).refused
    assert str(tmp_path) not in reason
    assert reason.startswith(("profile.prof: ", "plugins/profile/", "probes.json: "))


def test_a_trace_of_the_runtime_alone_gives_a_reason_for_each_internal(guard):
    old = record.read(reference.FOLDER / "tf2.0.0-py3.7")
    found = attributed(old, "tfprofiler", guard).attributed
    assert {one.share for one in found.shares.values()} == {None}
    assert "records no Python calls" in found.shares["predict"].reason
    assert (found.phases, found.compute) == ({}, None)
