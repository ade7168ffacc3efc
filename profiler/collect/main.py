"""The worker's command line: ``SPEC.json``, or ``selftest``."""

from __future__ import annotations

import dataclasses
import os
import sys

from ..protocol import errors, files, schemas
from ..protocol.decoding import decode
from ..protocol.spec import Answer, Spec
from . import checkouts, frameworks, selftest
from .parent import Parent


def main(arguments: list[str]) -> int:
    """Carry out one spec and return the exit code.

    ``selftest`` exits 0 when this interpreter's cProfile keeps its frames, 1 when it does not. A `Spec` that
    has nothing to measure, prove or try writes ``environment.json`` and builds every workload once; else
    captures are written.
    """
    if arguments == ["selftest"]:
        return 0 if selftest.is_sound() else 1
    if len(arguments) != 1:
        sys.stderr.write("usage: SPEC.json | selftest\n")
        return errors.EXIT_USAGE
    spec = decode(Spec, files.read_json(arguments[0], schemas.SPEC))
    parent = Parent(spec.parent, spec.output)
    parent.watch()
    sys.path.extend(spec.path)
    if spec.moved is not None:
        sys.path[:] = checkouts.moved(sys.path, spec.moved)
    if spec.pin:
        # Before the framework starts its threads, which inherit it.
        os.sched_setaffinity(0, spec.pin)
    try:
        framework = frameworks.load(frameworks.wanted(os.environ))
    except errors.CollectError as error:
        _write_answer(spec, Answer(_without_remedy(error), to_do=error.to_do))
        return errors.EXIT_USAGE
    # What they import is slow where it is not needed, as for the self-test.
    if spec.prove is not None:
        from .proving import rounds

        rounds.run(spec, spec.prove, framework, parent)
    elif spec.advise is not None:
        from .advising import trial

        trial.run(spec, spec.advise, framework, parent)
    elif spec.measure is None:
        from . import environment

        folder = os.path.join(spec.output, "session")
        diagnosis = environment.diagnose(folder, framework) if spec.diagnose else None
        _write_answer(spec, Answer(None, environment.describe(spec, framework), diagnosis))
    else:
        from . import measure

        measure.run(spec, spec.measure, framework, parent)
    return errors.EXIT_DONE


def _without_remedy(error: errors.CollectError) -> str:
    return str(errors.CollectError(error.what, error.where))


def _write_answer(spec: Spec, answer: Answer) -> None:
    os.makedirs(spec.output, exist_ok=True)
    path = os.path.join(spec.output, files.ENVIRONMENT_FILE)
    files.write_json(path, {"schema": schemas.ENVIRONMENT, **dataclasses.asdict(answer)})
