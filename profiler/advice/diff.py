"""The recommendation as a unified diff of the line that calls predict."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from ..protocol.candidates import Candidate

ONCE = "# once, before the loop"
_PADDED = (
    "def padded(x):  # to powers of two, since XLA compiles each number of rows anew",
    "    rows = len(tf.nest.flatten(x)[0])",
    "    more = (1 << (rows - 1).bit_length()) - rows",
    "    return tf.nest.map_structure(lambda a: np.pad(a, [(0, more)] + [(0, 0)] * (a.ndim - 1)), x)",
)


@dataclass(frozen=True)
class Line:
    """The line that calls predict.

    Attributes:
        model, x, y: what the model, its input and its outputs are called there.
        text: the line as it stands; None for the usual one.
        indent: the blanks before it.
        file: whose line it is, for the head of the diff.
        several_inputs, several_outputs: whether they are structures of arrays.
        vary: whether the number of rows varies.
    """

    model: str = "model"
    x: str = "x"
    y: str = "y"
    text: str | None = None
    indent: str = ""
    file: str = "your_code.py"
    several_inputs: bool = False
    several_outputs: bool = False
    vary: bool = False

    @property
    def before(self) -> str:
        """The line that is replaced."""
        return self.text or f"{self.indent}{self.y} = {self.model}.predict({self.x}, verbose=0)"

    @property
    def signature(self) -> str:
        """The open signature of its input."""
        if self.several_inputs:
            return f"tf.nest.map_structure(lambda a: tf.TensorSpec((None, *a.shape[1:]), a.dtype), {self.x})"
        return f"tf.TensorSpec((None, *{self.x}.shape[1:]), {self.x}.dtype)"

    @property
    def row_count(self) -> str:
        """The expression for the rows of a call."""
        return f"len(tf.nest.flatten({self.x})[0])" if self.several_inputs else f"len({self.x})"


def unified(candidate: Candidate, line: Line) -> str:
    """Return the unified diff that puts a candidate in the place of predict."""
    after = [*_once(candidate, line), f"{line.indent}{line.y} = {_each(candidate, line)}"]
    found = difflib.unified_diff([line.before], after, line.file, line.file, lineterm="", n=0)
    return "\n".join(found) + "\n"


def _once(candidate: Candidate, line: Line) -> Iterator[str]:
    """Yield the lines that come once: they stand above the loop, and so have its call's indent at most."""
    pads = candidate.pads and line.vary
    once = (*(_PADDED if pads else ()), *(_filled(text, line) for text in candidate.once))
    imports = dict.fromkeys((*(("import numpy as np",) if pads else ()), *candidate.imports))
    if not once and not imports:
        return
    yield from (f"{line.indent}{text}" for text in (ONCE, *imports, *once))


def _each(candidate: Candidate, line: Line) -> str:
    pads = candidate.pads and line.vary
    each = _filled(candidate.each, Line(**{**vars(line), "x": f"padded({line.x})"}) if pads else line)
    if not candidate.gives_tensors:
        return each
    cut = f"[:{line.row_count}]" if pads else ""
    if line.several_outputs:
        return f"tf.nest.map_structure(lambda t: t.numpy(){cut}, {each})"
    return f"{each}.numpy(){cut}"


def _filled(text: str, line: Line) -> str:
    return text.format(model=line.model, x=line.x, rows=line.row_count, signature=line.signature)
