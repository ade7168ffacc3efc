"""Which framework is measured, and how one is found."""

import ast
import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

from profiler.collect import frameworks
from profiler.protocol.candidates import CANDIDATES
from profiler.protocol.errors import CollectError
from tests.collect.fakes import MadeUp

COLLECT = Path(frameworks.__file__).parents[1]


@pytest.fixture
def keras(tmp_path, monkeypatch):
    """Return what puts a Keras with or without backends on the path."""
    monkeypatch.delitem(sys.modules, "keras", raising=False)

    def put(*folders):
        (tmp_path / "keras").mkdir()
        (tmp_path / "keras" / "__init__.py").write_text("raise AssertionError('imported')\n")
        for folder in folders:
            (tmp_path / "keras" / folder).mkdir(parents=True)
        monkeypatch.syspath_prepend(str(tmp_path))
        importlib.invalidate_caches()

    return put


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({}, "tensorflow"),
        ({"KERAS_BACKEND": ""}, "tensorflow"),
        ({"KERAS_BACKEND": "tensorflow"}, "tensorflow"),
        ({"KERAS_BACKEND": "jax"}, "jax"),
        ({"KERAS_BACKEND": "jax", "TF_USE_LEGACY_KERAS": "1"}, "tensorflow"),
        ({"KERAS_BACKEND": "jax", "TF_USE_LEGACY_KERAS": "0"}, "jax"),
    ],
)
def test_keras_3_obeys_the_variable(keras, variables, name):
    keras("src/backend")
    assert frameworks.wanted(variables) == name


def test_keras_2_runs_on_tensorflow_whatever_the_variable_says(keras):
    keras("src")
    assert frameworks.wanted({"KERAS_BACKEND": "jax"}) == "tensorflow"


@pytest.mark.parametrize("name", ["jax", "framework", "tensorflow_profiler", "../tensorflow", "a.b"])
def test_a_backend_without_an_adapter_is_one_line_that_says_what_to_do(name):
    """Where KERAS_BACKEND named another, predict and nearly everything was reported as not called."""
    with pytest.raises(CollectError) as caught:
        frameworks.load(name)
    assert str(caught.value) == (
        f"KERAS_BACKEND={name}: kprof cannot measure Keras on this backend yet; "
        "unset it, or set it to tensorflow"
    )


def test_a_framework_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    with pytest.raises(CollectError, match="cannot import tensorflow") as caught:
        frameworks.load("tensorflow")
    assert caught.value.to_do is None


def test_one_module_with_an_adapter_adds_a_framework(tmp_path, monkeypatch):
    made = MadeUp()
    (tmp_path / "toy.py").write_text("def adapter(): pass\n")
    module = ModuleType("toy")
    module.adapter = lambda: made
    monkeypatch.setattr(frameworks, "__path__", [*frameworks.__path__, str(tmp_path)])
    monkeypatch.setitem(sys.modules, f"{frameworks.__name__}.toy", module)
    assert frameworks.known() == ["tensorflow", "toy"]
    assert frameworks.load("toy") is made


def names(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, (ast.Name, ast.Attribute, ast.arg)):
            yield getattr(node, "id", None) or getattr(node, "attr", None) or getattr(node, "arg", None)


def test_only_its_own_adapter_names_a_framework():
    naming = {
        path.relative_to(COLLECT).as_posix()
        for path in COLLECT.rglob("*.py")
        if {"tensorflow", "tf", "jax", "torch"} & set(names(ast.parse(path.read_text())))
    }
    of_one_framework = {f"candidates/{one.id}.py" for one in CANDIDATES if one.framework is not None}
    assert naming - of_one_framework == {"frameworks/tensorflow.py", "frameworks/tensorflow_profiler.py"}
