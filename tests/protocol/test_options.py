"""Options in texts: keywords for the API, another spelling for whoever asks."""

import pytest

from profiler.protocol.errors import KprofError, OptionError
from profiler.protocol.options import option, spelled


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"leave out {option('rows')} and {option('calls')}", "leave out rows= and calls="),
        (f"give {option('model', 'module:factory')}", "give model=module:factory"),
        (f"give {option('model', '/a b/{budget}.h5')}", "give model=/a b/{budget}.h5"),
        ("a file {rows} of \u27e6 nobody", "a file {rows} of \u27e6 nobody"),
    ],
)
def test_marked_options_are_spelled_and_nothing_else(text, said):
    assert spelled(text) == said


def test_another_spelling_gets_the_name_and_the_value():
    text = f"{option('rows')}, {option('calls', 3)}"
    assert spelled(text, lambda name, value: f"<{name} {value}>") == "<rows None>, <calls 3>"


def test_an_error_spells_them_as_keywords_and_keeps_the_marks_for_others():
    error = KprofError("is full", "/runs/a", f"choose another with {option('out')}")
    assert str(error) == "/runs/a: is full; choose another with out="
    assert error.below("/runs/a") == "is full; choose another with out="
    assert str(KprofError(error.marked)) == str(error)
    assert str(OptionError("budget_s", 0, "more is needed")) == "budget_s=0: more is needed"
