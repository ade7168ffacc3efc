"""Where the source cannot be compiled again, a function is watched around its frame."""

import sys

import pytest

from profiler.collect.places import Location
from profiler.collect.probes import live_functions
from profiler.collect.probes.exchange import Exchange
from profiler.collect.probes.spans import spans
from profiler.collect.probes.tape import Marks, Tape
from profiler.protocol.probes import AROUND, IN_FRAME
from tests.collect.probes.watched import KEYS, PATH, SOURCE, Recorder, import_watched


def exchanged(places):
    """Return the exchange of some functions, and where their events go."""
    tape = Tape(1 << 8)
    marks = {key: Marks.of(number) for number, key in enumerate(places)}
    return Exchange(live_functions.find(places), marks, tape), tape


def without_source(name):
    return {f"<string>::{name}": Location("<string>", (1,), name)}


def test_a_function_without_source_is_watched_around_its_frame(tmp_path, monkeypatch):
    module = import_watched(tmp_path, monkeypatch)
    exchange, tape = exchanged(without_source("without_source"))
    assert list(exchange.ways.values()) == [AROUND]
    before = module.without_source.__code__
    exchange.on()
    assert (module.without_source(1), module.without_source(1, 2, c=3)) == (4, 6)
    exchange.off()
    assert module.without_source.__code__ is before
    assert spans(tape.take(), 0).function.tolist() == [0, 0]


def test_a_generator_without_source_is_not_watched(tmp_path, monkeypatch):
    import_watched(tmp_path, monkeypatch)
    exchange, _ = exchanged(without_source("generator_without_source"))
    assert exchange.ways == {}
    (why,) = exchange.unwatched.values()
    assert why.startswith("its source cannot be read")


@pytest.mark.skipif(hasattr(sys, "monitoring"), reason="monitoring needs no source")
def test_a_source_that_changed_since_the_import_is_not_taken_for_the_code_s(tmp_path, monkeypatch):
    module = import_watched(tmp_path, monkeypatch)
    (tmp_path / PATH).write_text(SOURCE.replace("return number + 1", "return number + 2"))
    recorder = Recorder("plain", "keyed")
    assert recorder.watch.ways == {KEYS["plain"]: AROUND, KEYS["keyed"]: IN_FRAME}
    with recorder:
        assert module.plain(1) == 2
    assert recorder.seen() == [("plain", None)]


@pytest.mark.skipif(hasattr(sys, "monitoring"), reason="monitoring needs no source")
def test_a_closure_keeps_what_it_holds_when_it_is_watched_around_its_frame(tmp_path, monkeypatch):
    module = import_watched(tmp_path, monkeypatch)
    place = {KEYS["wrapper"]: Location(PATH, (module.decorated.__code__.co_firstlineno,), "wrapper")}
    living = live_functions.find(place)
    living[KEYS["wrapper"]].around.clear()
    changed = module.decorated.__code__.replace(co_filename="gone.py")
    module.decorated.__code__ = changed
    living[KEYS["wrapper"]].codes[:] = [changed]
    living[KEYS["wrapper"]].functions[:] = [module.decorated]
    tape = Tape(1 << 8)
    exchange = Exchange(living, {KEYS["wrapper"]: Marks.of(0)}, tape)
    assert exchange.ways == {KEYS["wrapper"]: AROUND}
    exchange.on()
    assert module.decorated(1, third=1) == 4
    exchange.off()
    assert spans(tape.take(), 0).function.tolist() == [0]
