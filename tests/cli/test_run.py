"""``kprof run --tf``: the release's environment around a run."""

import contextlib
import types

import pytest

from profiler import environments, launch
from profiler.cli.main import main
from profiler.protocol.errors import CollectError


@pytest.fixture
def held(monkeypatch):
    """What is held now; measuring fails, having kept a copy."""
    now, seen = [], []

    @contextlib.contextmanager
    def in_use(release, progress):
        now.append(release)
        try:
            yield types.SimpleNamespace(python="/made/bin/python", notes=())
        finally:
            now.remove(release)

    def execute(request, listener):
        seen.append((request.python, list(now)))
        raise CollectError("nothing could be measured")

    monkeypatch.setattr(environments, "in_use", in_use)
    monkeypatch.setattr(launch, "execute", execute)
    return now, seen


def test_the_environment_is_held_while_it_is_measured_however_that_ends(held, capsys):
    now, seen = held
    assert main(["run", "tiny", "--tf", "2.15.1"]) == 2
    assert seen == [("/made/bin/python", ["2.15.1"])]
    assert now == []
