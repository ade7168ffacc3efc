import sys
import types

import pytest

from profiler.collect import inspection
from profiler.collect.harness import Call
from profiler.protocol.inspection import InspectedFunction
from profiler.protocol.spec import CatalogueSpec, ObserveSpec

SOURCE = """
from concurrent.futures import ThreadPoolExecutor


class Adapter:
    def __init__(self):
        self.ready = True


class SpecialAdapter(Adapter):
    pass


def trace(name, python_func):
    return python_func()


def loop():
    SpecialAdapter()
    trace("", lambda: 1)
    trace("Dataset_map_f", lambda: 2)


def unused():
    pass


def again(count):
    return count and through(count)


def through(count):
    return again(count - 1)


def in_a_thread():
    with ThreadPoolExecutor(1) as pool:
        pool.submit(unused).result()


def recurses():
    again(3)
    again(2)
"""

CATALOGUE = CatalogueSpec(
    functions=[
        "inspected.py::loop",
        "inspected.py::trace",
        "inspected.py::unused",
        "inspected.py::gone",
        "inspected.py::Adapter.__init__",
    ],
    observe=ObserveSpec(
        graph_traced=["inspected.py::trace"],
        adapters=["inspected.py::Adapter.__init__"],
        loops={"inspected.py::unused": "wrong", "inspected.py::loop": "the loop"},
    ),
)


@pytest.fixture
def module(tmp_path, monkeypatch):
    (tmp_path / "inspected.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(str(tmp_path))
    import importlib

    yield importlib.import_module("inspected")
    sys.modules.pop("inspected", None)


@pytest.fixture
def found(module):
    model = types.SimpleNamespace(_experimental_run_tf_function=True)
    return inspection.inspect_call(Call(module.loop, (), {}), model, CATALOGUE)


def test_what_ran_is_told_from_what_exists_and_from_what_is_gone(found):
    functions = found[0].functions
    assert functions["inspected.py::trace"].entered == 2
    assert (functions["inspected.py::unused"].exists, functions["inspected.py::unused"].entered) == (True, 0)
    assert functions["inspected.py::gone"] == InspectedFunction(exists=False)


def test_the_loop_that_ran_is_named(found):
    assert found[0].loop == "the loop"


def test_the_adapter_is_the_class_that_was_made_not_the_one_that_defines_its_constructor(found):
    assert found[0].data_adapter == "SpecialAdapter"


def test_each_traced_function_is_named(found):
    assert found[0].graphs_traced == 2
    assert found[0].functions_traced == ["loop.<locals>.<lambda>", "Dataset_map_f"]


def test_the_studys_flag_is_read_from_the_model_and_absent_without_it(module, found):
    assert found[0].flag_experimental_run_tf_function is True
    other = inspection.inspect_call(Call(module.loop, (), {}), object(), CATALOGUE)[0]
    assert other.flag_experimental_run_tf_function is None


def test_the_outermost_frame_of_the_entry_point_is_the_wrapper(found):
    assert found[0].wrapper.name == "loop"


def test_the_names_list_counts_every_python_function(found):
    rows = {(path, name): calls for path, _, name, calls in found[1]}
    assert rows["inspected.py", "trace"] == 2
    assert rows["inspected.py", "Adapter.__init__"] == 1


def test_a_profiler_that_was_set_before_is_set_again(module):
    def other(*_):
        return None

    sys.setprofile(other)
    try:
        inspection.inspect_call(Call(module.loop, (), {}), object(), CATALOGUE)
        assert sys.getprofile() is other
    finally:
        sys.setprofile(None)


def test_what_was_on_the_stack_at_every_entry_is_kept(found):
    functions = found[0].functions
    assert functions["inspected.py::trace"].within == ["inspected.py::loop"]
    assert functions["inspected.py::Adapter.__init__"].within == ["inspected.py::loop"]
    assert functions["inspected.py::loop"].within == []
    assert functions["inspected.py::unused"].within is None


def test_entries_from_outside_leave_recursive_ones_out(module):
    """All entries were counted under one instrument, those from outside under another: contradictions."""
    keys = ["inspected.py::again", "inspected.py::through", "inspected.py::unused", "inspected.py::gone"]
    found, _ = inspection.inspect_call(
        Call(module.recurses, (), {}), None, CatalogueSpec(keys, ObserveSpec())
    )
    counts = {key.partition("::")[2]: (one.entered, one.outside) for key, one in found.functions.items()}
    assert counts == {"again": (7, 2), "through": (5, 2), "unused": (0, 0), "gone": (0, None)}


@pytest.mark.parametrize(
    "content",
    [b"def f(:\n", b"# -*- coding: no-such-code -*-\ndef f(): pass\n", b"x = '\xff'\n", b"def f(): pass\0\n"],
    ids=["syntax", "coding", "bytes", "null"],
)
def test_a_function_whose_file_cannot_be_parsed_is_unknown(module, tmp_path, content):
    (tmp_path / "kprof_unparsable.py").write_bytes(content)
    keys = ["kprof_unparsable.py::f", "inspected.py::unused"]
    found, _ = inspection.inspect_call(Call(module.loop, (), {}), None, CatalogueSpec(keys, ObserveSpec()))
    broken, other = found.functions.values()
    assert (broken.exists, "cannot be parsed" in broken.error) == (False, True)
    assert str(tmp_path) not in broken.error
    assert (other.exists, other.error) == (True, None)


def test_a_call_that_raises_leaves_no_profiler_set(module):
    with pytest.raises(ValueError, match="none"):
        inspection.inspect_call(Call(int, ("none",), {}), None, CATALOGUE)
    assert sys.getprofile() is None


def test_a_function_that_only_another_thread_enters_is_not_entered_but_said_to_be(module):
    keys = ["inspected.py::unused", "inspected.py::loop"]
    catalogue = CatalogueSpec(keys, ObserveSpec())
    found, _ = inspection.inspect_call(Call(module.in_a_thread, (), {}), None, catalogue)
    unused, loop = (found.functions[key] for key in keys)
    assert (unused.entered, unused.on_other_threads) == (0, True)
    assert (loop.entered, loop.on_other_threads) == (0, False)
