"""One process's trial of ways to call: each is prepared, all are measured in turns, outputs are compared."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import os
import tempfile
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterator, List, Optional

from ...protocol import advising, files, schemas
from ...protocol import calls as counting
from ...protocol.advising import CandidateFacts, ModelFacts
from ...protocol.candidates import BASELINE, candidate
from ...protocol.instruments import instrument
from ...protocol.proving import WALL
from ...protocol.spec import AdviseSpec, CandidateSpec, CaptureManifest, Spec
from ...protocol.switching import SLOW_CALL_NS
from .. import blocks, candidates, captures, harness, instruments, outputs, reasons
from ..candidates import MissingPackageError, Subject, UnsuitableError, Way
from ..frameworks import Framework
from ..growth import Meter
from ..harness import Call
from ..models import built_in, states
from ..parent import Parent
from ..probes.watches import Watches
from ..taking import Taking, middle
from . import equality
from .inputs import Pool, cases
from .watchdog import Watchdog


def run(spec: Spec, part: AdviseSpec, framework: Framework, parent: Parent) -> None:
    """Try the candidates of a spec, and write a capture with ``candidate.json`` for each.

    One that raises leaves a failed capture with the reason, and the others go on. One that takes longer than
    the limit ends the process: ``doing.json`` names it.
    """
    with tempfile.TemporaryDirectory(prefix="kprof-export-") as folder:
        trial = _Trial(spec, part, framework, folder)
        trial.prepare(parent)
        trial.measure(parent)
        if part.compares:
            trial.compare(parent)
        trial.finish()


@dataclass
class _Tried:
    """A candidate that is ready, and what is known of it."""

    entry: CandidateSpec
    way: Way
    taking: Taking
    facts: CandidateFacts

    @property
    def id(self) -> str:
        return self.entry.variant.entry_point


@dataclass
class _Started:
    """A candidate whose first calls have been made: what is called, and what that took."""

    way: Way
    call: Call
    start_ns: int
    warm_up_ns: List[int]
    facts: CandidateFacts


class _Trial:
    def __init__(self, spec: Spec, part: AdviseSpec, framework: Framework, folder: str) -> None:
        self._output = spec.output
        self._part = part
        self._framework = framework
        self._folder = folder
        self._watchdog = Watchdog(spec.output, part.limit_s)
        self._watches = Watches(part.catalogue)
        self._meter = Meter(framework)
        self._tried: List[_Tried] = []
        self._compared: Dict[str, List[advising.Compared]] = {}
        self._outputs_error: Dict[str, str] = {}
        self._model_facts: Optional[ModelFacts] = None
        variant = part.candidates[0].variant
        workload = built_in.open_workload(spec.workloads[0], framework)
        self._batch_size = variant.batch_size
        self._fixed = workload.fixed_batch_size() is not None
        self._model, self._model_state = workload.build(variant.compile_state, variant.batch_size)
        self._pool = Pool(workload, framework, max(part.sizes), variant.batch_size)
        self._notes = workload.notes(variant.compile_state) + self._pool.notes
        self._inputs = [self._pool.rows(count) for count in part.rows]

    def prepare(self, parent: Parent) -> None:
        """Prepare every candidate and make its first calls; one that raises leaves a failed capture."""
        for entry in self._part.candidates:
            parent.check()
            identity = self._identity(entry)
            folder = os.path.join(self._output, entry.folder)
            os.makedirs(folder, exist_ok=True)
            try:
                with self._watchdog.watching(entry.variant.entry_point, "first calls"):
                    started = self._started(entry.variant.entry_point)
                    self._tried.append(self._taking(entry, identity, folder, started))
            except reasons.ANYTHING as error:  # whatever a framework raises is the reason for its row
                self._fail(entry, identity, _status(error), error)
        for one in self._tried:
            one.taking.attempt(one.taking.attached.ready)

    def measure(self, parent: Parent) -> None:
        """Measure all candidates in turns, in short blocks, and write their captures."""
        going = [one for one in self._tried if not one.taking.failed]
        if not going:
            return
        counts, costs = [one.taking.count for one in going], [one.taking.call_ns for one in going]
        for block in blocks.schedule(counts, costs, self._part.seed):
            parent.check()
            one = going[block.variant]
            with self._watchdog.watching(one.id, "measured calls"):
                one.taking.attempt(_taken(one.taking, block))
        self._watches.close()
        for one in going:
            one.taking.attempt(one.taking.write)

    def compare(self, parent: Parent) -> None:
        """Compare the outputs of every candidate with predict's."""
        ways = {one.id: one.way for one in self._tried if not one.taking.failed}
        if BASELINE not in ways:
            return
        predict = ways[BASELINE].entry
        slow = any(one.id == BASELINE and one.taking.call_ns >= SLOW_CALL_NS for one in self._tried)
        with self._judging(BASELINE):
            self._model_facts = equality.look_at(
                predict, self._model, self._pool, self._part.rows, self._part.sizes
            )
        reference = equality.Reference(predict, self._model)
        chosen = list(cases(self._pool, self._part.sizes, self._batch_size, self._fixed, slow))
        for name, way in ways.items():
            parent.check()
            if name != BASELINE:
                with self._judging(name):
                    self._compared[name] = reference.compared(_alone(way, self._inputs[0]), chosen)

    def finish(self) -> None:
        """Write what was learned of each candidate beside its capture."""
        for one in self._tried:
            taking = one.taking
            if taking.manifest is None:  # a measured call raised: the failed capture says so
                continue
            found = dataclasses.replace(
                one.facts,
                compared=self._compared.get(one.id, []),
                outputs_error=self._outputs_error.get(one.id),
                model=self._model_facts if one.id == BASELINE else None,
            )
            _write(taking.folder, found)
            captures.write_again(taking.folder, taking.manifest)
        self._watchdog.close()

    @contextlib.contextmanager
    def _judging(self, name: str) -> Iterator[None]:
        try:
            with self._watchdog.watching(name, "comparing outputs"):
                yield
        except reasons.ANYTHING as error:  # whatever a model raises is why outputs are not compared
            self._outputs_error[name] = reasons.placed(error)

    def _started(self, name: str) -> _Started:
        """Prepare a candidate, make its first calls, and return what comes once."""
        before = self._meter.resident_bytes()
        begin = harness.clock_ns()
        subject = Subject(
            self._model,
            self._framework,
            self._batch_size,
            self._inputs[0],
            len(set(self._part.sizes)) > 1,
            self._part.calls_per_batch,
            tempfile.mkdtemp(dir=self._folder),
        )
        way = candidates.prepare(candidate(name), subject)
        taken = _at_a_time(self._inputs, way.inputs_per_call)
        way.entry(taken[0])
        start_ns = harness.clock_ns() - begin
        first = _first_calls(way, self._part.rows, taken)
        call = _repeated(way.entry, taken)
        warm_up_ns = harness.warm_up(call).durations
        after = self._meter.resident_bytes()
        steady_ns = middle(warm_up_ns)
        facts = CandidateFacts(
            advising.OK,
            start_ns=start_ns,
            steady_ns=steady_ns,
            one_time_ns=_one_time_ns(start_ns, first, steady_ns, _shapes(way, self._part.sizes)),
            held_bytes=None if before is None or after is None else max(0, after - before),
            inputs_per_call=way.inputs_per_call,
        )
        return _Started(way, call, start_ns, warm_up_ns, facts)

    def _taking(
        self, entry: CandidateSpec, identity: CaptureManifest, folder: str, started: _Started
    ) -> _Tried:
        wall = instrument(WALL)
        count = counting.measured(entry.calls, entry.budget_s, middle(started.warm_up_ns), wall)
        cycle = len(self._part.rows)
        taking = Taking(
            folder,
            entry.variant,
            identity,
            self._model,
            started.call,
            instruments.attach(
                WALL, instruments.Subject(started.call, folder, self._framework, self._watches)
            ),
            started.start_ns,
            started.warm_up_ns,
            outputs.Kept(),
            False,
            wall,
            # whole rounds through the rows that were drawn, so that all candidates take the same
            -(-count // cycle) * cycle if entry.calls is None else count,
        )
        return _Tried(entry, started.way, taking, started.facts)

    def _identity(self, entry: CandidateSpec) -> CaptureManifest:
        part = self._part
        return dataclasses.replace(
            captures.identity(part.environment, entry.variant, WALL, part.process, part.seed),
            model_state=self._model_state,
            input_notes=self._notes,
            settings=states.settings(self._model),
        )

    def _fail(
        self, entry: CandidateSpec, identity: CaptureManifest, status: str, error: BaseException
    ) -> None:
        folder, reason = os.path.join(self._output, entry.folder), reasons.placed(error)
        captures.write_failure(folder, identity, reason)
        _write(folder, CandidateFacts(status, reason))
        captures.write_again(folder, dataclasses.replace(identity, status="failed", reason=reason))


def _status(error: BaseException) -> str:
    if isinstance(error, MissingPackageError):
        return advising.MISSING
    return advising.UNSUITABLE if isinstance(error, UnsuitableError) else advising.FAILED


def _write(folder: str, facts: CandidateFacts) -> None:
    path = os.path.join(folder, files.CANDIDATE_FILE)
    files.write_json(path, {"schema": schemas.CANDIDATE, **dataclasses.asdict(facts)})


def _taken(taking: Taking, block: blocks.Block) -> Callable[[], None]:
    return lambda: taking.take(block)


def _at_a_time(inputs: List[Any], count: int) -> List[Any]:
    """Return what each call takes: an input, or a list of ``count`` in a row, from each one on."""
    if count == 1:
        return inputs
    endless = itertools.cycle(inputs)
    return [list(itertools.islice(endless, count)) for _ in inputs]


def _alone(way: Way, neighbour: Any) -> Callable[[Any], Any]:
    """Return a call that takes one input; others stand beside it where the way takes several."""
    if way.inputs_per_call == 1:
        return way.entry
    return lambda x: way.entry([x] + [neighbour] * (way.inputs_per_call - 1))[0]


def _repeated(entry: Callable[[Any], Any], taken: List[Any]) -> Call:
    """Return a call that takes one input after another, and begins again after the last."""
    if len(taken) == 1:
        return Call(entry, (taken[0],), {})
    endless = itertools.cycle(taken)
    return Call(lambda: entry(next(endless)), (), {})


def _first_calls(way: Way, rows: List[int], taken: List[Any]) -> List[int]:
    """Make the first call of each shape but the first one's, and return how long each took, in ns."""
    seen = {way.shape_of(rows[0])}
    durations = []
    for count, x in zip(rows, taken):
        if way.shape_of(count) not in seen:
            seen.add(way.shape_of(count))
            durations.extend(harness.first_call(Call(way.entry, (x,), {})).durations)
    return durations


def _shapes(way: Way, sizes: List[int]) -> int:
    return len({way.shape_of(count) for count in sizes})


def _one_time_ns(start_ns: int, first_ns: List[int], steady_ns: int, shapes: int) -> int:
    """Return what comes once, in ns: beyond a later call, the start and a first call of each shape.

    The shapes that were not drawn are taken to cost what the others did on average.
    """
    beyond = [max(0, one - steady_ns) for one in first_ns]
    each = sum(beyond) / len(beyond) if beyond else 0.0
    return max(0, start_ns - steady_ns) + round(each * (shapes - 1))
