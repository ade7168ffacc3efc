"""The input of the user's own model: arrays of their file or function, batches of their own, or drawn."""

from __future__ import annotations

from typing import Any

from ...protocol.errors import UsageError
from ...protocol.options import option
from ...protocol.spec import WorkloadSpec
from ...protocol.vocabulary import is_factory
from ..batched import Batched, is_batched, look_through
from ..frameworks import Framework
from . import arrays, factories, inputs

FILE_FORMS = ".npy gives one array, .npz a dictionary by name, or a list where the arrays have no names"
FUNCTION_FORMS = "let it return one array, a list of arrays, a dictionary by name, or an iterable of batches"
WAYS = f"give {option('input')} (.npy, .npz or module:function) or {option('input_shape')}"


class GivenInput:
    """Where a model's input comes from, as its user said.

    Args:
        workload: names a file or a function, or the shape of a row; or neither.
        framework: what the model runs on.
    """

    def __init__(self, workload: WorkloadSpec, framework: Framework) -> None:
        self._source = workload.input
        self._shapes = workload.input_shape
        self._framework = framework
        self._opened: arrays.Arrays | Batched | None = None

    @property
    def place(self) -> str:
        """The file, function or option that it is from."""
        return self._source or option("input_shape")

    @property
    def forms(self) -> str | None:
        """What forms the input can have there."""
        if self._source is None:
            return None
        return FUNCTION_FORMS if is_factory(self._source) else FILE_FORMS

    def batched(self) -> Batched | None:
        """Return the input where it comes in batches of its own; None where it is arrays or drawn."""
        opened = self._open()
        return opened if isinstance(opened, Batched) else None

    def require(self, batch_size: int) -> None:
        """Raise `UsageError` where the input comes in batches of another size."""
        batched = self.batched()
        if batched is not None and batched.batch_size != batch_size:
            what = f"its {batched.kind} gives batches of {batched.batch_size} rows, not {batch_size}"
            raise UsageError(what, self.place, f"leave out {option('batch_sizes')}")

    def sample(self) -> Any:
        """Return some of the input as it is, to build a model with; None where nothing is known of it."""
        opened = self._open()
        if isinstance(opened, Batched):
            return opened.kept()[0]
        if opened is not None:
            return inputs.taken_as_stored(opened, 1, self._framework)[0]
        return self._draw(None, 1)[0] if self._shapes else None

    def rows(self, structure: Any, rows: int) -> tuple[Any, list[str]]:
        """Return ``rows`` rows for every input of a model, and what to tell the user about them.

        Args:
            structure: the model's inputs; None where it does not say what it takes.
            rows: how many; those of all its batches where it comes in batches.

        Raises:
            UsageError: there is no input and the values cannot be drawn, or it does not fit.
        """
        opened = self._open()
        if isinstance(opened, Batched):
            if rows != opened.rows:
                what = f"its {opened.kind} gives {opened.rows} rows in a call, not {rows}"
                raise UsageError(what, self.place, f"leave out {option('rows')} and {option('batch_sizes')}")
            return opened, [f"{self.place}: one call takes its whole {opened.kind}, {opened.rows} rows"]
        if opened is None:
            return self._draw(structure, rows)
        if structure is None:
            return inputs.taken_as_stored(opened, rows, self._framework)
        return inputs.taken(opened, structure, rows, self._framework)

    def _draw(self, structure: Any, rows: int) -> tuple[Any, list[str]]:
        import numpy

        if structure is None and not self._shapes:
            raise UsageError("the model does not say what it takes", to_do=WAYS)
        shaped = inputs.with_shapes(structure, self._shapes, self._framework) if self._shapes else structure
        return inputs.draw(shaped, rows, numpy)

    def _open(self) -> arrays.Arrays | Batched | None:
        if self._opened is None and self._source is not None:
            self._opened = self._of_function() if is_factory(self._source) else arrays.of_file(self._source)
        return self._opened

    def _of_function(self) -> arrays.Arrays | Batched:
        make = factories.find(self.place)
        value = make()
        if is_batched(value):
            return look_through(self.place, value, make, self._framework)
        return arrays.of_value(self.place, value)
