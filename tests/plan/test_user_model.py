import pytest

from profiler.plan import user_model
from profiler.plan.request import Request
from profiler.protocol.errors import OptionError, UsageError
from profiler.protocol.spec import WorkloadSpec
from tests.readers.model_files.files import FOLDER


def test_the_files_of_a_saved_model_s_folder_are_its_contents(tmp_path):
    (tmp_path / "saved" / "variables").mkdir(parents=True)
    (tmp_path / "saved" / "variables" / "data").write_text("1")
    given = WorkloadSpec("saved", str(tmp_path / "saved"))
    before = user_model.contents(given, tmp_path)
    (tmp_path / "saved" / "variables" / "data").write_text("2")
    assert user_model.contents(given, tmp_path).model_sha256 != before.model_sha256


def test_the_module_beside_the_user_comes_before_one_of_its_name_on_the_path(tmp_path, monkeypatch):
    """The worker imports it so: the other one's hash would not notice a change."""
    for name in ("here", "elsewhere"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "models.py").write_text("")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "elsewhere"))
    assert user_model.module_file("models", tmp_path / "here") == tmp_path / "here" / "models.py"
    (tmp_path / "here" / "models.py").unlink()
    assert user_model.module_file("models", tmp_path / "here") == tmp_path / "elsewhere" / "models.py"


def spec(name, **options):
    return of(Request(model=str(FOLDER / name), **options))


def of(request):
    return user_model.spec(request, user_model.model_file(request.model))


def test_a_saved_model_of_one_signature_is_measured_by_it():
    assert spec("exported-keras-3").signature == "serving_default"


def test_a_keras_model_is_measured_as_one_unless_its_signature_is_asked_for():
    assert spec("saved-model-keras-2.15").signature is None
    assert spec("saved-model-keras-2.15", signature="serving_default").signature == "serving_default"
    assert spec("keras-3.keras").signature is None


def test_several_signatures_ask_which():
    with pytest.raises(UsageError, match=r"has 2 signatures; choose one with signature=: added, scaled"):
        spec("saved-model-2.21")
    assert spec("saved-model-2.21", signature="scaled").signature == "scaled"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("saved-model-2.21", r"no such signature; choose from added, scaled"),
        ("keras-3.keras", r"only a SavedModel has one, and this is a \.keras archive"),
        ("keras-3.h5", r"only a SavedModel has one, and this is an HDF5 file"),
    ],
)
def test_a_signature_that_cannot_be_is_refused(name, said):
    with pytest.raises(OptionError, match=said) as caught:
        spec(name, signature="serve")
    assert (caught.value.option, caught.value.value) == ("signature", "serve")


def test_a_factory_has_no_signature():
    with pytest.raises(OptionError, match="this is a factory"):
        of(Request(model="models:make", signature="serve"))


def test_a_file_without_a_model_is_refused_before_anything_is_started():
    with pytest.raises(UsageError, match="holds weights alone, no model"):
        spec("keras-2.4.weights.h5")


def test_a_function_that_gives_input_is_no_path_and_stands_for_its_module(tmp_path):
    request = user_model.located(Request(model="own:model", input="own:rows"))
    assert request.input == "own:rows"
    assert of(request).input == "own:rows"
    (tmp_path / "own.py").write_text("")
    given = WorkloadSpec("own", "own:model", input="own:rows")
    before = user_model.contents(given, tmp_path)
    (tmp_path / "own.py").write_text("rows = None")
    assert user_model.contents(given, tmp_path).input_sha256 != before.input_sha256


def test_a_missing_input_file_is_told_that_a_function_can_be_given(tmp_path):
    with pytest.raises(OptionError, match="a function that gives input is given as module:function"):
        of(Request(model="own:model", input=str(tmp_path / "x.npy")))
