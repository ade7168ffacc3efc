"""The registry of candidates, and what all of them share."""

import pkgutil

import pytest

from profiler.collect import candidates
from profiler.collect.candidates import MissingPackageError, UnsuitableError
from profiler.protocol.candidates import CANDIDATE_IDS, Candidate, candidate
from tests.collect.candidates.made_up import subject


def test_each_descriptor_has_its_module_and_each_module_its_descriptor():
    assert {one.name for one in pkgutil.iter_modules(candidates.__path__)} == set(CANDIDATE_IDS)


def test_a_package_that_is_missing_is_named_with_how_to_install_it():
    told = "no-such-runtime is not installed; .* -m pip install no-such-runtime"
    with pytest.raises(MissingPackageError, match=told):
        candidates.require_installed(Candidate("x", "", "", packages=("no-such-runtime",)))


def test_one_of_another_framework_is_not_tried(tmp_path):
    with pytest.raises(UnsuitableError, match="works with tensorflow alone, this is made_up"):
        candidates.prepare(candidate("function_open"), subject(tmp_path))


def test_one_for_the_same_data_is_not_tried_where_rows_vary(tmp_path):
    with pytest.raises(UnsuitableError, match="the same input in every call"):
        candidates.prepare(candidate("dataset"), subject(tmp_path, varies=True))
