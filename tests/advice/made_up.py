"""Candidates and models that are made up."""

import dataclasses

from profiler.advice.document import CandidateAdvice, OutputsAgainst
from profiler.protocol.advising import ModelFacts
from profiler.protocol.outputs import OutputArray, OutputDifference

EQUAL = OutputsAgainst(True, 0.0, 0.0, 0, "equal bit for bit")
OTHER = OutputsAgainst(False, 0.5, 1.0, 99, "32 of 32 values, by at most 0.5")
APART = OutputDifference(None, 32, 32, 0.5, 1.0, 99, 1e-3)
MODEL = ModelFacts([32], 1, 32, 32, [OutputArray("", "float32", [32, 1])])


def way(name, ratio, **more):
    """Return a candidate that takes so much of predict's time, which its interval tells from 1."""
    interval = (ratio * 0.9, ratio * 1.05)
    verdict = "differs" if interval[1] < 1 or interval[0] > 1 else "cannot tell"
    made = CandidateAdvice(name, ratio, interval, verdict, EQUAL, one_time_ms=50.0, break_even_calls=2)
    return dataclasses.replace(made, **more)


def model(**more):
    return dataclasses.replace(MODEL, **more)
