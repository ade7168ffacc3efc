"""Options that several commands share."""

import click
import pytest

from profiler.cli import options
from profiler.cli.main import COMMANDS, kprof
from profiler.plan.request import OPTIONS, Request
from profiler.report import formats

SHOWING = ("compare", "doctor", "list", "matrix", "report", "reproduce", "tree")
SHARED = ("budget_s", "processes", "calls", "full", "variant")


def parameters(name):
    return kprof.get_command(click.Context(kprof), name).params


@pytest.mark.parametrize("name", SHOWING)
def test_every_command_that_shows_a_page_offers_every_format_and_a_file(name):
    found = {one.name: one for one in parameters(name)}
    assert found["format_name"].type.known == tuple(formats.FORMATS)
    assert found["format_name"].default == formats.DEFAULT
    assert found["output"].opts == ["--output"]


def test_an_option_reads_alike_in_every_command():
    texts = {}
    # a sweep bounds all of its points together
    for name in COMMANDS.keys() - {"view", "sweep"}:
        for one in parameters(name):
            if one.name in SHARED:
                texts.setdefault(one.name, set()).add(one.help)
    assert texts.keys() == set(SHARED)
    assert all(len(found) == 1 for found in texts.values())


def test_what_a_command_shows_has_a_format_and_a_place():
    @click.command()
    @options.shown
    def command(format_name, output):
        """Do nothing."""

    assert [one.name for one in command.params] == ["format_name", "output"]


def test_every_field_of_a_request_is_an_option_of_run_with_its_type_and_default():
    found = {one.name: one for one in parameters("run")}
    for field, option in OPTIONS.items():
        assert option.flag in found[field].opts
        assert found[field].default == Request.__dataclass_fields__[field].default
    assert found["batch_sizes"].type.convert("1,32", None, None) == (1, 32)
    assert found["full"].is_flag
    assert "[default: drawn]" in found["input"].help


def test_a_shape_is_given_again_for_each_input():
    context = kprof.get_command(click.Context(kprof), "run").make_context(
        "run", ["--model", "m:f", "--input-shape", "a=50,41", "--input-shape", "b=3"]
    )
    assert context.params["input_shape"] == ("a=50,41", "b=3")
