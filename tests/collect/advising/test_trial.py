"""One process's trial, with a model that is made up."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from profiler.collect.advising import trial
from profiler.collect.models import built_in
from profiler.collect.parent import Parent
from profiler.protocol import files
from profiler.protocol.spec import AdviseSpec, CandidateSpec, CatalogueSpec, ObserveSpec, Spec, WorkloadSpec
from profiler.protocol.vocabulary import Variant
from tests.collect.fakes import MadeUp

TRIED = ("predict", "predict_on_batch", "call", "coalesced", "larger_batches", "openvino")


class Model:
    """Doubles its input; ``model(x)`` raises, and coalesced rows stand beside each other."""

    layers = ()

    def __init__(self):
        self.shapes = []

    def predict(self, x, batch_size, verbose):
        self.shapes.append(len(x))
        return 2 * x

    def predict_on_batch(self, x):
        return 2 * x

    def __call__(self, x, training):
        raise RuntimeError("only in graphs")


@pytest.fixture
def tried(monkeypatch, tmp_path):
    """Try candidates; return each one's capture.json and candidate.json."""

    def carry_out(names=TRIED, model=None, rows=(4,), sizes=(4,), compares=True):
        workload = SimpleNamespace(
            build=lambda state, batch_size: (model or Model(), "made up"),
            inputs=lambda rows: (np.arange(1, rows + 1, dtype="float32").reshape(rows, 1), []),
            notes=lambda state: [],
            fixed_batch_size=lambda: None,
        )
        monkeypatch.setattr(built_in, "open_workload", lambda *_: workload)
        specs = [
            CandidateSpec(Variant("mine", "compiled", name, 4, max(sizes)), None, 0.001, name)
            for name in names
        ]
        catalogue = CatalogueSpec([], ObserveSpec())
        part = AdviseSpec("here", 0, 1, specs, list(rows), list(sizes), 2, compares, 1e6, catalogue)
        spec = Spec(str(tmp_path), [WorkloadSpec("mine")], advise=part)
        trial.run(spec, part, MadeUp(), Parent(None, str(tmp_path)))
        assert not (tmp_path / files.DOING_FILE).exists()
        return {name: (read(tmp_path, name, "capture"), read(tmp_path, name, "candidate")) for name in names}

    return carry_out


def read(folder, name, what):
    return json.loads((folder / name / f"{what}.json").read_text())


def test_one_that_raises_or_is_not_there_costs_its_own_row_alone(tried):
    found = {name: facts["status"] for name, (_, facts) in tried().items()}
    assert found == {
        "predict": "ok",
        "predict_on_batch": "ok",
        "call": "failed",
        "coalesced": "ok",
        "larger_batches": "not applicable",
        "openvino": "not installed",
    }


def test_the_reason_stands_in_the_capture_too(tried):
    capture, facts = tried()["call"]
    assert capture["status"] == "failed"
    assert capture["reason"] == facts["reason"]
    assert "only in graphs" in facts["reason"]


def test_what_was_written_is_listed_with_its_hash(tried):
    for capture, _ in tried().values():
        assert files.CANDIDATE_FILE in capture["files"]


def test_outputs_are_compared_with_predict_s_on_several_inputs(tried):
    found = tried()
    for name in ("predict_on_batch", "coalesced"):
        compared = found[name][1]["compared"]
        assert len(compared) >= 3
        assert all(one["difference"]["beyond"] == 0 for one in compared)
    assert found["predict"][1]["model"]["constant"] is False
    assert found["predict"][1]["compared"] == []


def test_other_outputs_are_found(tried):
    class Other(Model):
        def predict_on_batch(self, x):
            return 3 * x

    compared = tried(("predict", "predict_on_batch"), Other())["predict_on_batch"][1]["compared"]
    assert all(one["difference"]["beyond"] for one in compared)


def test_a_process_that_does_not_compare_says_nothing_of_outputs(tried):
    facts = tried(compares=False)["predict_on_batch"][1]
    assert (facts["compared"], facts["outputs_error"]) == ([], None)


def test_a_coalesced_call_says_how_many_inputs_it_takes(tried):
    assert tried()["coalesced"][1]["inputs_per_call"] == 2


def test_calls_take_the_rows_that_were_drawn_in_order_and_in_whole_rounds(tried):
    model = Model()
    capture, _ = tried(("predict", "predict_on_batch"), model, (1, 3, 2), (1, 2, 3), compares=False)[
        "predict"
    ]
    assert capture["calls"] % 3 == 0
    # the first call, one of each new shape, then round and round
    assert model.shapes[:3] == [1, 3, 2]
    rest = model.shapes[3:]
    assert rest == [(1, 3, 2)[number % 3] for number in range(len(rest))]


@pytest.mark.parametrize(
    ("start", "first", "steady", "shapes", "once"),
    [
        (50, [], 10, 1, 40),
        (5, [], 10, 1, 0),
        (50, [30, 20], 10, 3, 40 + 30),
        (50, [30, 20], 10, 101, 40 + 15 * 100),
        (50, [5], 10, 2, 40),
    ],
)
def test_first_calls_of_new_shapes_are_costs_that_come_once(start, first, steady, shapes, once):
    """Of shapes that were not drawn, each is taken to cost what the drawn ones did."""
    assert trial._one_time_ns(start, first, steady, shapes) == once
