"""An exported profile opens in speedscope."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from profiler.cli.main import main
from tests import reference

pytestmark = pytest.mark.browser

SPEEDSCOPE = Path(__file__).parent / "speedscope"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Keep the requests out of the tests' output."""


@pytest.fixture
def served(tmp_path) -> Iterator[tuple[Path, str]]:
    """A folder with speedscope in it, and its address."""
    for file in SPEEDSCOPE.iterdir():
        (tmp_path / file.name).symlink_to(file)
    handler = functools.partial(Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield tmp_path, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_the_exported_profile_opens_and_names_predict_and_the_kernels_below_it(visit, served):
    folder, address = served
    output = folder / "profile.speedscope.json"
    assert main(["export", str(reference.CURRENT), "--format", "speedscope", "--output", str(output)]) == 0
    page = visit.page
    page.goto(f"{address}/index.html#profileURL={address}/{output.name}")
    page.get_by_text("tiny/compiled/predict/b32 on tf2.21.0-py3.11").first.wait_for()
    page.get_by_text("Sandwich").click()
    table = page.locator("table").last
    table.get_by_text("MakeIterator::MapDataset").wait_for()
    assert "func_graph_from_py_func" in table.inner_text()
    assert visit.errors == []
    assert visit.outside == []
