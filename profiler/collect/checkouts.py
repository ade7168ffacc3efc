"""Takes the modules of one checkout in place of another's, as where two revisions are compared."""

from __future__ import annotations

import os
from typing import Iterator, Sequence

from ..protocol.spec import Moved


def moved(path: Sequence[str], checkouts: Moved) -> Iterator[str]:
    """Yield the folders of ``sys.path`` with those of one checkout taken from the other.

    Args:
        path: the folders; a checkout that is installed to be edited, or on ``PYTHONPATH``, is among them.
        checkouts: the checkout, and the one that takes its place. A folder that the other does not have, like
            a virtual environment, stays.
    """
    before = os.path.realpath(checkouts.before)
    for entry in path:
        real = os.path.realpath(entry)
        inside = real == before or real.startswith(before + os.sep)
        other = os.path.normpath(os.path.join(checkouts.after, os.path.relpath(real, before)))
        yield other if entry and inside and os.path.isdir(other) else entry
