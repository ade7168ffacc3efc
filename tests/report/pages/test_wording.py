from profiler.catalogue import catalogue
from profiler.report.pages.wording import DOING


def test_what_has_words_is_an_internal_of_the_catalogue():
    assert set(DOING) <= {internal.id for internal in catalogue.load().internals}


def test_words_fit_after_a_share():
    """They stand in "of that 20 % preparing the input, 10 % callbacks"."""
    assert all(words == words.lower() and not words.endswith(".") for words in DOING.values())
