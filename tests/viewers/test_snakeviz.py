"""Which profile snakeviz gets."""

import dataclasses

import pytest

from profiler.protocol.errors import RunError
from profiler.readers import pstats
from profiler.runs import record
from profiler.runs.foreign import open_file
from profiler.viewers import snakeviz
from tests import foreign_files as files
from tests import reference

COMPILED = "tiny/compiled/predict/b32"


@pytest.fixture(scope="module")
def run():
    return record.read(reference.CURRENT)


def without_sound(run, *instruments):
    captures = tuple(
        dataclasses.replace(one, status="unsound", reason=f"{one.instrument} lost frames")
        if one.instrument in instruments
        else one
        for one in run.captures
    )
    return dataclasses.replace(run, captures=captures)


def test_the_profile_of_cprofile_is_shown_as_it_is(run):
    chosen = snakeviz.choose(run, None)
    assert (chosen.capture.variant.id, chosen.capture.instrument, chosen.skipped) == (
        COMPILED,
        "cprofile",
        None,
    )
    assert any("trainer.py" in path for path in chosen.found.functions.coded("path").values)


def test_where_cprofile_is_unsound_the_profile_comes_from_the_trace_and_says_so(run):
    chosen = snakeviz.choose(without_sound(run, "cprofile"), COMPILED)
    assert (chosen.capture.variant.id, chosen.capture.instrument) == (COMPILED, "tfprofiler")
    assert "cprofile lost frames" in chosen.skipped
    names = chosen.found.functions.coded("name").values
    assert {"predict", "_create_concrete_function", "EagerLocalExecute: MakeIterator"} <= set(names)


def test_a_variant_s_trace_comes_before_another_variant_s_profile(run):
    """The uncompiled model was shown, without a word, where the compiled one's profile was damaged."""
    captures = tuple(
        dataclasses.replace(one, status="failed", reason="profile.prof: missing")
        if (one.instrument, one.variant.id) == ("cprofile", COMPILED)
        else one
        for one in run.captures
    )
    chosen = snakeviz.choose(dataclasses.replace(run, captures=captures), None)
    assert (chosen.capture.variant.id, chosen.capture.instrument) == (COMPILED, "tfprofiler")
    assert "profile.prof: missing" in chosen.skipped


def test_a_profile_that_is_not_of_the_measured_calls_is_not_shown(run):
    captures = tuple(
        dataclasses.replace(one, manifest=dataclasses.replace(one.manifest, calls=one.manifest.calls + 1))
        if one.instrument == "cprofile"
        else one
        for one in run.captures
    )
    chosen = snakeviz.choose(dataclasses.replace(run, captures=captures), None)
    assert chosen.capture.instrument == "tfprofiler"
    assert "calls" in chosen.skipped


def test_without_any_sound_capture_both_reasons_are_told(run):
    with pytest.raises(RunError, match=r"cprofile lost frames; .*tfprofiler lost frames"):
        snakeviz.choose(without_sound(run, "cprofile", "tfprofiler"), None)


def served(monkeypatch):
    """Return the profile in the file that snakeviz gets, instead of serving it."""
    seen = []

    def serve(server, stop, browser, say):
        seen.append(pstats.read(server.command[-1]))

    monkeypatch.setattr(snakeviz.serve, "serve", serve)
    return seen


def test_someone_else_s_profile_is_written_again_from_our_tables(tmp_path, monkeypatch):
    seen, said = served(monkeypatch), []
    opened = open_file(files.write(files.simple(), tmp_path / "app.prof"))
    snakeviz.view_foreign(opened, None, False, said.append)
    assert seen[0].functions.coded("name").decode() == ["main", "predict", "__init__"]
    assert said == [str(opened.path)]


def test_someone_else_s_trace_is_shown_as_the_profile_of_its_tree(monkeypatch):
    seen, said = served(monkeypatch), []
    snakeviz.view_foreign(open_file(files.TRACE), None, False, said.append)
    assert "predict" in seen[0].functions.coded("name").decode()
    assert snakeviz.OF_TRACE in said
