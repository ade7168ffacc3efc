import pytest

from profiler.tables import declared


def test_a_file_s_tables_and_lists_come_back(tmp_path):
    path = tmp_path / "it.toml"
    path.write_text('id = "it"\n[[row]]\nname = "é"\n', encoding="utf-8")
    assert declared.read(path) == {"id": "it", "row": [{"name": "é"}]}


def test_what_is_no_toml_or_no_file_is_an_error(tmp_path):
    path = tmp_path / "it.toml"
    path.write_text("id = \n")
    with pytest.raises(ValueError, match="line 1"):
        declared.read(path)
    with pytest.raises(OSError, match="missing"):
        declared.read(tmp_path / "missing.toml")
