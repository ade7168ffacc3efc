"""The checks of a machine."""

from profiler.launch.doctor import Check
from profiler.report.pages import doctor
from tests.report import drawing

FOUND = (Check("interpreter", "ok", "Python 3.11"), Check("disk", "warn", "1 GB free", "make room"))


def test_each_check_is_a_line_with_its_remedy():
    assert drawing.terminal(doctor.page(FOUND)) == (
        "ok    interpreter: Python 3.11\nwarn  disk: 1 GB free -> make room\n"
    )


def test_pages_of_one_check_each_read_like_one_page():
    assert "".join(drawing.terminal(doctor.page([one])) for one in FOUND) == drawing.terminal(
        doctor.page(FOUND)
    )


def test_the_json_has_a_remedy_or_null():
    found = doctor.page(FOUND).document()
    assert found["schema"] == "kprof.doctor/1"
    assert [one["remedy"] for one in found["checks"]] == [None, "make room"]
