"""Whose kernel a name means: the layer whose name scope it carries.

A kernel's event reads ``node:OpType``, and a node's name holds the scopes that were open when it was made:
``functional_1/lstm_1/while/body/_33/functional_1/lstm_1/while/MatMul``. Before them stand the calls of
functions that TensorFlow put the graph together from (``StatefulPartitionedCall/...``), so a scope is looked
for anywhere in a name, in whole steps, and never in the last one, which is the operation's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ...protocol.scopes import LayerScopes
from ...tables.layers import AMBIGUOUS, GUESSED, KNOWN

# Steps that TensorFlow puts before the scopes of a model.
CALLED = re.compile(r"(?:Stateful|Remote)?PartitionedCall(?:_\d+)?|gradient_tape|_inline\w*")
OF_GRADIENTS = "gradient_tape"
MOST_STEPS = 100
"""No node of a model lies in more scopes than this; what does belongs to no layer."""


@dataclass(frozen=True)
class Use:
    """A use of a layer: one name scope.

    Attributes:
        layer: the names of the models that it lies in and its own; empty for what belongs to no layer.
        use, uses: which use of the layer it is, and how many there are; both 0 for no layer.
        class_name: of the layer; empty where it is unknown.
        parameters: the layer's number of weights; None where it is unknown.
        scope: the name scope.
        certainty: one of `tables.layers.CERTAINTIES`.
        several: whether several calls of the layer have this scope.
    """

    layer: str
    use: int
    uses: int
    class_name: str
    parameters: int | None
    scope: str
    certainty: str
    several: bool = False


NO_LAYER = Use("", 0, 0, "", None, "", KNOWN)


class Owners(Protocol):
    """Says whose kernels they are."""

    def owner(self, node: str) -> Use | None:
        """Return the use of a layer that the kernel of a node belongs to; None: it belongs to none."""


class Told:
    """Owners by the scopes that the model's own graph had."""

    def __init__(self, layers: Sequence[LayerScopes]) -> None:
        claims: dict[tuple[str, ...], list[Use]] = {}
        for one in layers:
            for number, scope in enumerate(one.scopes):
                use = Use(
                    one.path,
                    number + 1,
                    len(one.scopes),
                    one.class_name,
                    one.parameters,
                    scope,
                    KNOWN,
                    one.shares_scopes,
                )
                claims.setdefault(tuple(scope.split("/")), []).append(use)
        self._uses = {scope: _one_of(of_scope) for scope, of_scope in claims.items()}
        self._longest = max(map(len, claims), default=0)

    def owner(self, node: str) -> Use | None:
        """Return the use with the longest scope in the node's name; the model's own is no layer's."""
        steps = tuple(node.split("/", MOST_STEPS)[:-1])
        for length in range(min(self._longest, len(steps)), 0, -1):
            for begin in range(len(steps) - length + 1):
                found = self._uses.get(steps[begin : begin + length])
                if found is not None:
                    return found if found.layer else None
        return None


def _one_of(uses: list[Use]) -> Use:
    """Return the one use of a scope, or what several that share it are together."""
    first = uses[0]
    if len(uses) == 1:
        return first
    names = " or ".join(sorted({one.layer or "the model itself" for one in uses}))
    return Use(names, 1, 1, "", None, first.scope, AMBIGUOUS)


class Guessed:
    """Owners by names alone: the step after the model's is taken for a layer.

    ``MODEL/LAYER/.../Operation``: what lies in a nested model is one layer, and a layer that is used twice
    looks like two.
    """

    def __init__(self, nodes: Iterable[str]) -> None:
        split = [node.split("/") for node in nodes]
        after = {one[one.index(OF_GRADIENTS) + 1] for one in split if OF_GRADIENTS in one[:-1]}
        self._models = {step for step in after if not step.startswith("compile_")}
        self._uses: dict[tuple[str, str], Use] = {}

    def owner(self, node: str) -> Use | None:
        """Return the layer that a node's name looks like; of a training step only those with a gradient."""
        steps = node.split("/")[:-1]
        while steps and CALLED.fullmatch(steps[0]):
            del steps[0]
        if len(steps) < 2 or (self._models and steps[0] not in self._models):
            return None
        key = (steps[0], steps[1])
        use = Use(steps[1], 1, 1, "", None, "/".join(key), GUESSED)
        return self._uses.setdefault(key, use)


def owners_of(nodes: Mapping[int, str], layers: Sequence[LayerScopes] | None) -> dict[int, Use]:
    """Return whose kernels some nodes are, by key; what belongs to no layer is left out.

    Where the model's layers are known but none of their scopes is found, the graph that ran had other names
    than the one that was watched, and owners are guessed.

    Args:
        nodes: key -> name.
        layers: the model's, or None where they are not known.
    """
    if layers:
        found = _owned(nodes, Told(layers))
        if found:
            return found
    return _owned(nodes, Guessed(nodes.values()))


def _owned(nodes: Mapping[int, str], owners: Owners) -> dict[int, Use]:
    found = ((key, owners.owner(node)) for key, node in nodes.items())
    return {key: use for key, use in found if use is not None}
