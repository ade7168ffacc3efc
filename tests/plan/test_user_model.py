from profiler.plan import user_model
from profiler.protocol.spec import WorkloadSpec


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
