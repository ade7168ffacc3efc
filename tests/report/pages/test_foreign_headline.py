"""The answer in a sentence: who calls predict, how often, what share, where it goes."""

import dataclasses

import pytest

from profiler.report.pages.foreign_headline import headline
from profiler.results.foreign import build as results
from profiler.runs.foreign import open_files
from tests import foreign_files as files


def sentence(path):
    (file,) = results.build(path.name, open_files(path)).files
    return headline(file)[0]


def test_it_names_the_call_site_the_calls_and_the_shares(tmp_path):
    assert sentence(files.write(files.simple(), tmp_path / "app.prof")) == (
        "app.py:1 main calls predict 5 times: 8.00 s, 80.0 % of the program."
        " Of that: 50 % building the input pipeline."
    )


@pytest.mark.long
def test_where_only_bounds_are_known_it_says_at_least(tmp_path):
    assert " Of that at least: " in sentence(files.real("fit_beside", tmp_path))


def test_calls_within_calls_are_named_apart(tmp_path):
    found = sentence(files.write(files.nested(), tmp_path / "app.prof"))
    assert "predict 2 times (and 2 more within these): 6.00 s, 60.0 % of the program." in found


def test_it_says_what_follows_the_frame(tmp_path):
    assert " after its frame, in which what it built is freed)" in sentence(
        files.real("predict_loop", tmp_path)
    )


def test_without_keras_it_says_so(tmp_path):
    made = files.profile({files.MAIN: (1, 1.0, 1.0)}, {})
    assert sentence(files.write(made, tmp_path / "app.prof")).startswith(
        "The file names no entry point of Keras"
    )


def test_a_spoiled_file_is_unknown_in_one_sentence():
    assert sentence(files.LOST).startswith("What Keras does here is unknown: frames were lost")


def test_a_spoiled_file_that_names_predict_names_its_caller(tmp_path):
    (file,) = results.build("a", open_files(files.write(files.simple(), tmp_path / "app.prof"))).files
    calls = dataclasses.replace(file.calls[0], calls=None, seconds=None, share=None, reason="cut: at the end")
    text = headline(dataclasses.replace(file, calls=(calls,)))[0]
    assert text == "app.py:1 main calls predict; how often and for how long is unknown: cut."


def test_how_often_may_be_unknown_where_the_time_is_known(tmp_path):
    (file,) = results.build("a", open_files(files.write(files.simple(), tmp_path / "app.prof"))).files
    text = headline(dataclasses.replace(file, calls=(dataclasses.replace(file.calls[0], calls=None),)))[0]
    assert text.startswith("app.py:1 main calls predict an unknown number of times: 8.00 s, 80.0 % of ")


def test_steps_are_no_calls_of_predict(tmp_path):
    text = sentence(files.logs(tmp_path))
    assert text.startswith("6 steps called Profiled batch take ") and "where the rest goes is unknown" in text


def test_a_trace_of_the_runtime_alone_holds_no_calls():
    assert sentence(files.OLD_TRACE) == "The file holds no calls of Keras; below is what ran, by name."


def test_one_step_is_singular(tmp_path):
    (file,) = results.build("a", open_files(files.logs(tmp_path))).files
    calls = dataclasses.replace(file.calls[0], calls=1)
    assert headline(dataclasses.replace(file, calls=(calls,)))[0].startswith(
        "1 step called Profiled batch takes "
    )


def test_what_may_be_nothing_takes_no_certainty_from_the_others(tmp_path):
    """An internal of 0 to some per cent made "at least" of shares that are exact."""
    (file,) = results.build("a", open_files(files.write(files.simple(), tmp_path / "app.prof"))).files
    internals = tuple(
        dataclasses.replace(part, bounds=(0.0, 0.4)) if part.internal == "create_graph_function" else part
        for part in file.calls[0].internals
    )
    assert internals != file.calls[0].internals
    calls = dataclasses.replace(file.calls[0], internals=internals)
    text = headline(dataclasses.replace(file, calls=(calls,)))[0]
    assert text.endswith(" Of that: 50 % building the input pipeline.")
