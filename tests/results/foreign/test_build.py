"""The module of a file's format says what it tells; whoever asks names none."""

import importlib

import pytest

from profiler.readers import FORMATS
from tests import foreign_files as files
from tests.results.foreign import told


@pytest.mark.parametrize(("path", "format_id"), [(files.LOST, "pstats"), (files.TRACE, "xplane")])
def test_a_report_names_the_file_and_its_format(path, format_id):
    report = told.report(path)
    assert report.name == str(path)
    assert [file.format for file in report.files] == [format_id]


@pytest.mark.parametrize("format_id", FORMATS)
def test_every_format_that_has_a_reader_has_a_module_that_says_what_a_file_tells(format_id):
    assert callable(importlib.import_module(f"profiler.results.foreign.{format_id}").told)
