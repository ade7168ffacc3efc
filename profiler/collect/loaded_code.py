"""Lists the loaded files that the Python events of a trace can mean: an event has only the base name."""

from __future__ import annotations

import os
import re
import sys
from typing import Iterable

from ..protocol.inspection import LoadedCode
from .places import portable, qualified_names

# $trainer.py:521 predict
_EVENT = re.compile(rb"\$([^\x00-\x1f/$:]+\.py):(\d+) ")


def describe(traces: Iterable[str]) -> LoadedCode:
    """Return which files and functions the Python events in the trace files of this process can mean.

    ``files``: base name -> the loaded modules' files of that name, without this machine's folders, for each
    base name in a trace. ``functions``: (file, first line, name) of the functions in which such files differ,
    for each line in a trace.
    """
    lines: dict[str, set[int]] = {}
    for path in traces:
        with open(path, "rb") as file:
            for base, line in _EVENT.findall(file.read()):
                lines.setdefault(base.decode("utf-8", "replace"), set()).add(int(line))
    loaded = _loaded(set(lines))
    functions = [
        (portable(path), line, name)
        for base, paths in loaded.items()
        if len(paths) > 1
        for path in paths
        for line, name in qualified_names(path)
        if line in lines[base]
    ]
    files = {base: [portable(path) for path in paths] for base, paths in loaded.items()}
    return LoadedCode(files, sorted(functions))


def _loaded(bases: set[str]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if isinstance(path, str) and os.path.basename(path) in bases:
            found.setdefault(os.path.basename(path), set()).add(path)
    return {base: sorted(paths) for base, paths in sorted(found.items())}
