"""kprof: says where Keras ``predict()`` spends its time, and what to do about it.

    import profiler

    run = profiler.run("tiny", budget_s=2)   # or profiler.load("latest")
    run.shares()
    profiler.advise("tiny").diff

Importing this package imports neither TensorFlow nor pandas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import version

if TYPE_CHECKING:
    from .api import ForeignRun, Run, advise, compare, gate, load, run, sweep
    from .plan.request import Request

__version__ = version.VERSION

__all__ = ["ForeignRun", "Request", "Run", "__version__", "advise", "compare", "gate", "load", "run", "sweep"]


def __getattr__(name: str) -> Any:
    if name == "Request":
        from .plan.request import Request

        return Request
    if name in ("ForeignRun", "Run", "advise", "compare", "gate", "load", "run", "sweep"):
        from . import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
