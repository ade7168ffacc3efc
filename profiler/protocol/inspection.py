"""What the worker says of one inspected call and of the code that was loaded, as dataclasses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, List, Optional

from .vocabulary import Label, require_at_least


@dataclass(frozen=True)
class InspectedFunction:
    """A catalogue's function in the measured release: whether it exists, where, and how often it was entered.

    ``outside`` counts entries from outside of it, recursive ones not among them; None where that is unknown.
    ``within``: the catalogue's functions that were on the stack at every entry; None where that is unknown.
    ``on_other_threads``: whether another thread than the calling one entered it.
    ``error``: why nobody knows whether it exists, as where its file cannot be parsed.
    """

    exists: bool
    path: str = ""
    lines: List[int] = field(default_factory=list)
    qualified_name: str = ""
    entered: int = 0
    outside: Optional[int] = None
    within: Optional[List[str]] = None
    error: Optional[str] = None
    on_other_threads: bool = False

    def __post_init__(self) -> None:
        require_at_least(0, entered=self.entered, outside=self.outside)
        if self.exists and not (self.path and self.qualified_name and self.lines):
            raise ValueError("path, lines or qualified_name of a function that exists is missing")


@dataclass(frozen=True)
class CodePlace:
    """A function's file, first line and name."""

    path: str
    line: int
    name: str


@dataclass(frozen=True)
class Inspection:
    """``inspect.json``: what ran in one call that is never timed.

    ``wrapper``: the outermost Python function of the call. ``unseen_threads``: those that were alive and that
    the worker's Python cannot watch.
    """

    functions: Dict[str, InspectedFunction]
    loop: Optional[str] = None
    data_adapter: Optional[str] = None
    flag_experimental_run_tf_function: Optional[bool] = None
    graphs_traced: Optional[int] = None
    functions_traced: List[str] = field(default_factory=list)
    iterators_made: Optional[int] = None
    python_calls: Optional[int] = None
    wrapper: Optional[CodePlace] = None
    unseen_threads: List[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        require_at_least(0, graphs_traced=self.graphs_traced, iterators_made=self.iterators_made)


@dataclass(frozen=True)
class LoadedCode:
    """``code.json``: the files and functions that a trace's Python events can mean, by base name."""

    files: Dict[str, List[str]]
    functions: List[Label]
