import dataclasses
import gzip

import pytest

from profiler.collect.harness import Call
from profiler.collect.instruments import Recording, probes_trace
from profiler.collect.probes.watches import Watches
from profiler.protocol.errors import Unusable
from profiler.protocol.spec import CatalogueSpec, ObserveSpec
from tests.collect.fakes import MadeUp, subject
from tests.collect.probes.watched import KEYS, import_watched


@pytest.fixture
def module(tmp_path, monkeypatch):
    return import_watched(tmp_path, monkeypatch)


def test_each_span_is_an_event_of_its_internal_within_the_mark(tmp_path, module):
    catalogue = CatalogueSpec([KEYS["plain"]], ObserveSpec(), internals={KEYS["plain"]: "execute"})
    framework = MadeUp()
    given = subject(Call(module.plain, (1,), {}), tmp_path, framework)
    attached = probes_trace.attach(dataclasses.replace(given, watches=Watches(catalogue)))
    attached.ready()
    attached.take(1, 1)
    module.plain(1)
    event = [("begin", "kprof/execute"), ("end", "kprof/execute")]
    assert framework.log == ["start", ("mark", "kprof_call", 0), *event]
    assert attached.finish() == Recording(step_name="kprof_call", steps=1, python_events=False)


@pytest.mark.parametrize(
    ("trace", "unsound"),
    [
        (b"EagerExecute", "keeps no event that Python names"),
        (b"", "left no trace"),
        pytest.param(gzip.compress(b"kprof_call"), None, id="packed"),
    ],
)
def test_a_trace_that_names_no_mark_is_unsound(trace, unsound, tmp_path, module):
    """2.1 keeps no event of Python's: its trace was shown as though the internals were in it."""
    framework = MadeUp(trace=trace, suffix=".trace.gz" if trace[:2] == b"\x1f\x8b" else ".trace")
    attached = probes_trace.attach(subject(Call(module.plain, (1,), {}), tmp_path, framework))
    attached.take(1, 0)
    told = attached.finish().unsound
    assert told is unsound if unsound is None else unsound in told


def test_a_framework_without_such_a_session_says_so(tmp_path):
    class Other(MadeUp):
        def runtime_session(self):
            return super(MadeUp, self).runtime_session()

    with pytest.raises(Unusable, match="made_up has no profiler session without Python calls"):
        probes_trace.attach(subject(Call(int, (), {}), tmp_path, Other()))
