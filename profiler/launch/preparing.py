"""Prepares an environment: has its interpreter build every workload once, and plans from its answer."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import environments
from ..environments import variables
from ..environments.interpreters import find_interpreters
from ..environments.sound_cprofile import first_sound
from ..plan import loadable, processes, user_model
from ..plan.estimate import CallCost
from ..plan.processes import Plan
from ..plan.request import Request
from ..protocol import files, schemas
from ..protocol.errors import CollectError, KprofError, UsageError
from ..protocol.options import option
from ..protocol.spec import (
    AdviseSpec,
    Answer,
    EnvironmentFacts,
    GivenModel,
    MeasureSpec,
    Moved,
    ProvingSpec,
    Spec,
    WorkerExit,
    WorkloadFacts,
    WorkloadSpec,
)
from ..protocol.vocabulary import WORKLOADS
from ..readers.model_files import ModelFile
from ..runs import validation
from . import worker
from .listener import Listener
from .worker import Job, Location

PREPARE_TIMEOUT_S = 300.0


@dataclass(frozen=True)
class Site:
    """Where workers run: an interpreter, a folder, and what they measure there.

    Attributes:
        request: what is measured.
        python: the interpreter that measures.
        given: the user's own model, or None for built-in workloads.
        file: what the model's file says of itself; None for a factory and for built-in workloads.
        folder: the workers' working folder.
        temporary: a folder for specs and answers.
        archive: the worker's zip.
        moved: the checkout that a factory's modules are taken from instead of another.
        beside: more models of the user's, measured beside ``given``.
    """

    request: Request
    python: str
    given: WorkloadSpec | None
    file: ModelFile | None
    folder: Path
    temporary: Path
    archive: Path
    moved: Moved | None = None
    beside: tuple[WorkloadSpec, ...] = ()

    def contents(self) -> GivenModel | None:
        """Return what identifies the user's own model; None for built-in workloads."""
        return None if self.given is None else user_model.contents(self.given, self.folder)

    def spec(
        self,
        output: Path,
        workloads: Sequence[str],
        measure: MeasureSpec | None = None,
        prove: ProvingSpec | None = None,
        advise: AdviseSpec | None = None,
    ) -> Spec:
        """Return what a worker is asked to do with workloads of these names."""
        return Spec(
            output=str(output),
            workloads=[self._workload(name) for name in workloads],
            path=[] if self.given is None else [str(self.folder)],
            pin=list(self.request.pin) if measure or prove or advise else [],
            measure=measure,
            parent=os.getpid(),
            prove=prove,
            moved=self.moved,
            advise=advise,
        )

    def _workload(self, name: str) -> WorkloadSpec:
        beside = next((one for one in self.beside if one.name == name), None)
        return beside or self.given or WorkloadSpec(name)

    def work(self, spec: Spec, output: Path, timeout_s: float) -> WorkerExit:
        """Run a worker to its end; what it prints goes to ``output``."""
        job = self.job(spec, output, timeout_s)
        return worker.run(job.python, job.arguments, job.output, job.timeout_s, job.where)

    def job(self, spec: Spec, output: Path, timeout_s: float) -> Job:
        """Return a worker's process that carries out a spec, which is written for it."""
        path = self.temporary / "spec.json"
        files.write_json(str(path), {"schema": schemas.SPEC, **dataclasses.asdict(spec)})
        where = Location(self.folder, keeps_pythonpath=self.given is not None)
        return Job(self.python, [str(self.archive), str(path)], output, timeout_s, where)


@dataclass(frozen=True)
class Prepared:
    """An environment that can be measured: its name among others, its site, its facts and its plan."""

    name: str
    site: Site
    environment: EnvironmentFacts
    plan: Plan

    @property
    def slug(self) -> str:
        """The environment's slug."""
        return self.environment.slug


def site(request: Request, temporary: Path, folder: Path | None = None) -> Site:
    """Return the site of a request.

    Args:
        request: what is measured, with absolute paths.
        temporary: a folder for the worker's zip, specs and answers.
        folder: where a user's own model is measured from; None for the working folder.

    Raises:
        OptionError: an interpreter, a model or an input that does not exist.
    """
    file = user_model.model_file(request.model)
    given = user_model.spec(request, file)
    return Site(
        request=request,
        python=sys.executable if request.python is None else user_model.interpreter(request.python),
        given=given,
        file=file,
        # built-in workloads are measured where no module of the user's is found
        folder=(folder or user_model.working_folder()) if given else temporary,
        temporary=temporary,
        archive=worker.build_zip(temporary / "kprof_worker.zip"),
    )


def prepare(name: str, where: Site, listener: Listener, notes: Sequence[str] = ()) -> Prepared:
    """Return an environment that can be measured, having built every workload in it once.

    Args:
        name: what the environment is called beside others, like its release.
        where: its site.
        listener: is told that it is being prepared.
        notes: what is to be known of it beside every report.

    Raises:
        CollectError: it cannot be measured, or cannot build a workload.
    """
    found = ask(where, listener).environment
    if found is None:
        raise CollectError("said nothing of itself", where.python)
    for workload, facts in found.workloads.items():
        if facts.error is not None:
            raise _not_measured(workload, facts, where.file, found)
    if where.file is not None and where.given is not None and where.given.signature is None:
        notes = [*notes, *filter(None, [loadable.note(where.file, found)])]
    found = dataclasses.replace(
        found,
        variables=variables.recorded(keep_pythonpath=where.given is not None),
        notes=list(notes),
        cprofile_remedy=remedy(where) if found.cprofile_lost_frames else None,
    )
    return Prepared(name, where, found, plan(where.request, found))


def _not_measured(
    workload: str, facts: WorkloadFacts, file: ModelFile | None, found: EnvironmentFacts
) -> CollectError:
    """Return why a workload cannot be measured; for a file of another Keras, the release that loads it."""
    if facts.not_loaded is not None and file is not None:
        to_do = loadable.remedy(file, found)
        if to_do is not None:
            return CollectError(f"cannot measure {workload}: {facts.not_loaded}", to_do=to_do)
    return CollectError(f"cannot measure {workload}: {facts.error}")


def remedy(where: Site) -> str | None:
    """Return an interpreter of this machine whose cProfile keeps its frames, as a person names it."""
    sound = first_sound(find_interpreters(), where.archive)
    return None if sound is None else f"Python {sound.version}"


def plan(request: Request, environment: EnvironmentFacts) -> Plan:
    """Return what will be measured in an environment that has described itself.

    Raises:
        UsageError: it does not say what a call of the user's model takes, as in a run that was altered.
    """
    return processes.make(request, cost(request, environment))


def cost(request: Request, environment: EnvironmentFacts) -> CallCost | None:
    """Return what a call of the user's model takes in an environment; None for built-in workloads.

    Raises:
        UsageError: it does not say.
    """
    if request.model is None:
        return None
    name = processes.workload_name(request.model)
    facts = environment.workloads.get(name, WorkloadFacts())
    numbers = (facts.call_ns, facts.batch_size or 1, facts.rows or 1)
    if facts.call_ns is None or min(one for one in numbers if one is not None) < 1:
        raise UsageError(f"does not say how large {name} is and how long a call takes", environment.slug)
    call_s = facts.call_ns / 1e9
    return CallCost(call_s, call_s, facts.batch_size, facts.rows)


def ask(where: Site, listener: Listener, diagnose: bool = False) -> Answer:
    """Return what the measured interpreter says of itself.

    Args:
        where: its site.
        listener: is told that it is being prepared.
        diagnose: whether it tries the TensorFlow profiler too.

    Raises:
        CollectError: it does not start, it answers nothing, or it has no TensorFlow that can be measured.
    """
    listener.note(f"preparing {where.python}")
    folder = where.temporary / "environment"
    given = [one.name for one in (where.given, *where.beside) if one is not None]
    names = given or where.request.workloads or WORKLOADS
    spec = dataclasses.replace(where.spec(folder, names), diagnose=diagnose)
    ended = where.work(spec, where.temporary / files.STDERR_FILE, PREPARE_TIMEOUT_S)
    try:
        answer = validation.read(folder / files.ENVIRONMENT_FILE, schemas.ENVIRONMENT, Answer)
    except KprofError as error:
        raise _unanswered(where, ended) from error
    if answer.error is not None:
        raise CollectError(answer.error, where.python, answer.to_do or _how_to_install(where))
    return answer


def _how_to_install(where: Site) -> str:
    own = where.request.python is None
    how = (
        "pip install 'kprof[tensorflow]'" if own else f"{shlex.quote(where.python)} -m pip install tensorflow"
    )
    return f"install it there ({how}), or name another interpreter with {option('python')}"


def _unanswered(where: Site, ended: WorkerExit) -> CollectError:
    """Return why a worker that has ended said nothing of its environment."""
    reason = ended.reason or "it ended without an answer"
    if where.given is None:
        return CollectError(f"cannot be measured: {reason}", where.python)
    what = {
        "timeout": f"could not be built and called within {PREPARE_TIMEOUT_S:.0f} s; does its code wait?",
        "ok": "its code ended the process that was to measure it; have it return the model",
    }.get(ended.status, f"could not be built and called: {reason}")
    return CollectError(f"{what} (measured with {where.python})", f"model {where.request.model}")


@contextlib.contextmanager
def released(release: str, request: Request, listener: Listener) -> Iterator[tuple[Request, tuple[str, ...]]]:
    """Hold the environment of a TensorFlow release; yield the request that measures there, and notes on it.

    The environment is made where it is missing, and nobody removes it meanwhile.

    Raises:
        UsageError: no such version number.
        EnvironmentUnavailableError: it cannot be made.
    """
    with environments.in_use(release, listener.note) as made:
        yield dataclasses.replace(request, python=made.python), made.notes


def unlisted(release: str) -> str | None:
    """Return what to say of a release that kprof's table lacks, before it is looked for; None for others.

    Raises:
        UsageError: no version number, or none of TensorFlow 2.
    """
    wanted = environments.look_up(release)
    if wanted.listed:
        return None
    nearest = " or ".join(row.version for row in wanted.rows)
    return (
        f"{wanted.version} is not in kprof's table: the package index will be asked for it, "
        f"and the pins of {nearest} will be tried"
    )
