"""Every page works in every format, whatever its subject is called."""

import csv
import io
import json
import pkgutil
import re

import pytest

from profiler.report import formats, pages
from profiler.report.formats import Screen
from tests.report.pages import samples

KINDS = ("ordinary", "empty", "hostile")
SCREENS = (Screen(), Screen(40), Screen(80), Screen(180, color=True))
EVERY = [(page, kind) for page in pages.PAGES for kind in KINDS]
# What a terminal is sent for colour; nothing else may reach it.
COLOR = re.compile(r"\x1b\[[0-9;]*m")


def modules(package, member):
    found = (one.name for one in pkgutil.iter_modules(package.__path__))
    return {name for name in found if hasattr(__import__(f"{package.__name__}.{name}", fromlist="x"), member)}


def test_every_format_and_every_page_is_registered():
    assert set(formats.FORMATS.values()) == {
        name for name in modules(formats, "draw") if name not in ("terminal_sheets", "terminal_trees")
    }
    assert set(pages.PAGES) == modules(pages, "page")


def test_there_is_a_sample_of_each_page():
    assert set(samples.PAGES) == set(pages.PAGES)


@pytest.mark.parametrize(("page", "kind"), EVERY)
@pytest.mark.parametrize("name", formats.FORMATS)
def test_every_page_is_drawn_in_every_format(name, page, kind):
    for screen in SCREENS:
        text = formats.draw(name, samples.PAGES[page][kind](), screen)
        assert text == "" or text.endswith("\n")
        if kind == "ordinary":
            assert samples.NAME in text or "tiny" in text


@pytest.mark.parametrize(("page", "kind"), EVERY)
def test_no_name_commands_a_terminal_or_breaks_a_line(page, kind):
    for screen in SCREENS:
        text = formats.draw("terminal", samples.PAGES[page][kind](), screen)
        plain = COLOR.sub("", text) if screen.color else text
        assert all(character.isprintable() for line in plain.split("\n") for character in line)
        if screen.width:
            assert all(len(line) <= screen.width for line in plain.split("\n"))


@pytest.mark.parametrize(("page", "kind"), EVERY)
def test_no_name_becomes_markup_or_ends_its_cell(page, kind):
    text = formats.draw("markdown", samples.PAGES[page][kind]())
    outside = re.sub(r"^```text\n.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    assert "```" not in outside
    for markup in ("<b>", "\n# t", "[x](y)"):
        assert markup not in outside
    for table in re.findall(r"(?:^\|.*\|$\n?)+", outside, flags=re.MULTILINE):
        assert len({len(re.split(r"(?<!\\)\|", row)) for row in table.splitlines()}) == 1


@pytest.mark.parametrize(("page", "kind"), EVERY)
def test_the_json_of_every_page_names_its_schema(page, kind):
    document = json.loads(formats.draw("json", samples.PAGES[page][kind]()))
    assert re.fullmatch(r"kprof\.[a-z]+/\d+", document["schema"])


@pytest.mark.parametrize(("page", "kind"), EVERY)
def test_the_flat_table_of_every_page_is_as_wide_in_each_row_and_holds_no_formula(page, kind):
    text = formats.draw("csv", samples.PAGES[page][kind]())
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert all(len(row) == len(header) for row in rows)
    assert bool(rows) == (kind != "empty")
    for cell in (cell for row in rows for cell in row):
        assert not cell.startswith(("=", "@", "\t", "\r"))


def test_a_format_is_loaded_when_it_is_used():
    assert all(isinstance(module, str) for module in formats.FORMATS.values())
