"""What a page is made of: plain blocks that say what something is, not how it looks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, Protocol

Value = str | int | float | bool | None

LineKind = Literal["headline", "finding", "facts", "text", "note", "item", "warning", "legend"]
ColumnKind = Literal["text", "number", "bar"]
Emphasis = Literal["", "strong", "notable", "faint"]
TableStyle = Literal["ruled", "headed", "bare"]


@dataclass(frozen=True)
class Title:
    """A heading, and a remark beside it."""

    text: str
    remark: str = ""


@dataclass(frozen=True)
class Lines:
    """Lines of prose of one kind; those with more ``depth`` belong below those with less.

    ``headline``: a paragraph that sums the subject up; ``finding``: a line of that sort; ``facts``: what the
    subject is; ``text``: plain prose; ``note``: what a table needs to be read; ``item``: an entry of a list;
    ``warning``: what to be careful with; ``legend``: how the page is to be read.
    """

    lines: tuple[str, ...]
    kind: LineKind = "note"
    depth: int = 0


@dataclass(frozen=True)
class Column:
    """A column of a table; one that is ``whole`` is never folded."""

    header: str
    kind: ColumnKind = "number"
    whole: bool = False


@dataclass(frozen=True)
class Marked:
    """A cell's text with emphasis, and a second line below it."""

    text: str
    emphasis: Emphasis = ""
    below: str = ""


@dataclass(frozen=True)
class Bar:
    """A cell that shows a fraction of 1 as a length; None shows nothing."""

    share: float | None


Cell = str | Marked | Bar


@dataclass(frozen=True)
class Row:
    """A row of a table; a ``faint`` one matters less than the others."""

    cells: tuple[Cell, ...]
    faint: bool = False


@dataclass(frozen=True)
class Layout:
    """One way to lay a table out, and the notes that this way needs below it.

    Raises:
        ValueError: a row has more or fewer cells than there are columns.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ValueError(f"a row of {len(row.cells)} cells in a table of {len(self.columns)} columns")


@dataclass(frozen=True)
class Table:
    """A table in one or more layouts, widest first.

    Where space is short, the first layout that fits is shown. If none fits, ``otherwise`` is shown instead;
    without that, the cells of the last layout are folded.
    """

    layouts: tuple[Layout, ...]
    style: TableStyle = "ruled"
    depth: int = 0
    otherwise: tuple[Lines, ...] = ()


@dataclass(frozen=True)
class SheetRow:
    """One fact of every subject; without cells, ``label`` is the title of the rows that follow."""

    label: str
    cells: tuple[str, ...] = ()
    depth: int = 0


@dataclass(frozen=True)
class Sheet:
    """Subjects as columns and facts as rows; where space is short, some columns are shown at a time.

    Raises:
        ValueError: a row has cells, but not one for each column.
    """

    columns: tuple[str, ...]
    rows: tuple[SheetRow, ...]

    def __post_init__(self) -> None:
        for row in self.rows:
            if row.cells and len(row.cells) != len(self.columns):
                raise ValueError(f"{row.label}: {len(row.cells)} cells for {len(self.columns)} columns")


@dataclass(frozen=True)
class Branch:
    """A node of a tree: its numbers, its depth, its name, a remark before the name and a tag after it.

    ``place`` says where it is, ``short_place`` the same where space is short.
    """

    depth: int
    numbers: tuple[str, ...]
    name: str
    remark: str = ""
    tag: str = ""
    place: str = ""
    short_place: str = ""


@dataclass(frozen=True)
class Tree:
    """Nodes of a tree, each before its children; ``headers`` name their numbers, ``name`` what they are."""

    headers: tuple[str, ...]
    name: str
    nodes: tuple[Branch, ...]


Block = Title | Lines | Table | Sheet | Tree


@dataclass(frozen=True)
class Records:
    """A page's numbers as one flat table, for a spreadsheet or a data frame."""

    header: tuple[str, ...]
    rows: Iterable[tuple[Value, ...]]


class Page(Protocol):
    """What a person or a program is shown of one subject, in whatever format."""

    @property
    def title(self) -> str:
        """The heading of the whole page where a format has one; may be empty."""

    def blocks(self) -> Iterator[Block]:
        """Yield what people read, in the order in which they read it."""

    def document(self) -> dict[str, Any]:
        """Return the page as a JSON object with a ``schema``."""

    def records(self) -> Records:
        """Return the page's numbers as a flat table."""


def table(*columns: Column, rows: Iterable[Iterable[Cell]], style: TableStyle = "ruled") -> Table:
    """Return a table of one layout."""
    return Table((Layout(columns, tuple(Row(tuple(row)) for row in rows)),), style)


def text_columns(*headers: str) -> tuple[Column, ...]:
    """Return columns of text."""
    return tuple(Column(header, "text") for header in headers)
