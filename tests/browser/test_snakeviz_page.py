"""What a person sees after ``kprof view RUN snakeviz``."""

from __future__ import annotations

import urllib.parse
from pathlib import Path

import pytest

from tests import real_runs
from tests.browser.serving import served

COMPILED = "tiny/compiled/predict/b32"
pytestmark = pytest.mark.browser


def test_the_page_shows_the_icicle_and_predict_and_ctrl_c_leaves_nothing(visit, tmp_path):
    with served(real_runs.with_profile(COMPILED), "snakeviz", tmp_path) as (lines, url):
        assert lines[0].startswith(f"{COMPILED} on ")
        visit.page.goto(url)
        visit.page.wait_for_selector("#chart svg rect")
        assert visit.page.locator("#chart svg rect").count() > 20
        assert "(predict)" in visit.page.locator("#chart svg").text_content()
        table = visit.page.locator("#pstats-table tbody")
        table.locator("tr").first.wait_for()
        visit.page.fill("#pstats-table_filter input", "(predict)")
        assert "trainer.py" in table.inner_text()
        assert visit.errors == []
        assert Path(urllib.parse.unquote(url.rpartition("/")[2])).is_file()
