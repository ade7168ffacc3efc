"""The report on a terminal: the finding first, then each workload's tables, then what to know about them.

Each table has several layouts; the widest that fits is drawn. Without a width nothing is folded or cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console, RenderableType
from rich.measure import Measurement
from rich.padding import Padding
from rich.text import Text

from . import terminal_tables as tables
from . import text_console
from .document import Environment, Report, Variant
from .headline import headline
from .numbers import plain
from .sections import Section, instruments, sections

LEGEND = (
    "ms a call: median of calls with nothing attached; spread: least and greatest median of a process; ratio:"
    " time over the baseline's. Share: time with the internal on the stack, over the whole call, in the"
    " instrument's own capture. absent: this release has no such function; not called: it has, but this path"
    " never enters it; unknown: no sound capture can tell; -: not known."
)


def render(report: Report, width: int | None, color: bool) -> str:
    """Return the report as text.

    Args:
        report: what to show.
        width: columns of the terminal; None where there is no terminal, and then nothing is folded.
        color: whether to emit ANSI colours.
    """
    console = text_console.make(width, color)
    with console.capture() as captured:
        for paragraph in headline(report):
            console.print(Text(plain(paragraph), style="bold"))
            console.print()
        for environment, described in report.environments.items():
            console.print(Text(_environment(environment, described), style="dim"))
        for section in sections(report):
            _section(console, section)
        _notes(console, report)
    return text_console.without_trailing_blanks(captured.get())


def _section(console: Console, section: Section) -> None:
    _title(console, f"{section.workload} on {section.environment}", _sizes(section.variants))
    _fitting(console, tables.speed(section))
    for variants in section.inputs():
        which = "" if len(section.inputs()) == 1 else f" b{variants[0].batch_size}"
        shown = tuple(one for one in variants if one.internals)
        for instrument in (instruments(shown) or (None,)) if shown else ():
            _internals(console, shown, instrument, which)
        for instrument in dict.fromkeys(name for one in shown for name in one.phases):
            _title(console, f"One predict{which} by phase", f"under {instrument}; phases sum to 100 %")
            _fitting(console, tables.phases(shown, instrument))
        _title(console, f"What ran in one predict{which}", "")
        _fitting(console, tables.facts(variants))
    _lines(console, tables.failures(section))


def _internals(console: Console, variants: tuple[Variant, ...], instrument: str | None, which: str) -> None:
    """Draw the internals' shares; an instrument that gave none gets a line that says why."""
    every = [one.measures for variant in variants for one in variant.internals]
    measures = [found for each in every if (found := each.get(instrument or "")) is not None]
    if measures and all(measure.share is None for measure in measures) and len(instruments(variants)) > 1:
        presences = ("absent", "not called")
        reasons = dict.fromkeys(m.reason for m in measures if m.reason and m.reason not in presences)
        _title(console, f"No shares under {instrument}", "; ".join(reasons))
        return
    under = f"shares under {instrument}; they overlap" if instrument else "no shares were captured"
    _title(console, f"Where predict{which} spends its time", under)
    _fitting(console, tables.internals(variants, instrument))


def _notes(console: Console, report: Report) -> None:
    for number, warning in enumerate(dict.fromkeys(report.warnings)):
        if number == 0:
            _title(console, "Warnings", "")
        _indented(console, Text(f"- {plain(warning)}", style="yellow"))
    console.print()
    console.print(Text(LEGEND, style="dim"))
    console.print(Text(plain(f"run {report.run}; catalogue {report.catalogue}"), style="dim"))


def _title(console: Console, title: str, remark: str) -> None:
    text = Text(plain(title), style="bold cyan")
    if remark:
        text.append(plain(f" ({remark})"), style="not bold dim")
    console.print()
    console.print(text)


def _lines(console: Console, lines: Iterable[str]) -> None:
    for line in lines:
        _indented(console, Text(plain(line), style="dim"))


def _indented(console: Console, renderable: RenderableType) -> None:
    console.print(Padding(renderable, (0, 0, 0, tables.INDENT), expand=False))


def _fitting(console: Console, layouts: Sequence[tables.Layout]) -> None:
    """Print the first layout that fits; the last one is folded if it must be."""
    free = console.options.update(width=text_console.UNBOUNDED)
    room = console.width - tables.INDENT
    fits = (one for one in layouts if Measurement.get(console, free, one.table).maximum <= room)
    chosen = next(fits, layouts[-1])
    _indented(console, chosen.table)
    _lines(console, chosen.notes)


def _sizes(variants: tuple[Variant, ...]) -> str:
    sizes = dict.fromkeys((one.batch_size, one.rows) for one in variants)
    return "; ".join(f"batch {batch}, {rows} rows a call" for batch, rows in sizes)


def _environment(name: str, environment: Environment) -> str:
    keras = "" if environment.keras is None else f"Keras {environment.keras}"
    backend = "" if environment.backend is None else f"{environment.backend} backend"
    parts = [
        f"{environment.framework} {environment.framework_version}",
        f"{keras} ({backend})" if keras and backend else keras,
        f"Python {environment.python}",
        f"NumPy {environment.numpy}",
        environment.device or "",
        "" if environment.jit_compile is None else f"jit_compile {environment.jit_compile}",
        environment.cpu or "",
        "" if environment.cores is None else f"{environment.cores} cores",
        environment.platform,
        *(
            f"{kind} threads {count or 'auto'}"
            for kind, count in environment.threads.items()
            if count is not None
        ),
    ]
    return plain(f"{name}: {', '.join(part for part in parts if part)}")
