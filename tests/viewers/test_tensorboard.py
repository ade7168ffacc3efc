"""What TensorBoard gets to see of a run."""

import dataclasses
import gzip
import shutil
from pathlib import Path

import pytest

from profiler.protocol.errors import CollectError, RunError, UsageError
from profiler.runs import record
from profiler.runs.foreign import open_files
from profiler.viewers import tensorboard
from tests import foreign_files as files
from tests import reference

COMPILED = "tiny/compiled/predict/b32"


@pytest.fixture(scope="module")
def run():
    return record.read(reference.CURRENT)


@pytest.fixture
def writable(tmp_path):
    copy = tmp_path / "run"
    shutil.copytree(reference.CURRENT, copy)
    return record.read(copy)


def trace_of(run, variant):
    """The variant's capture under the TensorFlow profiler, and its one trace file."""
    capture = next(one for one in run.captures if (one.variant.id, one.instrument) == (variant, "tfprofiler"))
    (file,) = capture.trace_folder().iterdir()
    return capture, file


def silent(line):
    pytest.fail(f"said {line}")


def test_sessions_are_named_by_variant_the_compiled_predict_first(run, tmp_path):
    shown = tensorboard.fill(tmp_path, run, None, silent)
    assert [one.name for one in shown] == ["tiny-compiled-predict-b32", "tiny-uncompiled-predict-b32"]
    sessions = tmp_path / "plugins" / "profile"
    assert {path.name for path in sessions.iterdir()} == {one.name for one in shown}


def test_a_packed_trace_is_unpacked_and_has_its_host_s_name(run, tmp_path):
    (one,) = tensorboard.fill(tmp_path, run, COMPILED, silent)
    (source,) = one.capture.trace_folder().iterdir()
    made = tmp_path / "plugins" / "profile" / one.name / f"{one.host}.xplane.pb"
    assert made.read_bytes() == gzip.decompress(source.read_bytes())


def test_a_plain_trace_is_a_link_so_that_caches_do_not_land_in_the_run(writable, tmp_path):
    capture, packed = trace_of(writable, COMPILED)
    plain = packed.with_suffix("")
    plain.write_bytes(gzip.decompress(packed.read_bytes()))
    packed.unlink()
    names = {name.removesuffix(".gz"): value for name, value in capture.manifest.files.items()}
    unpacked = dataclasses.replace(capture, manifest=dataclasses.replace(capture.manifest, files=names))
    (one,) = tensorboard.fill(tmp_path / "logs", with_captures(writable, [unpacked]), COMPILED, silent)
    made = tmp_path / "logs" / "plugins" / "profile" / one.name / plain.name
    assert made.is_symlink()
    assert made.resolve() == plain.resolve()


def test_a_packed_trace_with_a_plain_name_is_unpacked_too(writable, tmp_path):
    capture, packed = trace_of(writable, COMPILED)
    misnamed = packed.rename(packed.with_suffix(""))
    names = {name.removesuffix(".gz"): value for name, value in capture.manifest.files.items()}
    changed = dataclasses.replace(capture, manifest=dataclasses.replace(capture.manifest, files=names))
    (one,) = tensorboard.fill(tmp_path / "logs", with_captures(writable, [changed]), COMPILED, silent)
    made = tmp_path / "logs" / "plugins" / "profile" / one.name / misnamed.name
    assert made.read_bytes() == gzip.decompress(misnamed.read_bytes())


def test_a_host_s_trace_packed_and_unpacked_is_refused_and_the_run_not_written_through_a_link(
    writable, tmp_path
):
    capture, packed = trace_of(writable, COMPILED)
    _, other = trace_of(writable, "tiny/uncompiled/predict/b32")
    plain = packed.with_suffix("")
    plain.write_bytes(gzip.decompress(other.read_bytes()))
    before = plain.read_bytes()
    with pytest.raises(RunError, match="one host's trace twice"):
        tensorboard.fill(tmp_path / "logs", with_captures(writable, [capture]), COMPILED, silent)
    assert plain.read_bytes() == before


def test_several_captures_of_a_variant_are_numbered(run, tmp_path):
    capture, _ = trace_of(run, COMPILED)
    shown = tensorboard.fill(tmp_path, with_captures(run, [capture, capture]), COMPILED, silent)
    assert [one.name for one in shown] == ["tiny-compiled-predict-b32", "tiny-compiled-predict-b32-2"]


def with_captures(run, captures):
    return dataclasses.replace(run, captures=tuple(captures))


def test_several_environments_are_told_apart(run, tmp_path):
    other = [dataclasses.replace(one, environment="tf2.15.1-py3.11") for one in run.captures]
    variants = run.variants + tuple(("tf2.15.1-py3.11", variant) for _, variant in run.variants)
    both = dataclasses.replace(run, captures=(*run.captures, *other), variants=variants)
    names = [one.name for one in tensorboard.fill(tmp_path, both, None, silent)]
    assert len(set(names)) == 4
    assert names[0] == "tf2.21.0-py3.11-tiny-compiled-predict-b32"


def test_an_environment_s_name_cannot_lead_out_of_the_folder(run, tmp_path):
    evil = "../../../../outside"
    other = [dataclasses.replace(one, environment=evil) for one in run.captures]
    variants = run.variants + tuple((evil, variant) for _, variant in run.variants)
    both = dataclasses.replace(run, captures=(*run.captures, *other), variants=variants)
    logs = tmp_path / "a" / "b"
    shown = tensorboard.fill(logs, both, None, silent)
    assert len(shown) == 4
    assert {path.name for path in (logs / "plugins" / "profile").iterdir()} == {one.name for one in shown}
    assert [path.name for path in tmp_path.rglob("*outside*") if logs not in path.parents] == []


def test_a_trace_that_was_cut_since_is_left_out_in_a_line(writable, tmp_path):
    _, cut = trace_of(writable, COMPILED)
    cut.write_bytes(cut.read_bytes()[:5000])
    said = []
    shown = tensorboard.fill(tmp_path / "logs", record.read(writable.path), None, said.append)
    assert [one.name for one in shown] == ["tiny-uncompiled-predict-b32"]
    assert len(said) == 1
    assert "altered or cut" in said[0]


@pytest.mark.parametrize(
    ("content", "why"),
    [(gzip.compress(b"no trace", mtime=0), "host.xplane.pb.gz"), (b"\x1f\x8bnot gzip", "damaged gzip")],
)
def test_a_trace_that_our_reader_refuses_is_left_out_in_a_line(content, why, writable, tmp_path):
    _, damaged = trace_of(writable, COMPILED)
    # as a run would be whose writer damaged it: read before, so that its hash is not what refuses it
    damaged.write_bytes(content)
    said = []
    shown = tensorboard.fill(tmp_path / "logs", writable, None, said.append)
    assert [one.name for one in shown] == ["tiny-uncompiled-predict-b32"]
    assert {path.name for path in (tmp_path / "logs/plugins/profile").iterdir()} == {shown[0].name}
    (line,) = said
    assert line.startswith(f"left out: {COMPILED}: ")
    assert why in line
    assert "\n" not in line


def test_a_run_without_traces_says_how_to_get_them(run, tmp_path):
    bare = with_captures(run, [one for one in run.captures if one.instrument == "wall"])
    with pytest.raises(RunError, match="measure with instruments=tfprofiler"):
        tensorboard.fill(tmp_path, bare, None, silent)


def test_a_release_whose_traces_it_cannot_read_says_so(tmp_path):
    (old,) = [run for run in reference.runs() if run.name.startswith("tf2.0.0")]
    with pytest.raises(RunError, match="traces of so old a release"):
        tensorboard.fill(tmp_path, record.read(old), None, silent)


@pytest.mark.parametrize(
    ("module", "package"), [("tensorboard", "tensorboard"), ("xprof", "tensorboard-plugin-profile")]
)
def test_a_missing_package_is_named(module, package, monkeypatch):
    find = tensorboard.importlib.util.find_spec
    monkeypatch.setattr(
        tensorboard.importlib.util, "find_spec", lambda name: None if name == module else find(name)
    )
    with pytest.raises(CollectError, match=f"has no {package}; pip install {package}"):
        tensorboard.view(reference.CURRENT, None, None, browser=False, say=silent)


def test_the_setuptools_that_an_old_tensorboard_cannot_do_with_is_told(monkeypatch):
    def fails(*ignored):
        what = "did not start: ModuleNotFoundError: No module named 'pkg_resources'"
        raise CollectError(what, "TensorBoard")

    monkeypatch.setattr(tensorboard.serve, "serve", fails)
    with pytest.raises(CollectError, match=r"pip install 'setuptools<81'"):
        tensorboard.view(reference.CURRENT, COMPILED, None, browser=False, say=lambda line: None)


def test_someone_else_s_session_is_shown_from_a_temporary_folder(tmp_path, monkeypatch):
    seen = []

    def serve(server, stop, browser, say):
        logs = Path(server.command[server.command.index("--logdir") + 1])
        seen.extend((path.relative_to(logs).as_posix(), path.stat().st_size) for path in logs.rglob("*.pb"))

    monkeypatch.setattr(tensorboard.serve, "serve", serve)
    before = sorted(tmp_path.rglob("*"))
    logs = files.logs(tmp_path)
    tensorboard.view_foreign(open_files(logs), None, False, lambda line: None)
    ((name, size),) = seen
    assert name == "plugins/profile/train-2026_01_05_10_15_00/host.xplane.pb" and size > 0
    assert len(before) == 0


def test_a_profile_of_callers_is_not_for_tensorboard(tmp_path):
    opened = open_files(files.write(files.simple(), tmp_path / "app.prof"))
    with pytest.raises(UsageError, match="TensorBoard does not read such a file; view snakeviz shows"):
        tensorboard.view_foreign(opened, None, False, print)


def test_a_trace_of_another_instrument_has_its_name_too(run, tmp_path):
    capture, _ = trace_of(run, COMPILED)
    both = [capture, dataclasses.replace(capture, instrument="probes_trace")]
    names = [one.name for one in tensorboard.fill(tmp_path, with_captures(run, both), COMPILED, silent)]
    assert names == ["tiny-compiled-predict-b32", "tiny-compiled-predict-b32-probes_trace"]
