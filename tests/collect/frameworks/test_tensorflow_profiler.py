"""Which session is used follows from what the modules hold."""

import contextlib
import sys
import types
from collections import namedtuple
from pathlib import Path

import pytest

from profiler.collect.frameworks import tensorflow_profiler


class Log:
    """Records what was called, and writes a file where a profiler would."""

    def __init__(self, folder):
        self.folder = folder
        self.calls = []

    def write(self, name, content=b"trace"):
        session = self.folder / "plugins" / "profile" / "now"
        session.mkdir(parents=True, exist_ok=True)
        (session / name).write_bytes(content)


def module(monkeypatch, name, **names):
    found = types.ModuleType(name)
    vars(found).update(names)
    monkeypatch.setitem(sys.modules, name, found)


def tensorflow(version="2.10.1", **experimental):
    profiler = types.SimpleNamespace(experimental=types.SimpleNamespace(**experimental))
    return types.SimpleNamespace(__version__=version, profiler=profiler if experimental else None)


def annotation(log):
    @contextlib.contextmanager
    def annotate(name, **options):
        log.calls.append(("mark", name, options))
        yield

    return annotate


@pytest.fixture
def log(tmp_path):
    return Log(tmp_path)


def capture(log, framework):
    """Record two marked calls; return the session and the traces that it left."""
    session = tensorflow_profiler.find(framework)
    with session.recording(str(log.folder)):
        for number in range(2):
            with session.mark("kprof_call", number):
                log.calls.append("call")
    return session, [Path(path).name for path in session.traces(str(log.folder))]


def with_options(log, version):
    return tensorflow(
        version,
        ProfilerOptions=lambda **options: options,
        start=lambda folder, options: log.calls.append(options),
        stop=lambda: log.write("vm.xplane.pb"),
        Trace=annotation(log),
    )


def test_a_release_with_options_gets_python_tracing_and_numbered_marks(log):
    session, traces = capture(log, with_options(log, "2.10.1"))
    assert (session.python_events, traces) == (True, ["vm.xplane.pb"])
    assert log.calls[0]["python_tracer_level"] == 1
    assert log.calls[1:3] == [("mark", "kprof_call", {"step_num": 0, "_r": 1}), "call"]


def test_a_release_whose_options_know_no_delay_is_asked_for_none(log):
    """2.3 refused it, and had no trace at all."""
    made = namedtuple("ProfilerOptions", ["host_tracer_level", "python_tracer_level", "device_tracer_level"])
    framework = with_options(log, "2.3.0")
    framework.profiler.experimental.ProfilerOptions = made
    assert capture(log, framework)[1] == ["vm.xplane.pb"]
    assert log.calls[0] == (2, 1, 1)


def test_a_binding_that_takes_numbers_for_bools_gets_a_number_that_is_none(log):
    capture(log, with_options(log, "2.21.0"))
    level = log.calls[0]["python_tracer_level"]
    assert (level.__index__(), int(level)) == (1, 1)
    with pytest.raises(TypeError):
        bool(level)


def test_a_release_without_options_leaves_its_chrome_trace(log, monkeypatch):
    module(monkeypatch, "tensorflow.python.profiler.traceme", TraceMe=annotation(log))
    framework = tensorflow("2.2.3", start=log.calls.append, stop=lambda: log.write("vm.trace.json.gz"))
    session, traces = capture(log, framework)
    assert (session.python_events, traces) == (False, ["vm.trace.json.gz"])
    assert log.calls == [
        str(log.folder),
        ("mark", "kprof_call", {}),
        "call",
        ("mark", "kprof_call", {}),
        "call",
    ]


def test_a_release_without_the_experimental_profiler_saves_what_the_eager_one_returns(log, monkeypatch):
    class Bare:
        def __init__(self, name):
            self.name = name

        def Enter(self):
            log.calls.append(("enter", self.name))

        def Exit(self):
            log.calls.append("exit")

    module(
        monkeypatch,
        "tensorflow.python.eager.profiler",
        start=lambda: log.calls.append("start"),
        stop=lambda: b"message",
        save=lambda folder, content: log.write("local.trace", content),
    )
    module(monkeypatch, "tensorflow.python.pywrap_tensorflow", PythonTraceMe=Bare)
    monkeypatch.setitem(sys.modules, "tensorflow.python.profiler.traceme", None)
    assert capture(log, tensorflow("2.0.0"))[1] == ["local.trace"]
    assert log.calls == ["start", *[("enter", "kprof_call"), "call", "exit"] * 2]
    assert (log.folder / "plugins/profile/now/local.trace").read_bytes() == b"message"


def test_an_empty_trace_is_none(log):
    framework = with_options(log, "2.10.1")
    framework.profiler.experimental.stop = lambda: log.write("vm.xplane.pb", b"")
    assert capture(log, framework)[1] == []


def test_event_files_of_summaries_are_not_kept(log):
    (log.folder / "events.out.tfevents.1.vm.profile-empty").write_bytes(b"")
    capture(log, with_options(log, "2.10.1"))
    assert {path.name for path in log.folder.iterdir()} == {"plugins"}


def test_the_profiler_is_stopped_when_a_call_fails(log):
    def fail():
        raise ValueError("no")

    session = tensorflow_profiler.find(with_options(log, "2.10.1"))
    with pytest.raises(ValueError, match="no"), session.recording(str(log.folder)):
        fail()
    assert (log.folder / "plugins/profile/now/vm.xplane.pb").exists()


@pytest.mark.parametrize("name", ["a[x]b", "a*b", "a?b"])
def test_a_trace_is_found_in_a_folder_whose_name_is_a_pattern(tmp_path, name):
    """It was sought with a glob, which took the folder's name for a part of the pattern."""
    log = Log(tmp_path / name)
    assert capture(log, with_options(log, "2.10.1"))[1] == ["vm.xplane.pb"]


def test_a_session_of_the_runtime_alone_traces_no_python(log):
    session = tensorflow_profiler.find(with_options(log, "2.10.1"), tensorflow_profiler.RUNTIME_ALONE)
    with session.recording(str(log.folder)), session.event("kprof:execute"):
        pass
    levels = {name: level for name, level in log.calls[0].items() if name.endswith("level")}
    assert levels == {"host_tracer_level": 2, "python_tracer_level": 0, "device_tracer_level": 0}
    assert (session.python_events, log.calls[1]) == (False, ("mark", "kprof:execute", {}))
