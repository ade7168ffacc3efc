from profiler.readers import legacy, truncation
from profiler.readers.legacy import quality
from tests.readers.legacy.files import write_chrome, write_local


def test_traces_of_old_releases_say_that_they_have_no_python_frames(tmp_path):
    for path in (write_local(tmp_path), write_chrome(tmp_path)):
        (found,) = quality.findings(legacy.read(path))
        assert found.kind == "no_python_tracer"
        assert "2.3" in found.to_do


def test_a_trace_with_as_many_events_as_the_viewer_takes_is_truncated(tmp_path, monkeypatch):
    monkeypatch.setattr(truncation, "CAPS", {4: "a box"})
    kinds = [finding.kind for finding in quality.findings(legacy.read(write_local(tmp_path)))]
    assert kinds == ["no_python_tracer", "truncated"]
