"""Which release loads which file, by the table and the metadata of real files."""

from pathlib import Path

import pytest
from packaging.version import Version

from profiler.environments import known_releases
from profiler.plan import loadable
from profiler.protocol.errors import UsageError
from profiler.protocol.spec import EnvironmentFacts
from profiler.readers import model_files
from profiler.readers.model_files import Kind, ModelFile
from tests.readers.model_files.files import FOLDER

NEWEST = known_releases()[-1].version
NEWEST_OF_KERAS_2 = "2.15.1"
CHOICES = {
    "keras-2.4.h5": NEWEST_OF_KERAS_2,
    "keras-2.4-named.keras": NEWEST_OF_KERAS_2,
    "keras-2.15.h5": NEWEST_OF_KERAS_2,
    "keras-2.15.keras": NEWEST_OF_KERAS_2,
    "saved-model-keras-2.15": NEWEST_OF_KERAS_2,
    "keras-3.h5": NEWEST,
    "keras-3.keras": NEWEST,
    "saved-model-2.21": NEWEST,
    "exported-keras-3": NEWEST,
}


@pytest.mark.parametrize("name", CHOICES)
def test_the_newest_release_that_loads_a_file_is_chosen_and_explained(name):
    file = model_files.read(FOLDER / name)
    choice = loadable.choose(file)
    assert choice.release.version == CHOICES[name]
    assert f"{name} says that {file.writer} wrote it" in choice.line
    assert "\n" not in choice.line


def of(keras, kind=Kind.HDF5):
    return ModelFile(Path("m"), kind, keras=None if keras is None else Version(keras))


def test_a_file_that_does_not_say_who_wrote_it_asks_for_a_release():
    with pytest.raises(UsageError, match=r"does not say which release wrote it.*kprof run --tf RELEASE`"):
        loadable.choose(of(None))


@pytest.mark.parametrize(("keras", "kind"), [("9.9", Kind.HDF5), ("1.2", Kind.HDF5), ("2.4", Kind.ARCHIVE)])
def test_metadata_that_no_release_fits_is_a_line(keras, kind):
    """An archive by Keras 2.4 is a lie: there were none."""
    with pytest.raises(UsageError, match=f"says that Keras {keras} wrote it, which no release"):
        loadable.choose(of(keras, kind))


@pytest.mark.parametrize("keras", ["2.2.4", "2.16.0.dev1", "2.99"])
def test_every_keras_2_has_a_release_for_its_hdf5_files(keras):
    assert loadable.choose(of(keras)).release.version == NEWEST_OF_KERAS_2


def test_every_row_names_a_listed_release_whose_download_was_measured():
    for row in loadable.rows():
        assert row.newest.download_mb


def facts(framework, keras):
    return EnvironmentFacts(framework, keras)


KERAS_3 = facts("2.21.0", "3.15.1")
OLD = facts("2.4.4", "2.4.0")
OLDEST = facts("2.0.0", "2.2.4-tf")


@pytest.mark.parametrize(
    ("name", "environment", "release"),
    [
        ("keras-2.4.h5", KERAS_3, NEWEST_OF_KERAS_2),
        ("keras-2.4.h5", OLDEST, NEWEST_OF_KERAS_2),
        ("keras-2.4.h5", OLD, None),
        ("keras-2.4.h5", facts("2.17.1", "2.17.0"), None),
        ("keras-2.15.keras", OLD, NEWEST_OF_KERAS_2),
        ("keras-2.15.keras", facts("2.15.1", "2.15.0"), None),
        ("keras-3.keras", facts("2.15.1", "2.15.0"), NEWEST),
        ("keras-3.keras", facts("2.16.2", "3.3.3"), NEWEST),
        ("keras-3.keras", KERAS_3, None),
        ("keras-3.keras", facts("2.21.0", None), None),
        ("saved-model-2.21", OLD, NEWEST),
        ("saved-model-keras-2.15", OLD, NEWEST_OF_KERAS_2),
        ("saved-model-keras-2.15", facts("2.15.1", "2.15.0"), None),
    ],
)
def test_an_environment_of_another_keras_is_told_the_release_to_take(name, environment, release):
    """None where the environment's Keras should load the file: then something else is in the way."""
    file = model_files.read(FOLDER / name)
    told = loadable.remedy(file, environment)
    assert told == (
        release
        and f"{file.writer} wrote it: measure it with a release that loads it (`kprof run --tf {release}`)"
    )


def test_a_keras_model_that_is_measured_by_its_signature_is_told_to_be_one():
    file = model_files.read(FOLDER / "saved-model-keras-2.15")
    assert "`kprof run --tf 2.15.1` measures the model itself" in loadable.note(file, KERAS_3)
    assert loadable.note(file, facts("2.15.1", "2.15.0")) is None
    assert loadable.note(model_files.read(FOLDER / "saved-model-2.21"), KERAS_3) is None
    assert loadable.note(model_files.read(FOLDER / "keras-2.4.h5"), KERAS_3) is None
