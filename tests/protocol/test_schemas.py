import re

from profiler.protocol import schemas

NAMES = {name: value for name, value in vars(schemas).items() if name.isupper()}


def test_every_schema_is_named_and_numbered_once():
    assert all(re.fullmatch(r"kprof\.[a-z]+/[1-9]\d*", value) for value in NAMES.values())
    assert len(set(NAMES.values())) == len(NAMES)


def test_the_history_lists_every_schema():
    """A number that grows without a word leaves readers of the old one without a reason."""
    assert [value for value in NAMES.values() if f"``{value}``" not in (schemas.__doc__ or "")] == []
