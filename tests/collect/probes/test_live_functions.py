import importlib.util
import sys

from profiler.collect.places import locate
from profiler.collect.probes import live_functions


def test_every_copy_of_a_module_and_every_closure_is_found(probed):
    one = probed(
        "def plain(): pass\ndef outer():\n    def inner(): return inner\n    return inner\nkept = outer()\n"
    )
    spec = importlib.util.spec_from_file_location("second", one.module.__file__)
    second = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(second)
    keys = [f"{one.path}::{name}" for name in ("plain", "outer.<locals>.inner")]
    plain, inner = live_functions.find({key: locate(key) for key in keys}).values()
    assert {id(x) for x in plain.functions} >= {id(one.module.plain), id(second.plain)}
    assert len(plain.codes) == 2
    assert any(x is one.module.kept for x in inner.functions)
    assert any(x is one.module.outer for x in inner.around)


def test_the_place_of_a_function_holds_what_decorators_made_in_each_copy(probed, monkeypatch):
    one = probed("class A:\n    @property\n    def p(self): pass\ndef f():\n    def g(): pass\n")
    keys = [f"{one.path}::{name}" for name in ("A.p", "f.<locals>.g", "gone")]
    held = live_functions.holders(keys)
    assert list(held.values()) == [[one.module.A.__dict__["p"]], [None], [None]]
    monkeypatch.setitem(sys.modules, "another_name_of_it", one.module)
    assert [len(found) for found in live_functions.holders(keys).values()] == [2, 2, 2]
