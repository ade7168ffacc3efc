"""Which session is used follows from what the modules hold."""

import contextlib
import sys
import types

import pytest

from profiler.collect.frameworks import tensorflow_profiler
from profiler.collect.harness import Call
from profiler.collect.instruments import tfprofiler


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
    call = Call(lambda: log.calls.append("call"), (), {})
    recording = tfprofiler.capture(call, 2, str(log.folder), framework)
    assert len(recording.durations_ns) == 2
    return recording


def with_options(log, version):
    return tensorflow(
        version,
        ProfilerOptions=lambda **options: options,
        start=lambda folder, options: log.calls.append(options),
        stop=lambda: log.write("vm.xplane.pb"),
        Trace=annotation(log),
    )


def test_a_release_with_options_gets_python_tracing_and_numbered_marks(log):
    recording = capture(log, with_options(log, "2.10.1"))
    assert recording.unsound is None
    assert recording.facts["python_events"] is True
    assert log.calls[0]["python_tracer_level"] == 1
    assert log.calls[1:3] == [("mark", "kprof_call", {"step_num": 0, "_r": 1}), "call"]


def test_a_binding_that_takes_numbers_for_bools_gets_a_number_that_is_none(log):
    capture(log, with_options(log, "2.21.0"))
    level = log.calls[0]["python_tracer_level"]
    assert (level.__index__(), int(level)) == (1, 1)
    with pytest.raises(TypeError):
        bool(level)


def test_a_release_without_options_leaves_its_chrome_trace(log, monkeypatch):
    module(monkeypatch, "tensorflow.python.profiler.traceme", TraceMe=annotation(log))
    framework = tensorflow("2.2.3", start=log.calls.append, stop=lambda: log.write("vm.trace.json.gz"))
    recording = capture(log, framework)
    assert recording.unsound is None
    assert recording.facts["python_events"] is False
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
    recording = capture(log, tensorflow("2.0.0"))
    assert recording.unsound is None
    assert log.calls == ["start", *[("enter", "kprof_call"), "call", "exit"] * 2]
    assert (log.folder / "plugins/profile/now/local.trace").read_bytes() == b"message"


def test_an_empty_trace_is_unsound(log):
    framework = with_options(log, "2.10.1")
    framework.profiler.experimental.stop = lambda: log.write("vm.xplane.pb", b"")
    assert capture(log, framework).unsound == "the TensorFlow profiler left no trace"


def test_event_files_of_summaries_are_not_kept(log):
    (log.folder / "events.out.tfevents.1.vm.profile-empty").write_bytes(b"")
    capture(log, with_options(log, "2.10.1"))
    assert {path.name for path in log.folder.iterdir()} == {"plugins", "code.json"}


def test_the_profiler_is_stopped_when_a_call_fails(log):
    def fail():
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        tfprofiler.capture(Call(fail, (), {}), 1, str(log.folder), with_options(log, "2.10.1"))
    assert (log.folder / "plugins/profile/now/vm.xplane.pb").exists()


def test_a_session_says_what_its_trace_is_called(log):
    assert tensorflow_profiler.find(with_options(log, "2.10.1")).suffix == ".xplane.pb"
