"""The table of TensorFlow releases: Python versions, packages, pins and quirks of each."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.version import InvalidVersion, Version

from ..protocol.errors import UsageError
from ..tables import declared

TABLE = Path(__file__).with_name("releases.toml")
MAJOR = 2
NEAREST_ROWS = 2
# The worker's own floor.
OLDEST_PYTHON = Version("3.7")


@dataclass(frozen=True)
class Release:
    """One row of the table: ``quirks`` are ids, which the table's ``quirks`` explain.

    ``download_mb``: the megabytes that making its environment fetches, None where nobody has measured that.
    """

    version: str
    python: tuple[str, ...]
    packages: tuple[str, ...]
    pins: tuple[str, ...]
    quirks: tuple[str, ...]
    download_mb: int | None = None


@dataclass(frozen=True)
class ReleaseTable:
    """All rows, oldest first, and the line of each quirk."""

    releases: tuple[Release, ...]
    quirks: Mapping[str, str]

    def __post_init__(self) -> None:
        versions = [Version(release.version) for release in self.releases]
        if versions != sorted(set(versions)):
            raise ValueError("releases: not in order, or one twice")
        for release in self.releases:
            unknown = set(release.quirks) - set(self.quirks)
            if unknown or not release.python or not release.packages:
                raise ValueError(
                    f"release {release.version}: unknown quirks {unknown}, or no python or package"
                )


@dataclass(frozen=True)
class Wanted:
    """A release as it will be looked for.

    ``rows`` are the table's rows whose Python versions and pins are tried in order: the release's own alone,
    or the nearest ones when it has none (``listed`` is then False).
    """

    version: str
    rows: tuple[Release, ...]
    listed: bool


@functools.cache
def read_table(path: Path) -> ReleaseTable:
    """Return the table in a TOML file.

    Raises:
        ValueError: rows out of order, a quirk without a line, or a row without Python versions or packages.
    """
    data = declared.read(path)
    return ReleaseTable(
        tuple(
            Release(
                row["version"],
                tuple(v for v in row["python"] if Version(v) >= OLDEST_PYTHON),
                tuple(row["packages"]),
                tuple(row["pins"]),
                tuple(row["quirks"]),
                row.get("download_mb"),
            )
            for row in data["release"]
        ),
        data["quirks"],
    )


def known_releases() -> tuple[Release, ...]:
    """Return the releases of the table, oldest first."""
    return read_table(TABLE).releases


def look_up(release: str) -> Wanted:
    """Return how to look for a release: ``2.15.1``, ``2.21.0rc1``, or ``2.15`` for its newest listed patch.

    A release that the table lacks gets the rows nearest to it: same minor version first, then by distance.

    Raises:
        UsageError: no version number, or none of TensorFlow 2.
    """
    try:
        version = Version(release)
    except InvalidVersion as error:
        raise UsageError(
            f"{release!r} is no TensorFlow release", to_do="give a version such as 2.15.1"
        ) from error
    if version.major != MAJOR:
        raise UsageError("kprof measures releases of TensorFlow 2, from 2.0.0 on", f"TensorFlow {release}")
    rows = known_releases()
    if len(version.release) == 2 and not version.is_prerelease:
        of_minor = [row for row in rows if Version(row.version).release[:2] == version.release]
        version = Version(of_minor[-1].version if of_minor else f"{version}.0")
    exact = [row for row in rows if Version(row.version) == version]
    if exact:
        return Wanted(exact[0].version, (exact[0],), True)
    nearest = sorted(rows, key=lambda row: _distance(Version(row.version), version))[:NEAREST_ROWS]
    return Wanted(str(version), tuple(nearest), False)


def _distance(row: Version, wanted: Version) -> tuple[int, int, int]:
    major, minor = abs(row.major - wanted.major), abs(row.minor - wanted.minor)
    return major, minor, abs(row.micro - wanted.micro)
