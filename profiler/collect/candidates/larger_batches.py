"""``predict`` with all rows in one batch."""

from __future__ import annotations

from . import Subject, UnsuitableError, Way, rows_of


def prepare(subject: Subject) -> Way:
    """Return predict with a batch as large as the input.

    Raises:
        UnsuitableError: all rows are one batch anyway.
    """
    predict, framework = subject.model.predict, subject.framework
    if not subject.varies and rows_of(subject.x, framework) <= subject.batch_size:
        raise UnsuitableError(f"the rows of a call are one batch of {subject.batch_size} anyway")
    return Way(lambda x: predict(x, batch_size=rows_of(x, framework), verbose=0))
