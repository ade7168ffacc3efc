import gzip

import pytest

from profiler.readers import xplane
from tests import reference

CAPTURE = reference.FOLDER / "tf2.21.0-py3.11" / "xplane" / "vm.xplane.pb.gz"


@pytest.fixture(scope="session")
def raw():
    """The unpacked bytes of a real capture."""
    return gzip.decompress(CAPTURE.read_bytes())


@pytest.fixture
def read(tmp_path):
    """Reads bytes as an XPlane file and checks the tables."""

    def read_bytes(data: bytes, name: str = "host.xplane.pb") -> xplane.Trace:
        path = tmp_path / name
        path.write_bytes(data)
        found = xplane.read(path)
        found.lines.check()
        found.events.check()
        return found

    return read_bytes
