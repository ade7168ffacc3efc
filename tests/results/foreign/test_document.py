import json

from tests import foreign_files as files
from tests.results.foreign import told


def test_the_document_is_json_of_its_schema(tmp_path):
    report = told.report(files.write(files.simple(), tmp_path / "app.prof"))
    value = json.loads(json.dumps(report.to_json()))
    assert value["schema"] == "kprof.foreign/1"
    assert [one["entry_point"] for one in value["files"][0]["calls"]] == ["predict"]


def test_a_file_that_is_spoiled_says_why_and_a_sound_one_nothing(tmp_path):
    assert told.file(files.LOST).spoiled.startswith("frames were lost")
    assert told.file(files.write(files.simple(), tmp_path / "app.prof")).spoiled is None
