"""The table of releases, and the look-up of releases that it lacks."""

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from profiler.environments import releases
from profiler.environments.making import recipes
from profiler.protocol.errors import UsageError

RUN = (
    *("2.0.0", "2.1.0", "2.2.3", "2.3.4", "2.4.4", "2.6.5", "2.8.4", "2.10.1", "2.12.1", "2.13.1"),
    *("2.14.1", "2.15.1", "2.16.2", "2.17.1", "2.18.1", "2.19.1", "2.20.0", "2.21.0"),
)


def test_the_table_holds_every_release_that_was_run():
    assert [row.version for row in releases.known_releases()] == list(RUN)


@pytest.mark.parametrize("row", releases.known_releases(), ids=lambda row: row.version)
def test_every_row_is_installable_as_written(row):
    for pin in row.pins:
        assert Requirement(pin).specifier
    assert set(row.packages) <= {"tensorflow", "tensorflow-cpu"}
    assert all(releases.OLDEST_PYTHON <= Version(minor) <= Version("3.13") for minor in row.python)
    assert all(releases.read_table(releases.TABLE).quirks[quirk] for quirk in row.quirks)


def test_interpreters_whose_cprofile_loses_frames_come_last():
    for row in releases.known_releases():
        sound = [Version(minor) < Version("3.12") for minor in row.python]
        assert sound == sorted(sound, reverse=True)


def test_every_quirk_belongs_to_a_release():
    used = {quirk for row in releases.known_releases() for quirk in row.quirks}
    assert used == set(releases.read_table(releases.TABLE).quirks)


def test_the_oldest_releases_get_a_numpy_that_builds_recurrent_layers():
    for release in ("2.0.0", "2.1.0"):
        (row,) = releases.look_up(release).rows
        pins = {Requirement(pin).name: Requirement(pin).specifier for pin in row.pins}
        assert "1.20.0" not in pins["numpy"] and "1.18.5" in pins["numpy"]


@pytest.mark.parametrize(
    ("asked", "meant"), [("2.15.1", "2.15.1"), ("2.15", "2.15.1"), ("2.0", "2.0.0"), ("2.22", "2.22.0")]
)
def test_two_numbers_mean_the_newest_patch_that_the_table_has(asked, meant):
    assert releases.look_up(asked).version == meant


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ("2.5.3", {"2.4.4", "2.6.5"}),
        ("2.15.0", {"2.15.1"}),
        ("2.22.0", {"2.21.0"}),
        ("2.21.0rc1", {"2.21.0"}),
        ("2.99.0", {"2.21.0"}),
    ],
)
def test_an_unlisted_release_gets_the_nearest_rows_and_says_so(asked, rows):
    wanted = releases.look_up(asked)
    assert not wanted.listed
    assert rows <= {row.version for row in wanted.rows}
    ways = recipes(wanted)
    assert all(way.distribution.endswith(f"=={asked}") for way in ways)
    assert wanted.rows[0].version in ways[0].notes[0] and asked in ways[0].notes[0]
    assert ways[-1].requirements == (ways[-1].distribution,) and "choice" in ways[-1].notes[0]


@pytest.mark.parametrize(
    "asked", ["", "newest", "2.x", "1.15.0", "0.12", "3.0.0", "2.0.0; rm -rf", "../2.0.0"]
)
def test_what_is_no_release_ends_in_one_line(asked):
    with pytest.raises(UsageError) as caught:
        releases.look_up(asked)
    assert "\n" not in str(caught.value)


def test_rows_out_of_order_and_unknown_quirks_are_refused(tmp_path):
    row = '[[release]]\nversion = "{}"\npython = ["3.11"]\npackages = ["a"]\npins = []\nquirks = [{}]\n'
    path = tmp_path / "order.toml"
    path.write_text("[quirks]\n" + row.format("2.1.0", "") + row.format("2.0.0", ""))
    with pytest.raises(ValueError, match="order"):
        releases.read_table(path)
    path = tmp_path / "quirk.toml"
    path.write_text("[quirks]\n" + row.format("2.1.0", '"odd"'))
    with pytest.raises(ValueError, match="odd"):
        releases.read_table(path)
