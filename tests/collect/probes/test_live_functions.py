import functools

from profiler.collect.places import locate
from profiler.collect.probes import live_functions
from tests.collect.probes.watched import KEYS, import_watched


def living(*names):
    places = {KEYS[name]: locate(KEYS[name]) for name in names}
    return live_functions.find(places)


def test_functions_are_found_with_their_code_and_those_around_them(tmp_path, monkeypatch):
    module = import_watched(tmp_path, monkeypatch)
    found = living("inner", "plain")
    assert found[KEYS["plain"]].functions == [module.plain]
    assert found[KEYS["inner"]].functions == [module.kept]
    assert found[KEYS["inner"]].around == [module.outer]
    assert found[KEYS["inner"]].codes == [module.kept.__code__]


def test_a_nested_function_that_was_never_made_is_found_in_the_outer_one_s_code(tmp_path, monkeypatch):
    module = import_watched(tmp_path, monkeypatch)
    module.kept = None
    found = living("inner")[KEYS["inner"]]
    assert (found.functions, found.around, len(found.codes)) == ([], [module.outer], 1)


def test_a_place_holds_what_the_class_or_module_has_under_the_name(tmp_path, monkeypatch):
    module = import_watched(tmp_path, monkeypatch)
    assert live_functions.holder(KEYS["plain"]) is module.plain
    assert live_functions.holder(KEYS["static"]) is vars(module.Base)["static"]
    assert live_functions.holder(KEYS["inner"]) is None
    assert live_functions.holder("no/such/file.py::f") is None
    module.plain = functools.partial(print)
    assert live_functions.holder(KEYS["plain"]) is module.plain


def test_running_functions_are_found_by_their_code(tmp_path, monkeypatch):
    module = import_watched(tmp_path, monkeypatch)
    assert live_functions.running({id(module.plain.__code__)}) == [module.plain]
