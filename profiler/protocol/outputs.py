"""``outputs.json``: the outputs of a variant's calls, as the worker describes them for the analyzer.

The annotations use ``typing``'s names, as in `spec`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, List, Optional


@dataclass(frozen=True)
class OutputArray:
    """One array of a model's outputs.

    Attributes:
        name: its place among several, as ``[0]`` or ``['a']``; empty for a single one.
        alike: what all of its values are, where they are one.
    """

    name: str
    dtype: str
    shape: List[int]
    alike: Optional[str] = None


@dataclass(frozen=True)
class OutputDifference:
    """How far outputs lie from those of another call: the largest difference over all values.

    NaN equals NaN. ``absolute``, ``relative`` and ``ulp`` are of finite numbers; None where there are none.

    Attributes:
        mismatch: what differs besides values: the structure, a shape or a dtype; None where nothing does.
        values: how many values were compared.
        beyond: how many of them differ by more than the tolerance.
        ulp: in representable numbers.
        tolerance: relative; of several dtypes the widest.
    """

    mismatch: Optional[str]
    values: int = 0
    beyond: int = 0
    absolute: Optional[float] = None
    relative: Optional[float] = None
    ulp: Optional[int] = None
    tolerance: Optional[float] = None

    def __post_init__(self) -> None:
        for name in ("values", "beyond", "absolute", "relative", "ulp"):
            value = getattr(self, name)
            if value is not None and not 0 <= value < float("inf"):
                raise ValueError(f"{name} is {value}, a number of at least 0 is needed")

    @property
    def same(self) -> bool:
        """Whether the outputs are the same within the tolerance."""
        return self.mismatch is None and not self.beyond


@dataclass(frozen=True)
class Outputs:
    """``outputs.json``: the outputs of a variant's call, and how they compare with others.

    Attributes:
        arrays: the arrays.
        repeated: a second call's outputs, against the first one's.
        against: by variant, its outputs against that variant's, on the same input.
    """

    arrays: List[OutputArray]
    repeated: OutputDifference
    against: Dict[str, OutputDifference] = field(default_factory=dict)
