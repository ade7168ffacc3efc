"""What a person sees after ``kprof view RUN snakeviz``."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.parse
from pathlib import Path

import pytest

from tests import runs

COMPILED = "tiny/compiled/predict/b32"
pytestmark = pytest.mark.browser


def files_of(run: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in run.rglob("*")}


def test_the_page_shows_the_icicle_and_predict_and_ctrl_c_leaves_nothing(visit, tmp_path):
    run = runs.with_profile(COMPILED)
    before = files_of(run)
    command = [sys.executable, "-m", "profiler", "view", str(run), "snakeviz", "--no-browser"]
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    viewer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert viewer.stdout is not None
        assert viewer.stdout.readline().startswith(f"{COMPILED} on ")
        name, url = viewer.stdout.readline().split()
        assert name == "snakeviz:"
        assert viewer.stdout.readline().startswith("from another machine: ssh -L ")
        visit.page.goto(url)
        visit.page.wait_for_selector("#chart svg rect")
        assert visit.page.locator("#chart svg rect").count() > 20
        assert "(predict)" in visit.page.locator("#chart svg").text_content()
        table = visit.page.locator("#pstats-table tbody")
        table.locator("tr").first.wait_for()
        visit.page.fill("#pstats-table_filter input", "(predict)")
        assert "trainer.py" in table.inner_text()
        assert visit.errors == []
        served = Path(urllib.parse.unquote(url.rpartition("/")[2]))
        assert served.is_file()
    finally:
        viewer.send_signal(signal.SIGINT)
        viewer.communicate(timeout=60)
    assert viewer.returncode == 0
    assert list(tmp_path.iterdir()) == []
    assert files_of(run) == before
    port = urllib.parse.urlsplit(url).port
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
