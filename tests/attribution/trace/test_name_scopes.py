"""Whose kernel a node's name means."""

import pytest

from profiler.attribution.trace.name_scopes import Guessed, Told, owners_of
from profiler.protocol.scopes import LayerScopes

# As Keras 3.15 names the scopes of a model with the layers dense and dense_1, and of an encoder used twice.
LAYERS = [
    LayerScopes("", "Functional", ["functional_1"], 100),
    LayerScopes("dense", "Dense", ["functional_1/dense_1"], 10),
    LayerScopes("dense_1", "Dense", ["functional_1/dense_1_2"], 20),
    LayerScopes("lstm", "LSTM", ["functional_1/lstm_1"], 30),
    LayerScopes("encoder", "Functional", ["functional_1/encoder_1", "functional_1/encoder_3"], 40),
    LayerScopes(
        "encoder/dense",
        "Dense",
        ["functional_1/encoder_1/dense_1", "functional_1/encoder_3/dense_1"],
        40,
    ),
]


@pytest.mark.parametrize(
    ("node", "layer", "use"),
    [
        ("functional_1/dense_1/Relu", "dense", 1),
        ("functional_1/dense_1_2/Sigmoid", "dense_1", 1),
        ("StatefulPartitionedCall/functional_1/dense_1/Cast/ReadVariableOp", "dense", 1),
        ("functional_1/lstm_1/while/body/_33/functional_1/lstm_1/while/lstm_cell_1/MatMul", "lstm", 1),
        ("functional_1/encoder_1/dense_1/Relu", "encoder/dense", 1),
        ("functional_1/encoder_3/dense_1/Relu", "encoder/dense", 2),
        ("functional_1/encoder_3/add", "encoder", 2),
    ],
)
def test_a_scope_that_the_model_told_is_its_layers(node, layer, use):
    found = Told(LAYERS).owner(node)
    assert (found.layer, found.use, found.certainty) == (layer, use, "known")


@pytest.mark.parametrize(
    "node",
    [
        "functional_1/Cast",
        "other/dense_1/Relu",
        "dense_1/Relu",
        "functional_1/dense_1",
        "functional_1/dense_12/Relu",
        "Relu",
        "",
    ],
)
def test_what_is_the_models_own_or_anothers_belongs_to_no_layer(node):
    """The last step is the operation's own name, and a scope is never a part of a step."""
    assert Told(LAYERS).owner(node) is None


def test_a_name_of_endless_steps_takes_no_time_that_grows_with_them():
    steps = "a/" * 1_000_000
    layers = [LayerScopes("deep", "Dense", [f"{steps}a"], 1), LayerScopes("a", "Dense", ["a/b"], 1)]
    assert Told(layers).owner(f"{steps}b/MatMul") is None
    assert Told(layers).owner("a/b/MatMul").layer == "a"


def test_a_scope_of_two_layers_is_ambiguous():
    layers = [LayerScopes("a", "Dense", ["model/x"], 1), LayerScopes("b", "Dense", ["model/x"], 2)]
    found = Told(layers).owner("model/x/MatMul")
    assert (found.layer, found.certainty, found.parameters) == ("a or b", "ambiguous", None)


@pytest.mark.parametrize(
    ("node", "layer"),
    [
        ("model/dense/MatMul", "dense"),
        ("StatefulPartitionedCall/model/dense/BiasAdd/ReadVariableOp", "dense"),
        ("PartitionedCall_1/StatefulPartitionedCall/model/dense/Relu", "dense"),
        ("model/encoder/dense/MatMul", "encoder"),
        ("model/MatMul", None),
        ("StatefulPartitionedCall/Add", None),
        ("MatMul", None),
    ],
)
def test_without_scopes_the_step_after_the_models_is_guessed(node, layer):
    found = Guessed([node]).owner(node)
    assert (found and found.layer) == layer
    assert found is None or found.certainty == "guessed"


def test_in_a_training_step_only_what_has_a_gradient_is_a_layer():
    nodes = [
        "StatefulPartitionedCall/gradient_tape/sequential_1/dense_1/MatMul/MatMul",
        "StatefulPartitionedCall/sequential_1/dense_1/Relu",
        "StatefulPartitionedCall/gradient_tape/compile_loss/mse/Mul",
        "StatefulPartitionedCall/compile_loss/mse/sub",
        "StatefulPartitionedCall/sgd_1/Cast/ReadVariableOp",
    ]
    guessed = Guessed(nodes)
    assert [(found := guessed.owner(node)) and found.layer for node in nodes] == ["dense_1"] * 2 + [None] * 3


def test_where_the_graph_that_ran_has_other_scopes_owners_are_guessed():
    nodes = {0: "model/dense/MatMul", 1: "model/lstm/while/Add"}
    assert {use.certainty for use in owners_of(nodes, LAYERS).values()} == {"guessed"}
    assert {use.layer for use in owners_of(nodes, None).values()} == {"dense", "lstm"}
    told = owners_of({**nodes, 2: "functional_1/dense_1/Relu"}, LAYERS)
    assert {key: use.certainty for key, use in told.items()} == {2: "known"}
