"""What the worker says of a model's layers and of the name scopes of their kernels, as dataclasses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import List, Optional

from .vocabulary import require_at_least


@dataclass(frozen=True)
class LayerScopes:
    """A layer as it was called while the model's graph was built.

    ``path``: the names of the models and layers that it lies in and its own, with ``/`` between them; empty
    for the model itself. ``scopes``: the different name scopes of its calls, in order; a shared layer has
    several. ``parameters``: its number of weights; None where it tells none. ``calls``: how often it was
    called; in Keras 2 those of a shared layer have one scope.
    """

    path: str
    class_name: str
    scopes: List[str]
    parameters: Optional[int] = None
    calls: Optional[int] = None

    def __post_init__(self) -> None:
        require_at_least(0, parameters=self.parameters, calls=self.calls)

    @property
    def shares_scopes(self) -> bool:
        """Whether several of its calls have the same scope."""
        return self.calls is not None and self.calls > len(self.scopes)


@dataclass(frozen=True)
class ModelScopes:
    """``scopes.json``: the layers of the model whose calls were traced; ``error`` says why none is known."""

    layers: List[LayerScopes] = field(default_factory=list)
    error: Optional[str] = None
