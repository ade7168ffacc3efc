"""The cache folder: where it is, what it lists, what it removes."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from profiler.environments import EnvironmentUnavailableError, list_environments, make, remove, store

from .conftest import MINOR

SLUG = f"tf2.4.1-py{MINOR}"


def test_the_cache_folder_follows_its_variables(monkeypatch, tmp_path):
    monkeypatch.delenv("KPROF_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert store.environments_folder() == tmp_path / "kprof" / "environments"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative/is/ignored")
    assert store.environments_folder() == Path.home() / ".cache" / "kprof" / "environments"
    monkeypatch.setenv("KPROF_CACHE", str(tmp_path / "own"))
    assert store.environments_folder() == tmp_path / "own" / "environments"


def test_a_cache_that_does_not_exist_lists_nothing(cache):
    assert list_environments() == ()
    assert not cache.exists()


def test_the_list_holds_whole_and_half_made_ones_with_their_size(wheels, cache):
    made = make("2.4.1", [].append)
    (cache / "tf2.9.0-py3.7").mkdir()
    (cache / "tf2.9.0-py3.7" / "part").write_bytes(b"x" * 10_000)
    (cache / "notes").mkdir()
    whole, half = list_environments()
    assert (whole.slug, whole.environment, whole.problem) == (SLUG, made, None)
    assert (half.slug, half.environment, half.problem) == ("tf2.9.0-py3.7", None, "half made")
    command = [shutil.which("du", path=os.defpath), "-k", "-s", half.folder]
    used = subprocess.run(command, capture_output=True, text=True, check=True)
    folder_itself = os.lstat(half.folder).st_blocks * 512
    assert half.size_bytes == int(used.stdout.split()[0]) * 1024 - folder_itself
    assert half.shared_bytes == 0
    assert 0 < whole.shared_bytes <= whole.size_bytes


def test_a_hard_link_inside_an_environment_counts_once(cache):
    folder = cache / "tf2.9.0-py3.7"
    folder.mkdir(parents=True)
    (folder / "one").write_bytes(b"x" * 10_000)
    (folder / "two").hardlink_to(folder / "one")
    (stored,) = list_environments()
    assert stored.size_bytes == os.lstat(folder / "one").st_blocks * 512


def test_a_moved_environment_is_not_taken_for_whole(wheels, cache):
    made = make("2.4.1", [].append)
    Path(made.folder).rename(cache / f"tf2.4.2-py{MINOR}")
    (stored,) = list_environments()
    assert stored.problem is not None and "cannot be moved" in stored.problem


def test_a_marker_from_a_later_kprof_is_a_problem_and_no_crash(wheels):
    made = make("2.4.1", [].append)
    marker = Path(made.folder, store.MARKER)
    marker.write_text(marker.read_text().replace(store.SCHEMA, "kprof.environment-marker/9"))
    environment, problem = store.inspect(SLUG)
    assert environment is None and problem is not None and "marker" in problem


def test_a_half_made_one_is_removed(cache):
    (cache / SLUG / "lib").mkdir(parents=True)
    remove(SLUG)
    assert not (cache / SLUG).exists()


def test_what_a_removal_that_was_cut_off_left_is_cleared_by_the_next(cache):
    (cache / f"{store.REMOVING}{SLUG}" / "lib").mkdir(parents=True)
    (cache / SLUG).mkdir()
    remove(SLUG)
    assert [path.name for path in cache.iterdir()] == [f".{SLUG}.lock"]


def names(cache):
    return [path.name for path in cache.iterdir() if not path.name.endswith(".lock")]


def test_what_a_removal_that_was_cut_off_left_is_cleared_by_the_next_list(cache):
    """No list shows such a folder and no slug names it: its gigabytes would stay for ever."""
    (cache / f"{store.REMOVING}{SLUG}" / "lib").mkdir(parents=True)
    assert list_environments() == ()
    assert names(cache) == []


def test_the_removal_of_what_was_half_removed_ends_it(cache):
    (cache / f"{store.REMOVING}{SLUG}" / "lib").mkdir(parents=True)
    remove(SLUG)
    assert names(cache) == []


def test_any_removal_clears_the_leftovers_of_others(cache):
    (cache / f"{store.REMOVING}tf2.0.0-py3.7").mkdir(parents=True)
    (cache / SLUG).mkdir()
    remove(SLUG)
    assert names(cache) == []


def test_what_a_killed_repair_set_aside_is_listed_again(cache):
    (cache / f"{store.REPLACED}{SLUG}" / "lib").mkdir(parents=True)
    (cache / SLUG / "bin").mkdir(parents=True)
    (stored,) = list_environments()
    assert stored.slug == SLUG and names(cache) == [SLUG]
    assert (cache / SLUG / "lib").is_dir()


def test_leftovers_of_a_process_that_is_still_at_it_are_left_alone(cache):
    (cache / f"{store.REMOVING}{SLUG}").mkdir(parents=True)
    (cache / f"{store.REPLACED}{SLUG}").mkdir()
    with store.locked(SLUG):
        assert list_environments() == ()
        with pytest.raises(EnvironmentUnavailableError, match="another process"):
            remove(SLUG)
        assert len(names(cache)) == 2


def test_a_folder_of_another_name_is_no_leftover(cache):
    (cache / f"{store.REMOVING}notes").mkdir(parents=True)
    list_environments()
    assert names(cache) == [f"{store.REMOVING}notes"]


@pytest.mark.parametrize(
    "slug", ["tf2.9.9-py3.7", "../../etc", "tf2.0.0-py3.7/..", "", "all", "tf../x-py3.7"]
)
def test_an_unknown_slug_is_refused_in_one_line_and_removes_nothing(cache, slug):
    (cache / SLUG).mkdir(parents=True)
    with pytest.raises(EnvironmentUnavailableError) as caught:
        remove(slug)
    assert "\n" not in str(caught.value)
    assert (cache / SLUG).is_dir()


def test_a_cache_that_cannot_be_a_folder_ends_in_one_line(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("KPROF_CACHE", str(tmp_path / "file"))
    with pytest.raises(EnvironmentUnavailableError, match="KPROF_CACHE"), store.locked(SLUG):
        pass
