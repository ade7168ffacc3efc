import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import profiler
from profiler.launch import worker
from profiler.protocol.errors import RunError, UsageError
from profiler.tables.growth import GROWTH
from profiler.tables.latencies import LATENCIES
from profiler.tables.layers import LAYERS
from profiler.tables.profile import FUNCTIONS
from profiler.tables.shares import SHARES
from tests import foreign_files as files
from tests import reference
from tests.comparison.made_sides import FAST, of_two
from tests.launch.swept import SweptWorker
from tests.report.made_run import COMPILED


@pytest.fixture(scope="module")
def run():
    return profiler.load(reference.CURRENT)


@pytest.mark.parametrize(("name", "spec"), [("shares", SHARES), ("latencies", LATENCIES), ("growth", GROWTH)])
def test_frames_have_the_declared_columns(run, name, spec):
    assert list(getattr(run, name)().columns) == [column.name for column in spec.columns]


def test_functions_are_those_of_the_named_variant(run):
    frame = run.functions("tiny/compiled/predict/b32")
    assert list(frame.columns) == [column.name for column in FUNCTIONS.columns]
    assert "predict" in set(frame["name"])


def test_layers_have_the_declared_columns_and_no_layer_comes_last(run):
    frame = run.layers("tiny/compiled/predict/b32")
    assert list(frame.columns) == [column.name for column in LAYERS.columns]
    assert frame["layer"].iloc[-1] == ""
    assert frame["share_of_compute"].sum() == pytest.approx(1, abs=1e-9)


def test_layers_of_a_file_of_another_program_are_guessed():
    frame = profiler.load(reference.CURRENT / "xplane" / "vm.xplane.pb.gz").layers()
    assert set(frame["certainty"]) == {"guessed"}
    assert set(frame["layer"]) == {"dense_1", "dense_1_2", ""}


def test_an_unknown_share_is_nan_not_zero(run):
    frame = run.shares()
    absent = frame[frame["presence"] == "absent"]
    assert len(absent)
    assert absent["share"].isna().all()


def test_every_measured_call_has_a_row(run):
    frame = run.latencies()
    wall = frame[(frame["variant"] == "tiny/compiled/predict/b32") & (frame["instrument"] == "wall")]
    assert len(wall) == 12
    assert wall["process"].nunique() == 3


def test_an_unknown_variant_gets_the_nearest(run):
    with pytest.raises(UsageError, match="tiny/compiled/predict/b32"):
        run.functions("tiny/compild/predict/b32")


def test_a_run_that_does_not_exist_is_one_line():
    with pytest.raises(RunError):
        profiler.load("/nowhere/at/all")


def test_an_unknown_option_gets_the_nearest():
    with pytest.raises(UsageError, match="did you mean budget_s"):
        profiler.run("tiny", budget=3)


def test_a_gate_judges_a_run_and_a_comparison(tmp_path):
    run = of_two(tmp_path / "a")
    found = profiler.gate(profiler.load(run), "ms > 20", "slower > 5%")
    assert (found.outcome, found.exit_code, len(found.judgements)) == ("fails", 1, 3)
    ways = profiler.compare(f"{run}:{FAST.id}", f"{run}:{COMPILED.id}")
    assert profiler.gate(ways, "slower > 5%", cannot_tell="pass").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "no expression was given; name one"),
        (("slwer > 5%",), "did you mean slower"),
        (("grows",), "speaks of nothing in it"),
    ],
)
def test_a_gate_that_cannot_be_is_one_line(arguments, says, run):
    with pytest.raises(UsageError, match=says):
        profiler.gate(run, *arguments)


def test_a_gate_is_of_runs_alone(run, tmp_path):
    file = profiler.load(files.write(files.simple(), tmp_path / "app.prof"))
    with pytest.raises(UsageError, match="ForeignRun: a run of kprof or a comparison of two is needed"):
        profiler.gate(file, "ms > 20")
    with pytest.raises(UsageError, match="cannot_tell=extend: would measure longer"):
        profiler.gate(run, "ms > 20", cannot_tell="extend")


def test_importing_the_package_imports_neither_tensorflow_nor_pandas():
    code = (
        "import sys, profiler; print(sorted({'pandas', 'tensorflow', 'numpy', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"calls": "many"}, "calls='many': a whole number is needed"),
        ({"calls": 2.5}, "calls=2.5: a whole number is needed"),
        ({"processes": True}, "processes=True: a whole number is needed"),
        ({"batch_sizes": (8, None)}, "a whole number is needed"),
        ({"budget_s": "long"}, "budget_s='long': a number is needed"),
        ({"entry_points": 3}, "entry_points=3: text is needed"),
        ({"full": "yes"}, "full='yes': True or False is needed"),
    ],
)
def test_an_option_of_another_kind_is_one_line(given, says):
    """They used to end in a TypeError from somewhere inside."""
    with pytest.raises(UsageError, match=re.escape(says)):
        profiler.run("tiny", **given)


def test_a_live_model_and_the_name_of_a_file_are_one_too_many():
    with pytest.raises(UsageError, match="instead of them"):
        profiler.run(object(), model="m.keras")


@pytest.fixture
def damaged(tmp_path):
    """A run whose compiled profile holds other calls than were measured."""
    path = shutil.copytree(reference.CURRENT, tmp_path / "run")
    (capture,) = path.glob("captures/*/tiny-compiled-predict-b32/cprofile-1/capture.json")
    facts = json.loads(capture.read_text())
    latencies = capture.with_name("latencies.npy")
    np.save(latencies, 3 * np.load(latencies))
    listed = {**facts["files"], latencies.name: hashlib.sha256(latencies.read_bytes()).hexdigest()}
    capture.write_text(json.dumps({**facts, "files": listed, "window_ns": 3 * facts["window_ns"]}))
    return path


def test_functions_of_a_profile_that_contradicts_the_clock_are_refused(damaged):
    """They were shown: only the status in the manifest was looked at."""
    with pytest.raises(RunError, match=r"no sound cprofile capture.*the clock"):
        profiler.load(damaged).functions("tiny/compiled/predict/b32")


def test_functions_of_a_variant_that_several_environments_have_ask_which(tmp_path):
    """The first environment's were given without a word."""
    path = shutil.copytree(reference.CURRENT, tmp_path / "run")
    manifest = json.loads((path / "run.json").read_text())
    (slug,) = manifest["environments"]
    manifest["environments"]["tf2.15.1-py3.11"] = manifest["environments"][slug]
    manifest["variants"] += [{**one, "environment": "tf2.15.1-py3.11"} for one in manifest["variants"]]
    (path / "run.json").write_text(json.dumps(manifest))
    run = profiler.load(path)
    with pytest.raises(UsageError, match=f"choose {slug}:tiny/compiled/predict/b32 or tf2.15.1-py3.11:"):
        run.functions("tiny/compiled/predict/b32")
    assert len(run.functions(f"{slug}:tiny/compiled/predict/b32"))


def test_a_profile_is_loaded_as_tables(tmp_path):
    loaded = profiler.load(files.write(files.simple(), tmp_path / "app.prof"))
    shares = loaded.shares().set_index("internal")
    assert shares.loc["data_adapter", "share"] == pytest.approx(0.5)
    assert np.isnan(shares.loc["autograph", "share"]) and shares.loc["autograph", "presence"] == "unknown"
    (call,) = loaded.calls().to_dict("records")
    assert (call["entry_point"], call["calls"], call["site_path"]) == ("predict", 5, "app.py")
    assert list(loaded.functions()["name"]) == ["main", "predict", "__init__"]
    assert repr(loaded).endswith("app.prof>")


def test_a_trace_has_no_table_of_functions(tmp_path):
    loaded = profiler.load(files.logs(tmp_path))
    assert len(loaded.calls()) == 1
    with pytest.raises(UsageError, match="is a trace"):
        loaded.functions()


def test_a_run_has_no_sessions():
    with pytest.raises(UsageError, match="has no sessions"):
        profiler.load(reference.CURRENT, session="train")


def test_files_of_other_profilers_are_compared(tmp_path):
    """They were no runs to it, though the command line compared them."""
    paths = [files.write(files.simple(s), tmp_path / f"{s}.prof") for s in (2.0, 4.0)]
    (entry,) = profiler.compare(*paths).entries
    change = next(one for one in entry.internals if one.internal == "data_adapter")
    assert change.difference == pytest.approx(0.25)


def test_sessions_of_a_log_directory_are_compared_by_name(tmp_path):
    logs = files.logs(tmp_path)
    (first,) = logs.glob("train/plugins/profile/*")
    shutil.copytree(first, first.with_name("2026_02_02_00_00_00"))
    with pytest.raises(UsageError, match="holds 2 sessions") as caught:
        profiler.compare(logs, logs)
    assert "session=train/2026_02_02_00_00_00" in str(caught.value) and "--" not in str(caught.value)
    found = profiler.compare(logs, logs, session=(f"train/{first.name}", "train/2026_02_02_00_00_00"))
    assert found.before != found.after
    same = profiler.compare(logs, logs, session=f"train/{first.name}")
    assert same.before == same.after


def test_no_package_stands_in_the_place_of_a_public_name():
    """``profiler.compare`` was a function at first, and the package of that name from the second look on."""
    folder = Path(profiler.__file__).parent
    assert not [
        name for name in profiler.__all__ if (folder / name).is_dir() or (folder / f"{name}.py").exists()
    ]


def test_a_sweep_returns_points_and_lines(monkeypatch, tmp_path):
    monkeypatch.setattr(worker, "run", SweptWorker().run)
    found = profiler.sweep("tiny", rows=[1, 4096], budget_s=1, out=tmp_path, compile_states="compiled")
    assert [one.size for one in found.points] == [1, 4096]
    assert found.lines[0].status == "above"
    assert (tmp_path / found.run / "sweep.json").is_file()
    with pytest.raises(UsageError, match="did you mean"):
        profiler.sweep("tiny", enty_points="predict")
