import pytest

from profiler.report import numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        (0.0, "0"),
        (0.503, "0.503"),
        (55.24, "55.2"),
        (99.96, "100"),
        (3120.4, "3120"),
        (1.0, "1.00"),
    ],
)
def test_milliseconds_have_three_significant_digits(value, text):
    assert numbers.milliseconds(value) == text


@pytest.mark.parametrize(("value", "text"), [(0.05, "50.0 us"), (55.2, "55.2 ms"), (3120.0, "3.12 s")])
def test_a_duration_takes_the_unit_that_suits_it(value, text):
    assert numbers.duration(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "-"), (1.0, "1.00"), (0.9931, "0.99"), (110.4, "110"), (0.00911, "1/110"), (0.0, "0")],
)
def test_a_ratio_below_a_tenth_reads_as_a_fraction(value, text):
    assert numbers.ratio(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "-"), (0.0, "0.0 %"), (0.0004, "<0.1 %"), (0.0006, "0.1 %"), (0.569, "56.9 %"), (1.0, "100.0 %")],
)
def test_a_tiny_share_is_neither_nothing_nor_unknown(value, text):
    assert numbers.share(value) == text


@pytest.mark.parametrize(("value", "text"), [(None, "-"), (3.0, "3"), (0.5, "0.5"), (1024, "1024"), (0, "0")])
def test_counts_are_whole_where_they_can_be(value, text):
    assert numbers.count(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1_234_567, "1.2 MB"), (3 * 10**9, "3.0 GB")],
)
def test_sizes_are_in_decimal_units(value, text):
    assert numbers.size(value) == text


def test_one_process_has_no_spread():
    assert numbers.spread((1.0,)) == "-"
    assert numbers.spread((2.0, 1.0)) == "1.00..2.00"


def test_an_interval_that_is_not_known_is_a_dash():
    assert numbers.interval(None) == "-"
    assert numbers.interval((0.97, 1.08)) == "0.97..1.08"


def test_seconds_read_as_people_say_them():
    assert [numbers.seconds(value) for value in (-1, 4.4, 125)] == ["0 s", "4 s", "2 min 05 s"]


def test_text_cannot_command_the_terminal():
    assert numbers.plain("a\x1b[2Jb\nc\x9b") == "a\\x1b[2Jb\\nc\\x9b"


def test_how_much_longer_to_measure_is_a_sentence():
    assert numbers.longer(40.2) == "measuring about 40 s longer would settle it"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0 KiB"),
        (-1536, "-1.50 KiB"),
        (1 << 20, "1.00 MiB"),
        (1020 << 10, "0.996 MiB"),
        (5 << 30, "5.00 GiB"),
    ],
)
def test_binary_sizes_have_three_significant_digits(value, text):
    assert numbers.binary_size(value) == text
