import dataclasses
import re
import shutil

import pytest

from profiler.catalogue import catalogue
from profiler.protocol.spec import EnvironmentFacts
from profiler.protocol.vocabulary import PHASES
from tests import reference

CATALOGUE = catalogue.load()
DESIGNED = [
    "predict",
    "process_inputs",
    "standardize_user_data",
    "data_adapter",
    "dataset_ops",
    "dataset_function",
    "create_graph_function",
    "func_graph",
    "autograph",
    "make_iterator",
    "next_batch",
    "make_predict_function",
    "execute",
    "callbacks",
    "output_conversion",
    "teardown",
]


def test_the_internals_are_those_of_the_design_in_order():
    assert [entry.id for entry in CATALOGUE.internals] == DESIGNED


def test_a_family_is_found_by_its_id_and_no_id_names_none():
    assert [CATALOGUE.named(one.id) for one in CATALOGUE.families] == [*CATALOGUE.families]
    assert CATALOGUE.named(None) is None and CATALOGUE.named("keras-99") is None


def test_every_phase_is_played_by_some_internal():
    assert {entry.phase for entry in CATALOGUE.internals} == set(PHASES)


def family_of(framework, keras, backend=None):
    return CATALOGUE.family(EnvironmentFacts(framework, keras, backend=backend))


@pytest.mark.parametrize(
    ("framework", "keras", "family"),
    [
        ("2.0.0", "2.2.4-tf", "tensorflow-2.0"),
        ("2.1.4", "2.2.4-tf", "tensorflow-2.0"),
        ("2.2.3", "2.3.0-tf", "keras-2"),
        ("2.10.1", "2.10.0", "keras-2"),
        ("2.15.1", "2.15.0", "keras-2"),
        ("2.16.2", "3.3.3", "keras-3"),
        ("2.21.0", "3.15.1", "keras-3"),
        ("2.22.0-rc1", "3.16.0", "keras-3"),
    ],
)
def test_a_release_belongs_to_its_family(framework, keras, family):
    assert family_of(framework, keras).id == family


@pytest.mark.parametrize(("framework", "keras"), [("1.15.0", "2.2.4"), ("nonsense", None)])
def test_a_release_that_the_catalogue_does_not_know_has_no_family(framework, keras):
    assert family_of(framework, keras) is None


def test_a_family_is_of_one_backend_which_is_tensorflow_where_nothing_else_is_said():
    """The file of Keras 3 named its backend, and nothing read it."""
    assert {family.backend for family in CATALOGUE.families} == {"tensorflow"}
    assert family_of("2.21.0", "3.15.1", "tensorflow").id == "keras-3"
    assert family_of("2.21.0", "3.15.1", "jax") is None
    jax = dataclasses.replace(family_of("2.21.0", "3.15.1"), id="keras-3-jax", framework=">=0", backend="jax")
    both = dataclasses.replace(CATALOGUE, families=(*CATALOGUE.families, jax))
    assert both.family(EnvironmentFacts("0.10.2", "3.15.1", backend="jax")).id == "keras-3-jax"
    assert both.family(EnvironmentFacts("2.21.0", "3.15.1")).id == "keras-3"


FAMILY = """
id = "new"
framework = ">=9"
[functions]
predict = ["a.py::predict"]
[observe]
graph_traced = ["a.py::trace"]
"""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('device = "gpu"\n' + FAMILY, "new.toml: unknown keys ['device']"),
        (FAMILY + 'iterators = ["a.py::f"]\n', "new.toml: unknown keys ['iterators']"),
        (FAMILY.replace("predict =", "fit ="), "new.toml: unknown internals ['fit']"),
    ],
)
def test_a_key_of_a_family_that_nothing_would_read_is_refused(text, says, tmp_path, monkeypatch):
    for path in catalogue.FOLDER.glob("*.toml"):
        shutil.copy(path, tmp_path)
    (tmp_path / "new.toml").write_text(text)
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match=re.escape(says)):
        catalogue.load.__wrapped__()


def entered_somewhere():
    keys = {f"{path}::{name}" for rows in reference.names().values() for path, name in rows}
    for run in reference.runs():
        keys |= reference.inspected(run)
    return keys


ENTRIES = [
    (family.id, internal, key)
    for family in CATALOGUE.families
    for internal, keys in family.functions.items()
    for key in keys
]


@pytest.mark.long
@pytest.mark.parametrize(("family", "internal", "key"), ENTRIES)
def test_every_function_of_the_catalogue_was_entered_in_a_reference(family, internal, key):
    assert key in entered_somewhere()


@pytest.mark.parametrize("slug", sorted(reference.names()))
def test_every_release_with_a_names_list_enters_some_function_of_each_internal_of_its_family(slug):
    version = slug.split("-")[0].removeprefix("tf")
    is_keras_3 = catalogue.in_range(version, ">=2.16")
    family = family_of(version, "3.15.1" if is_keras_3 else "2.2.4-tf")
    entered = {f"{path}::{name}" for path, name in reference.names()[slug]}
    lacking = [i for i, keys in family.functions.items() if not entered & set(keys)]
    assert lacking == []


def test_the_worker_gets_every_function_once():
    functions = CATALOGUE.for_worker().functions
    assert len(functions) == len(set(functions))
    assert {key for _, _, key in ENTRIES} <= set(functions)


def test_what_the_worker_observes_it_also_locates():
    sent = CATALOGUE.for_worker()
    for keys in dataclasses.asdict(sent.observe).values():
        assert set(keys) <= set(sent.functions)


def test_the_worker_gets_the_internal_of_each_function():
    spec = catalogue.load().for_worker()
    expected = {
        key: internal
        for family in catalogue.load().families
        for internal, keys in family.functions.items()
        for key in keys
    }
    assert spec.internals == expected
    assert set(spec.internals) <= set(spec.functions)
