"""Proofs that are remembered for later runs."""

import dataclasses

import pytest

from profiler.launch import proofs
from profiler.protocol.spec import EnvironmentFacts
from profiler.results.proving import judging
from profiler.results.proving.document import SameTwice, Validation
from tests.results.proving.made_up import evidence

HERE = EnvironmentFacts("2.21.0", "3.15.1", slug="e", python="3.11.7", cpu="fast", cores=2)
GOOD = evidence({"data_adapter": (0.4, 0.51), "dataset_ops": (0.9, 55 / 60)})
BAD = evidence({"data_adapter": (0.4, 0.7)})


def validation(*evidences, same="same"):
    tested = tuple(judging.tested(one, None) for one in evidences)
    return Validation("e", "tiny/compiled/predict/b32", 0.2, tested, SameTwice(1.0, None, same, 3))


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path


def test_what_was_proven_is_known_in_that_environment_on_that_machine_alone():
    proofs.record(HERE, validation(GOOD))
    (name, proof), *others = proofs.known(HERE).items()
    assert (name, proof.error, proof.internals, others) == ("probes", pytest.approx(0.01), 1, [])
    for changes in ({"cores": 4}, {"keras": "3.16"}, {"python": "3.12.1"}, {"framework_version": "2.22.0"}):
        assert proofs.known(dataclasses.replace(HERE, **changes)) == {}


def test_an_instrument_that_fails_its_proof_loses_the_one_before():
    proofs.record(HERE, validation(GOOD))
    proofs.record(HERE, validation(BAD))
    assert proofs.known(HERE) == {}


def test_nothing_is_kept_where_the_same_calls_differ_from_themselves():
    proofs.record(HERE, validation(GOOD, same="differs"))
    assert proofs.known(HERE) == {}


def test_an_instrument_that_was_not_tried_keeps_its_proof():
    proofs.record(HERE, validation(GOOD))
    other = evidence({"data_adapter": (0.4, 0.51), "dataset_ops": (0.9, 55 / 60)}, instrument="cprofile")
    proofs.record(HERE, validation(other))
    assert set(proofs.known(HERE)) == {"probes", "cprofile"}


@pytest.mark.parametrize(
    "content", ["", "[]", '{"schema": "kprof.proofs/9"}', '{"schema": "kprof.proofs/1", "proofs": 5}']
)
def test_a_damaged_file_is_begun_anew(content):
    proofs.path().parent.mkdir(parents=True)
    proofs.path().write_text(content)
    assert proofs.known(HERE) == {}
    proofs.record(HERE, validation(GOOD))
    assert set(proofs.known(HERE)) == {"probes"}


def test_a_folder_that_cannot_be_written_keeps_nothing_and_raises_nothing(state):
    (state / "kprof").write_text("in the way")
    proofs.record(HERE, validation(GOOD))
    assert proofs.known(HERE) == {}
