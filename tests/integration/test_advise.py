"""Advice on real models: what is recommended, and what never is."""

import json

import pytest

from profiler.cli.main import main

pytestmark = pytest.mark.integration

FACTORIES = """
import keras
import tensorflow as tf


class Noise(keras.layers.Layer):
    def call(self, x):
        return x + tf.random.normal(tf.shape(x))


class InGraphs(keras.layers.Layer):
    def call(self, x):
        if tf.executing_eagerly() and not isinstance(x, keras.KerasTensor):
            raise RuntimeError("only in graphs")
        return 2.0 * x


def noisy():
    return keras.Sequential([keras.Input((8,)), Noise(), keras.layers.Dense(1)])


def raising():
    return keras.Sequential([keras.Input((8,)), InGraphs(), keras.layers.Dense(1)])


def lstm():
    return keras.Sequential([keras.Input((40, 23)), keras.layers.LSTM(128), keras.layers.Dense(1)])
"""


@pytest.fixture
def advise(monkeypatch, tmp_path, capsys):
    (tmp_path / "factories.py").write_text(FACTORIES)
    monkeypatch.chdir(tmp_path)

    def carry_out(*words):
        code = main(["advise", *words, "--budget", "1.5", "--format", "json", "--out", str(tmp_path)])
        printed = capsys.readouterr()
        assert code == 0, printed.err
        found = json.loads(printed.out)
        return found, {one["id"]: one for one in found["candidates"]}

    return carry_out


def test_tiny_gets_another_call_with_equal_outputs_and_a_diff(advise):
    found, ways = advise("tiny")
    chosen = ways[found["recommended"]]
    assert chosen["outputs"]["equal"] is True
    assert found["gain"]["interval"][0] > 1
    assert "-y = model.predict(x, verbose=0)" in found["diff"]


def test_random_outputs_get_no_recommendation_and_the_reason(advise):
    found, _ = advise("--model", "factories:noisy")
    assert found["recommended"] is None
    assert "random" in found["why"]


def test_a_candidate_that_raises_costs_its_row_alone(advise):
    found, ways = advise("--model", "factories:raising")
    assert ways["call"]["status"] == "failed"
    assert "only in graphs" in ways["call"]["reason"]
    assert found["recommended"] not in (None, "call")


def test_an_lstm_is_not_called_outside_of_a_graph(advise):
    found, ways = advise("--model", "factories:lstm")
    assert found["recommended"] not in (None, "call")
    assert ways["call"]["ratio"] > ways["predict_on_batch"]["ratio"]
