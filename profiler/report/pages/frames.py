"""The part of a run's page that splits calls at the end of predict's frame."""

from __future__ import annotations

from collections.abc import Iterator

from ...protocol.vocabulary import counted
from ...results.document import CallSplit, FrameRatio, VariantReport
from .. import numbers
from ..blocks import Block, Column, Layout, Lines, Row, Table, Title
from ..numbers import MISSING
from .sections import Section

CAUSE = "freeing predict's iterator waits for a thread of tf.data's autotuning in some calls"


def blocks(section: Section) -> Iterator[Block]:
    """Yield the ratio of frames beside the parts of each call; nothing where no call is split."""
    split = [(one, one.split) for one in section.variants if one.split is not None]
    if not split:
        return
    variant = Column("variant", "text")
    wide = (variant, *map(Column, ("frame, ms", "teardown, ms", "ratio of frames", "interval", "verdict")))
    narrow = (variant, *map(Column, ("frame, ms", "ratio", "interval", "verdict")))
    yield Title("Calls until predict's frame ends", "without what is freed after it")
    cells = [(_name(one), _parts(found), _compared(section, one)) for one, found in split]
    yield Table(
        (
            Layout(wide, tuple(Row((name, *parts, *compared)) for name, parts, compared in cells)),
            Layout(narrow, tuple(Row((name, parts[0], *compared)) for name, parts, compared in cells)),
        )
    )
    modes = tuple(_modes(one, found) for one, found in split if found.modes)
    if modes:
        yield Lines((*modes, f"{CAUSE}: compare frames"))


def _name(variant: VariantReport) -> str:
    return f"{variant.compile_state}/{variant.entry_point}/b{variant.batch_size}"


def _parts(split: CallSplit) -> tuple[str, str]:
    return numbers.milliseconds(split.frame_ms), numbers.milliseconds(split.teardown_ms)


def _compared(section: Section, variant: VariantReport) -> tuple[str, str, str]:
    compared = section.compared(variant)
    found: FrameRatio | None = None if compared is None else compared.frame
    if found is None:
        return MISSING, MISSING, MISSING
    return numbers.ratio(found.ratio), numbers.interval(found.interval), found.verdict or MISSING


def _modes(variant: VariantReport, split: CallSplit) -> str:
    short, long = split.modes
    return (
        f"{_name(variant)}: teardown has two modes, {numbers.milliseconds(short.teardown_ms)} ms in "
        f"{counted(short.calls, 'call')} and {numbers.milliseconds(long.teardown_ms)} ms in {long.calls}"
    )
