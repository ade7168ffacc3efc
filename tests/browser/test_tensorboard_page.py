"""What a person sees after ``kprof view RUN tensorboard``."""

from __future__ import annotations

import re

import pytest

from tests import reference
from tests.browser.serving import served

pytestmark = pytest.mark.browser

SESSION = "tiny-compiled-predict-b32"
PLUGIN_WAIT_MS = 45_000


def test_the_profile_tab_shows_the_variant_and_its_calls_by_name(visit, tmp_path):
    with served(reference.CURRENT, "tensorboard", tmp_path) as (lines, url):
        assert lines[0].startswith(f"{SESSION}: tiny/compiled/predict/b32 on ")
        page = visit.page
        page.set_default_timeout(PLUGIN_WAIT_MS)
        page.goto(url)
        page.get_by_role("tab", name=re.compile("profile", re.IGNORECASE)).wait_for()
        plugin = page.frame_locator("iframe").first
        plugin.get_by_text(SESSION, exact=True).first.wait_for()
        trace = plugin.frame_locator("iframe").first
        trace.get_by_text("python", exact=True).first.wait_for()
        trace.locator("input").first.press_sequentially("kprof_call")
        trace.get_by_text("0 of 3").wait_for()
        trace.get_by_text("→").click()
        trace.get_by_text("kprof_call 0").first.wait_for()
        assert visit.errors == []
        # the page asks for a chart library and fonts elsewhere, gets none, and shows the trace all the same
        assert all("gstatic" in asked or "googleapis" in asked for asked in visit.outside)
