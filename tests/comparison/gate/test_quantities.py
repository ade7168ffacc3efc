"""The table of names."""

import re
from pathlib import Path

import pytest

from profiler.catalogue import catalogue
from profiler.comparison.gate import quantities
from profiler.comparison.gate.quantities import BYTES, COUNT, FLAG, FRACTION, NUMBER, QUANTITIES, WORD
from profiler.protocol.instruments import INSTRUMENTS

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "gates.md"


def test_each_name_is_there_once_and_has_a_meaning():
    heads = [one.head for one in QUANTITIES]
    assert len(set(heads)) == len(heads)
    for one in QUANTITIES:
        assert one.meaning and one.kind in (NUMBER, WORD, FLAG)
        assert bool(one.unit) <= (one.kind == NUMBER) and bool(one.words) <= (one.kind == WORD)


def test_the_names_of_the_example_are_there():
    for name in (
        "slower",
        "faster",
        "ratio",
        "ms",
        "p95_ms",
        "share.make_iterator",
        "share.make_iterator.cprofile",
        "graphs_traced_per_call",
        "grows",
        "verdict",
        "presence.func_graph",
        "frame.slower",
    ):
        assert quantities.find(name).quantity.name.startswith(name.split(".")[0])


def test_internals_and_instruments_are_those_that_there_are():
    assert quantities.known("INTERNAL") == tuple(one.id for one in catalogue.load().internals)
    known = quantities.known("INSTRUMENT")
    assert set(known) < {one.id for one in INSTRUMENTS} and "wall" not in known


def test_growth_has_the_unit_of_what_grows():
    units = {name: quantities.find(f"growth.{name}").unit for name in ("resident_bytes", "objects", "time")}
    assert units == {"resident_bytes": BYTES, "objects": COUNT, "time": FRACTION}


def test_an_unknown_name_is_an_error_of_its_own():
    with pytest.raises(quantities.UnknownNameError):
        quantities.find("nothing.of.this")


def test_the_document_lists_every_name_with_its_meaning():
    listed = re.findall(r"^\| `([^`]+)` \| (.+?) \| (.+?) \|$", DOCUMENT.read_text(), flags=re.MULTILINE)
    assert [(name, meaning) for name, _, meaning in listed] == [(one.name, one.meaning) for one in QUANTITIES]
