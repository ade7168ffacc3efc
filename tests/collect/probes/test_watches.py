import pytest

from profiler.collect.probes import watches
from profiler.collect.probes.watches import Watched, Watches
from profiler.protocol.spec import CatalogueSpec, ObserveSpec
from tests.collect.probes.watched import KEYS, import_watched


@pytest.fixture
def module(tmp_path, monkeypatch):
    return import_watched(tmp_path, monkeypatch)


def test_functions_are_watched_inside_the_block_alone(module):
    watched = Watched([KEYS["plain"], KEYS["missing"]])
    watched.prepare()
    module.plain(1)
    with watched.watched() as tape:
        module.plain(1)
    module.plain(1)
    watched.close()
    assert len(tape.take()) == 2
    assert (list(watched.ways), watched.unwatched) == ([KEYS["plain"]], {})


def test_an_exception_in_the_block_leaves_nothing_watched(module):
    watched = Watched([KEYS["plain"]])
    with pytest.raises(ValueError, match="bottom"), watched.watched():
        module.raises(1)
    before = module.plain.__code__
    with watched.watched() as tape:
        pass
    assert module.plain.__code__ is before
    module.plain(1)
    assert len(tape.take()) == 0


def test_a_process_has_one_watch_for_functions_and_one_for_frames(module):
    watches = Watches(CatalogueSpec([KEYS["plain"]], ObserveSpec(), [KEYS["keyed"]]))
    with watches.functions.watched() as functions:
        module.plain(1)
    with watches.frames.watched() as frames:
        module.keyed(1)
    watches.close()
    assert len(functions.take()) == 2
    assert frames.take()[:, 0].tolist()[-1] == 1


def test_closing_what_was_never_prepared_looks_for_no_function(monkeypatch):
    looked = []
    monkeypatch.setattr(watches, "Watch", lambda *args: looked.append(args))
    Watches(CatalogueSpec([KEYS["plain"]], ObserveSpec(), [KEYS["keyed"]])).close()
    assert looked == []
