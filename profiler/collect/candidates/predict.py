"""``predict`` as a loop calls it: what every other way is compared with."""

from __future__ import annotations

from . import Subject, Way


def prepare(subject: Subject) -> Way:
    """Return predict with the batches that it makes by itself."""
    predict, batch_size = subject.model.predict, subject.batch_size
    return Way(lambda x: predict(x, batch_size=batch_size, verbose=0))
