"""Making, reusing and repairing environments: the real uv, virtual environments, tiny wheels."""

import contextlib
import json
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from profiler.environments import (
    DoesNotFitError,
    EnvironmentUnavailableError,
    NoSuchReleaseError,
    in_use,
    make,
    making,
    store,
)
from profiler.environments.errors import DoesNotResolveError

from .conftest import MINOR, TABLE, write_wheel

pytestmark = pytest.mark.long

SLUG = f"tf2.4.1-py{MINOR}"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def lines():
    return []


def one_line(caught):
    text = str(caught.value)
    assert text and "\n" not in text
    return text


def test_a_release_is_made_with_its_pins_and_can_be_imported(wheels, lines):
    made = make("2.4.1", lines.append)
    assert made.slug == SLUG
    assert made.packages == {"numpy": "1.0.99", "tensorflow-cpu": "2.4.1"}
    assert made.python_version.startswith(MINOR) and made.listed and made.notes == ()
    code = "import numpy, tensorflow; print(tensorflow.__version__, numpy.__version__)"
    done = subprocess.run([made.python, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["2.4.1", "1.0.99"]
    assert lines[0].startswith(f"making {SLUG}") and "ready" in lines[-1]


def test_an_environment_that_exists_is_used_again_without_uv_or_index(wheels, lines, monkeypatch):
    first = make("2.4.1", lines.append)
    lines.clear()
    monkeypatch.setenv("UV_FIND_LINKS", "/no/such/folder")
    monkeypatch.setenv("PATH", "")
    assert make("2.4", lines.append) == making.made("2.4") == first
    assert lines == []


def test_an_environment_that_nobody_has_made_is_none(cache):
    assert making.made("2.4.1") is None


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda folder: (folder / store.MARKER).unlink(), "half made"),
        (lambda folder: (folder / store.MARKER).write_text("{"), "marker"),
        (lambda folder: (folder / "bin" / "python").unlink(), "interpreter"),
        (lambda folder: next(folder.glob("lib/*/site-packages/tensorflow/part.py")).unlink(), "part.py"),
        (
            lambda folder: next(folder.glob("lib/*/site-packages/numpy-*/RECORD")).unlink(),
            "1 of its packages",
        ),
        (lambda folder: (folder / "lib").rename(folder / "gone"), "packages are gone"),
    ],
)
def test_a_damaged_environment_is_made_again_and_the_damage_named(wheels, lines, damage, said):
    made = make("2.4.1", lines.append)
    damage(Path(made.folder))
    lines.clear()
    assert make("2.4.1", lines.append) == made
    assert said in lines[0] and "made again" in lines[0]
    assert store.inspect(SLUG) == (made, None)


def test_an_environment_of_other_pins_is_made_again(wheels, lines, tmp_path, monkeypatch):
    from profiler.environments import releases

    make("2.4.1", lines.append)
    table = tmp_path / "later.toml"
    table.write_text(TABLE.replace("numpy==1.0.99", "numpy==2.0.99"))
    monkeypatch.setattr(releases, "TABLE", table)
    assert make("2.4.1", lines.append).packages["numpy"] == "2.0.99"
    assert any("other packages" in line for line in lines)


def test_where_the_first_package_lacks_the_release_the_next_is_taken(wheels, lines):
    assert make("2.9.0", lines.append).packages == {"numpy": "2.0.99", "tensorflow": "2.9.0"}


def test_an_unlisted_release_is_made_with_the_nearest_pins_and_says_so(wheels, lines):
    write_wheel(wheels, "tensorflow-cpu", "2.5.0", "", requires=["numpy"])
    made = make("2.5.0", lines.append)
    assert not made.listed and "2.4.1" in made.notes[0] and made.packages["numpy"] == "1.0.99"
    assert made.notes[0] in lines


def test_pins_that_do_not_suit_an_unlisted_release_give_way_to_the_next_nearest(wheels, lines):
    write_wheel(wheels, "tensorflow-cpu", "2.5.0", "", requires=["numpy>=2"])
    made = make("2.5.0", lines.append)
    assert made.packages["numpy"] == "2.0.99" and "pins of 2.9.0" in made.notes[0]


def test_an_unlisted_release_that_no_pins_suit_gets_the_installers_choice(wheels, lines, tmp_path):
    (tmp_path / "releases.toml").write_text(TABLE.replace("pins = []", 'pins = ["numpy==1.0.99"]'))
    write_wheel(wheels, "tensorflow-cpu", "2.5.0", "", requires=["numpy>=2"])
    made = make("2.5.0", lines.append)
    assert made.requirements == ("tensorflow-cpu==2.5.0",) and "installer" in made.notes[0]
    assert made.packages["numpy"] == "2.0.99"


def test_a_release_that_does_not_exist_leaves_one_line_and_no_folder(wheels, lines, cache):
    with pytest.raises(NoSuchReleaseError) as caught:
        make("2.7.7", lines.append)
    assert "2.7.7" in one_line(caught) and "no such release" in one_line(caught)
    assert store.list_environments() == ()


def test_a_release_without_a_wheel_for_this_python_does_not_fit(wheels, lines):
    write_wheel(wheels, "tensorflow-cpu", "2.7.7", "", tag="cp36-cp36m-any")
    with pytest.raises(DoesNotFitError) as caught:
        make("2.7.7", lines.append)
    assert MINOR in one_line(caught) and platform.machine() in one_line(caught)


def test_a_release_for_another_machine_does_not_fit(wheels, lines):
    write_wheel(wheels, "tensorflow-cpu", "2.7.7", "", tag="py3-none-win_amd64")
    with pytest.raises(DoesNotFitError) as caught:
        make("2.7.7", lines.append)
    assert "win_amd64" in one_line(caught) or "platform" in one_line(caught)


def test_pins_that_contradict_the_release_are_named(wheels, lines):
    write_wheel(wheels, "tensorflow-cpu", "2.4.1", "", requires=["numpy>=2"])
    with pytest.raises(DoesNotResolveError) as caught:
        make("2.4.1", lines.append)
    assert "numpy" in one_line(caught)


def test_a_tensorflow_that_does_not_import_leaves_its_last_line_and_no_folder(wheels, lines):
    write_wheel(wheels, "tensorflow-cpu", "2.4.1", "raise ImportError('DLL of no use')", requires=["numpy"])
    with pytest.raises(EnvironmentUnavailableError) as caught:
        make("2.4.1", lines.append)
    assert "does not import: ImportError: DLL of no use" in one_line(caught)
    assert store.list_environments() == ()


def test_a_tensorflow_that_kills_its_process_is_told_as_such(wheels, lines):
    write_wheel(wheels, "tensorflow-cpu", "2.4.1", "import os; os.kill(os.getpid(), 4)", requires=["numpy"])
    with pytest.raises(EnvironmentUnavailableError) as caught:
        make("2.4.1", lines.append)
    assert "SIGILL" in one_line(caught)


def test_a_python_that_is_missing_is_named_with_a_command_that_gets_it(wheels, lines):
    with pytest.raises(EnvironmentUnavailableError) as caught:
        make("2.4.1", lines.append, python_minor="3.99")
    assert "needs Python 3.99" in one_line(caught) and "pyenv install 3.99" in one_line(caught)


def test_two_makers_at_once_make_it_once(wheels, cache, tmp_path):
    code = (
        "import json, sys; from pathlib import Path\n"
        "from profiler.environments import make, releases\n"
        f"releases.TABLE = Path({str(tmp_path / 'releases.toml')!r})\n"
        "lines = []; made = make('2.4.1', lines.append)\n"
        "print(json.dumps([made.folder, lines]))\n"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT) for _ in range(3)
    ]
    ended = [json.loads(process.communicate(timeout=120)[0]) for process in started]
    assert {folder for folder, _ in ended} == {str(cache / SLUG)}
    assert sum(any(line.startswith("making") for line in said) for _, said in ended) == 1
    assert store.inspect(SLUG)[1] is None


def test_a_maker_that_waits_says_so_and_uses_what_the_other_made(wheels, lines):
    made = make("2.4.1", lines.append)
    marker = Path(made.folder, store.MARKER)
    whole = marker.read_text()
    marker.unlink()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, SLUG], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    )
    assert holder.stdout.readline() == b"held\n"

    def progress(line):
        lines.append(line)
        if line.startswith("waiting"):
            marker.write_text(whole)
            holder.communicate(b"end\n")

    lines.clear()
    assert make("2.4.1", progress) == made
    assert lines == [f"waiting: another process makes or runs {SLUG}"]


HOLD = """
import sys
from profiler.environments import store
with store.locked(sys.argv[1], shared="--shared" in sys.argv):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_an_environment_in_use_is_not_removed_until_its_user_ends(wheels, lines):
    made = make("2.4.1", lines.append)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, SLUG, "--shared"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(EnvironmentUnavailableError) as caught:
        store.remove(SLUG)
    assert "another process" in one_line(caught)
    assert store.inspect(SLUG) == (made, None)
    holder.communicate(b"end\n")
    store.remove(SLUG)
    assert not Path(made.folder).exists() and store.list_environments() == ()


def test_an_environment_in_use_is_neither_removed_nor_made_again_of_other_packages(
    wheels, lines, tmp_path, monkeypatch
):
    with in_use("2.4.1", lines.append) as made:
        with pytest.raises(EnvironmentUnavailableError, match="makes or runs it"):
            store.remove(SLUG)
        table = tmp_path / "later.toml"
        table.write_text(TABLE.replace("numpy==1.0.99", "numpy==2.0.99"))
        code = (
            "from pathlib import Path; from profiler.environments import make, releases\n"
            f"releases.TABLE = Path({str(table)!r}); make('2.4.1', lambda line: print(line, flush=True))\n"
        )
        other = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT)
        assert other.stdout.readline().decode() == f"waiting: another process makes or runs {SLUG}\n"
        assert store.inspect(SLUG) == (made, None)
    other.communicate(timeout=120)
    found, problem = store.inspect(SLUG)
    assert problem is None and found.packages["numpy"] == "2.0.99"


def test_an_environment_that_never_looks_whole_is_made_once_and_used(wheels, lines, monkeypatch):
    """A package may record a file that it does not install."""
    real = store.inspect
    monkeypatch.setattr(store, "inspect", lambda slug: (real(slug)[0], "part.py is gone"))
    with in_use("2.4.1", lines.append) as made:
        assert made.slug == SLUG
    assert sum(line.startswith("making") for line in lines) == 1


def test_two_users_share_an_environment(wheels, lines):
    with in_use("2.4.1", lines.append) as first, in_use("2.4.1", lines.append) as second:
        assert first == second
    store.remove(SLUG)


def test_an_environment_that_vanishes_before_it_is_held_is_made_again(wheels, lines, monkeypatch):
    real, calls = making.make, []

    def make_and_lose(*arguments):
        made = real(*arguments)
        calls.append(made)
        if len(calls) == 1:
            store.remove(SLUG)
        return made

    monkeypatch.setattr(making, "make", make_and_lose)
    with in_use("2.4.1", lines.append) as made:
        assert store.inspect(SLUG) == (made, None) and len(calls) == 2


def test_a_repair_that_fails_gives_back_what_was_there(wheels, lines, cache, monkeypatch):
    """Without network a damaged environment of hundreds of megabytes would be gone for good."""
    made = make("2.4.1", lines.append)
    lost = next(Path(made.folder).glob("lib/*/site-packages/tensorflow/part.py"))
    lost.rename(lost.with_name("kept.py"))
    monkeypatch.setenv("UV_FIND_LINKS", "/no/such/folder")
    monkeypatch.setenv("UV_CACHE_DIR", str(cache / "empty"))
    with pytest.raises(EnvironmentUnavailableError):
        make("2.4.1", lines.append)
    lost.with_name("kept.py").rename(lost)
    assert make("2.4.1", lines.append) == made
    assert [path.name for path in cache.iterdir() if "replaced" in path.name] == []


@pytest.mark.parametrize("stop", [KeyboardInterrupt, EnvironmentUnavailableError("the disk is full")])
def test_however_a_repair_ends_early_the_old_one_is_back(cache, stop):
    (cache / SLUG).mkdir(parents=True)
    (cache / SLUG / "old").write_text("")
    with pytest.raises((KeyboardInterrupt, EnvironmentUnavailableError)), store.replacing(SLUG):
        (cache / SLUG).mkdir()
        (cache / SLUG / "new").write_text("")
        raise stop
    assert [path.name for path in (cache / SLUG).iterdir()] == ["old"]
    assert [path.name for path in cache.iterdir()] == [SLUG]


@pytest.mark.parametrize("killed", ["before the new one was complete", "after"])
def test_what_a_killed_repair_left_is_settled_by_the_next(wheels, lines, cache, killed):
    made = make("2.4.1", lines.append)
    Path(made.folder).rename(cache / f"{store.REPLACED}{SLUG}")
    (cache / SLUG).mkdir()
    if killed == "after":
        (cache / SLUG / store.MARKER).write_text("{}")
    with contextlib.suppress(KeyError), store.replacing(SLUG):
        raise KeyError
    left = [path.name for path in (cache / SLUG).iterdir()]
    assert ("bin" in left) == (killed != "after")
    assert [path for path in cache.iterdir() if path.name.startswith(store.REPLACED)] == []


def test_a_cache_behind_a_link_is_not_a_moved_one(wheels, lines, cache, tmp_path, monkeypatch):
    made = make("2.4.1", lines.append)
    (tmp_path / "link").symlink_to(cache.parent)
    monkeypatch.setenv("KPROF_CACHE", str(tmp_path / "link"))
    lines.clear()
    assert make("2.4.1", lines.append) == made
    assert lines == [] and store.inspect(SLUG) == (made, None)
