"""What is not known is None."""

from profiler.attribution.foreign.calls import Calls, CallSite, Part


def test_what_a_file_does_not_tell_is_none():
    assert CallSite("app.py", 1, "main").calls is None
    assert Part(None, reason="why").calls is None
    assert Calls("predict", "trainer.py", 1, None, None, None).window_seconds is None
