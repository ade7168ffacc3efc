from pathlib import Path

import pytest

from profiler.runs.location import traces_folder


@pytest.mark.parametrize(
    ("out", "variable", "folder"),
    [(None, None, "traces"), (None, "/kept", "/kept"), ("here", "/kept", "here"), (None, "", "traces")],
)
def test_the_option_comes_before_the_variable_and_that_before_the_default(out, variable, folder, monkeypatch):
    monkeypatch.delenv("KPROF_TRACES", raising=False)
    if variable is not None:
        monkeypatch.setenv("KPROF_TRACES", variable)
    assert traces_folder(out) == Path(folder)
