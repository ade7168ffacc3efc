"""What two names mean, and how they are compared."""

import dataclasses

import pytest

from profiler.comparison import named
from profiler.comparison.foreign import ForeignComparison
from profiler.comparison.runs import RunComparison
from profiler.comparison.sides import Chosen
from profiler.protocol.errors import OptionError, RunError, UsageError
from tests import foreign_files as files
from tests import reference
from tests.comparison.made_sides import FAST, of_two
from tests.report.made_run import COMPILED, SLUG


@pytest.fixture
def paths(tmp_path):
    return [str(files.write(files.simple(s), tmp_path / f"{s}.prof")) for s in (2.0, 4.0)]


def test_two_files_give_differences(paths):
    found = named.compare(*paths)
    assert isinstance(found, ForeignComparison) and (found.before, found.after) == tuple(paths)


def test_two_runs_give_a_verdict():
    assert isinstance(named.compare(str(reference.CURRENT), str(reference.CURRENT)), RunComparison)


@pytest.mark.long
def test_a_run_beside_a_file_is_measured_alike(tmp_path):
    file = str(files.real("predict_loop", tmp_path))
    for sides in ((file, str(reference.CURRENT)), (str(reference.CURRENT), file)):
        (entry,) = named.compare(*sides).entries
        assert None not in dataclasses.astuple(entry)[:5]


def test_a_smallest_effect_without_a_verdict_is_refused(paths):
    with pytest.raises(OptionError, match="without a verdict there is none") as caught:
        named.compare(*paths, smallest_effect=0.1)
    assert caught.value.option == "smallest_effect"


def test_sessions_need_log_directories(paths):
    with pytest.raises(OptionError, match="more sessions than there are log directories") as caught:
        named.compare(*paths, sessions=("train",))
    assert caught.value.option == "session"


def test_what_is_not_there_is_told_as_a_run(paths):
    with pytest.raises(RunError, match="no such run"):
        named.compare(paths[0], "nowhere")


@pytest.fixture
def traces(tmp_path, monkeypatch):
    of_two(tmp_path / "run")
    monkeypatch.setenv("KPROF_TRACES", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("run", ["run", "latest", "./run"])
@pytest.mark.parametrize("variant", [FAST.id, f"{SLUG}:{FAST.id}"])
def test_a_name_with_a_colon_is_a_variant_of_a_run(run, variant, traces):
    (found,) = named.compare(f"{run}:{variant}", f"{run}:{COMPILED.id}").variants
    assert (found.id, found.after_id, found.paired) == (FAST.id, COMPILED.id, True)
    assert found.name == f"{COMPILED.id} against {FAST.id}"


def test_a_path_may_hold_colons_itself(traces):
    of_two(traces / "a:b")
    assert named.chosen_of("a:b").variant is None
    assert named.chosen_of(f"a:b:{FAST.id}") == Chosen(traces / "a:b", FAST.id)


@pytest.mark.parametrize("name", [f"rnu:{FAST.id}", "rnu", f"rnu:{SLUG}:{FAST.id}"])
def test_a_run_that_is_not_there_is_named_without_its_variant(name, traces):
    with pytest.raises(RunError, match=r"^rnu: no such run; did you mean run"):
        named.chosen_of(name)


def test_a_file_of_another_profiler_has_no_variants(paths):
    with pytest.raises(UsageError, match="which has no variants"):
        named.compare(f"{paths[0]}:{FAST.id}", "latest")


@pytest.mark.long
def test_a_variant_beside_a_file_is_the_one_that_is_compared(tmp_path):
    file = str(files.real("predict_loop", tmp_path))
    found = named.compare(file, f"{reference.CURRENT}:tiny/uncompiled/predict/b32")
    assert found.after.endswith("(tiny/uncompiled/predict/b32)")
