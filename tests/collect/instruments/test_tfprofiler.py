import pytest

from profiler.collect.harness import Call
from profiler.collect.instruments import Recording, tfprofiler
from tests.collect.fakes import MadeUp, subject


def profiled(folder, framework, call=None, re_warm_up=0):
    made = call or Call(framework.log.append, ("call",), {})
    attached = tfprofiler.attach(subject(made, folder, framework))
    durations = attached.take(2, re_warm_up).durations
    return durations, attached.finish()


@pytest.mark.parametrize("python_events", [True, False])
def test_every_call_stands_in_a_numbered_mark(tmp_path, python_events):
    framework = MadeUp(python_events=python_events)
    durations, recording = profiled(tmp_path, framework)
    assert framework.log == ["start", ("mark", "kprof_call", 0), "call", ("mark", "kprof_call", 1), "call"]
    assert len(durations) == 2
    assert recording == Recording(step_name="kprof_call", steps=2, python_events=python_events)
    assert (tmp_path / "code.json").exists() == python_events


def test_calls_that_settle_come_before_the_recording_and_are_no_steps(tmp_path):
    framework = MadeUp()
    durations, recording = profiled(tmp_path, framework, re_warm_up=2)
    assert framework.log[:4] == ["call", "call", "start", ("mark", "kprof_call", 0)]
    assert (len(durations), recording.steps) == (2, 2)


def test_a_session_without_a_trace_is_unsound(tmp_path):
    _, recording = profiled(tmp_path, MadeUp(trace=b"", python_events=True))
    assert recording.unsound == "the TensorFlow profiler left no trace"
    assert not (tmp_path / "code.json").exists()


def test_the_profiler_is_stopped_where_a_call_raises(tmp_path):
    with pytest.raises(ValueError, match="none"):
        profiled(tmp_path, MadeUp(), Call(int, ("none",), {}))
    assert (tmp_path / "plugins" / "profile" / "now" / "host.trace").exists()


def test_a_trace_in_a_folder_whose_name_is_a_pattern_is_found(tmp_path):
    """Every trace below a folder with [, * or ? in its name was said to be missing."""
    folder = tmp_path / "a[x]b*?"
    folder.mkdir()
    assert profiled(folder, MadeUp())[1].unsound is None
