"""The picture of a sweep."""

import pytest

from profiler.protocol.errors import UsageError
from profiler.report import plot
from tests.report.swept import sweep


def test_one_sweep_gives_one_picture_with_a_line_a_way_and_a_band_a_crossing():
    first, again = (plot.draw(sweep(), "svg") for _ in range(2))
    text = first.decode()
    assert "compiled/predict" in text and "overhead falls below 50%" in text
    assert text.count("<dc:date>") == 0
    assert len(first) == len(again)


def test_a_picture_can_be_png():
    assert plot.draw(sweep(), "png").startswith(b"\x89PNG")


def test_models_have_no_sizes_to_draw():
    with pytest.raises(UsageError, match="no sizes"):
        plot.draw(sweep(axis="model"), "svg")


@pytest.mark.parametrize("path", ["x", "x.pdf", "svg.txt"])
def test_another_format_is_refused(path):
    with pytest.raises(UsageError, match=r"\.svg or \.png"):
        plot.require_drawable(path)
