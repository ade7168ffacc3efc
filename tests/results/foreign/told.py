"""What files say, through the builder that chooses a module by their format."""

from pathlib import Path

from profiler.results.foreign.build import build
from profiler.results.foreign.document import ForeignFile, ForeignReport
from profiler.runs.foreign import open_files


def report(path: Path) -> ForeignReport:
    return build(str(path), open_files(path))


def file(path: Path) -> ForeignFile:
    (found,) = report(path).files
    return found
