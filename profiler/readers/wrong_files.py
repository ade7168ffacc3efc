"""The files that people take for a profile or a trace: how each is recognised, and how to make the right one.

A kind of file is one entry of `WRONG_FILES`; the first that fits is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from .session_files import unpacked
from .wire.protobuf import SPAN, VARINT, beginning_fields

_CONTROL = re.compile(rb"[\x00-\x06\x0e-\x1a]")
_BYTE_ORDER_MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8"))


@dataclass(frozen=True)
class Beginning:
    """What is looked at of a file: its name, its bytes in all, its first bytes, and its last."""

    name: str
    size: int
    start: bytes
    end: bytes

    @cached_property
    def head(self) -> bytes:
        """The first bytes, unpacked where gzip packed them."""
        return unpacked(self.start)

    @cached_property
    def text(self) -> str:
        """The first bytes as text; empty where they are none."""
        return self._decoded(self.head)

    @cached_property
    def last_text(self) -> str:
        """The last bytes as text; empty where the first are none."""
        return self._decoded(self.end) if self.text else ""

    @cached_property
    def json(self) -> str:
        """The text where it can be JSON, else nothing."""
        return self.text if re.match(r"\s*(?:\{\s*[\"}]|\[\s*[\[{\"\d\]])", self.text) else ""

    def _decoded(self, data: bytes) -> str:
        mark, encoding = next(
            (pair for pair in _BYTE_ORDER_MARKS if self.head.startswith(pair[0])), (b"", "utf-8")
        )
        if encoding == "utf-8" and _CONTROL.search(data):
            return ""
        return data.removeprefix(mark).decode(encoding, "replace")


Shown = Callable[[Beginning], bool]
_TITLE = 1 << 12


@dataclass(frozen=True)
class WrongFile:
    """A kind of file that kprof does not read.

    Attributes:
        kind: a short id.
        what: what it is, to follow its name.
        to_do: how to make the right one.
        shown: whether it is one.
    """

    kind: str
    what: str
    to_do: str
    shown: Shown


def wrong_file(beginning: Beginning) -> WrongFile | None:
    """Return the kind of wrong file that a file is; None where it is of no known kind."""
    return next((kind for kind in WRONG_FILES if kind.shown(beginning)), None)


def _starts(*magics: bytes) -> Shown:
    return lambda file: file.head.startswith(magics)


def _named(*suffixes: str) -> Shown:
    return lambda file: file.name.endswith(suffixes)


def _text(pattern: str) -> Shown:
    """Return whether a text starts as a pattern says."""
    found = re.compile(pattern)
    return lambda file: found.match(file.text[:_TITLE].lstrip()) is not None


# A trace of TensorFlow or JAX names its processes so before its first event.
_OF_OURS = re.compile(r'"name"\s*:\s*"/(?:host|device):')


def _json(pattern: str) -> Shown:
    """Return whether JSON holds a pattern among its first bytes, and no process as TensorFlow names them."""
    found = re.compile(pattern)
    return lambda file: found.search(file.json) is not None and _OF_OURS.search(file.json) is None


_REPORT = re.compile(r"^ +\d+ function calls(?: \(\d+ primitive calls\))? in \d+\.\d+ ", re.MULTILINE)
_REPORT_ROWS = re.compile(r"(?:^ *\d+(?:/\d+)?(?: +\d+\.\d{3}){4} \S.*(?:\r?\n)+){2}", re.MULTILINE)


def _is_report(file: Beginning) -> bool:
    """Return whether it holds cProfile's table, which comes after all that the program printed."""
    return _REPORT.search(file.text) is not None or _REPORT_ROWS.search(file.last_text + "\n") is not None


_FEW_FIELDS = 8


def _is_pprof(file: Beginning) -> bool:
    """Return whether it is pprof's message: types of samples (two numbers each), then samples or mappings."""
    types = others = 0
    for field in islice(beginning_fields(file.head), _FEW_FIELDS):
        if field.wire != SPAN:
            return False
        if field.number == 1 and not others:
            inner = tuple(beginning_fields(file.head[field.start : field.stop]))
            if not inner or any(one.wire != VARINT or one.number > 2 for one in inner):
                return False
            types += 1
        elif types and field.number <= 6:
            others += 1
        else:
            return False
    return types > 0 and others > 0


_EVENT_OR_PROCESS = re.compile(r'"ph"\s*:\s*"[A-LN-Z]"|"name"\s*:\s*"process_name"')


def _is_other_trace(file: Beginning) -> bool:
    if '"traceEvents"' not in file.json and not re.match(r"\s*\[\s*\{[^{}]*\"ph\"", file.json):
        return False
    return _OF_OURS.search(file.json) is None and _EVENT_OR_PROCESS.search(file.json) is not None


# So a trace of TensorFlow starts; cut before its events it is still one.
_CUT = re.compile(r'\s*\{\s*"displayTimeUnit"')


def _is_other_json(file: Beginning) -> bool:
    return bool(file.json) and '"traceEvents"' not in file.json and _CUT.match(file.json) is None


# marshal's types, with and without the bit of a reference: those of a fixed size; those with a length of four
# bytes or of one, in bytes or in what they hold
_MARSHAL_FIXED = {**dict.fromkeys(b"i\xe9", 5), **dict.fromkeys(b"g\xe7", 9), **dict.fromkeys(b"NTF", 1)}
_MARSHAL_TEXTS, _MARSHAL_SHORT_TEXTS = b"sut\xf3\xf5\xf4", b"zZ\xfa\xda"
_MARSHAL_SEVERAL = b"[(<>)c\xdb\xa8\xbc\xbe\xa9\xe3"


def _is_other_marshal(file: Beginning) -> bool:
    """Return whether it is marshal of something that is no dictionary."""
    first, start = file.start[0], file.start
    if first in _MARSHAL_SEVERAL:
        number = start[1:2] if first in b")\xa9" else start[1:5]
        return not file.text and int.from_bytes(number, "little") < file.size
    size = _MARSHAL_FIXED.get(first)
    if first in _MARSHAL_TEXTS:
        size = 5 + int.from_bytes(start[1:5], "little")
    elif first in _MARSHAL_SHORT_TEXTS:
        size = 2 + int.from_bytes(start[1:2], "little")
    return file.size == size


def _is_text(file: Beginning) -> bool:
    few = _TITLE // 64
    return len(file.text) > few and not file.json and file.text.count("\ufffd") < len(file.text) // few


def _is_code(file: Beginning) -> bool:
    return file.start[2:4] == b"\r\n" and file.start[4:8] in (bytes(4), b"\x01\0\0\0", b"\x03\0\0\0")


_PROF = "record it with `python -m cProfile -o FILE.prof SCRIPT.py`"
_TRACE = "record it with TensorFlow's profiler, and give its .xplane.pb or the log directory"
_GIVE_TRACE = "give the .xplane.pb file beside it, or their folder"
_EITHER = (
    "record it with cProfile (`python -m cProfile -o FILE.prof SCRIPT.py`) or with TensorFlow's profiler"
)

WRONG_FILES: tuple[WrongFile, ...] = (
    WrongFile(
        "git_lfs",
        "is a Git LFS pointer, not the file itself",
        "get the file with `git lfs pull` in its repository",
        _text(r"version https://git-lfs\.github\.com/spec/"),
    ),
    WrongFile(
        "git_annex",
        "is a git-annex pointer, not the file itself",
        "get the file with `git annex get` in its repository",
        _text(r"/annex/objects/"),
    ),
    WrongFile(
        "cprofile_text",
        "is the text report that cProfile prints, not the profile",
        "write the profile with -o: `python -m cProfile -o FILE.prof SCRIPT.py`",
        _is_report,
    ),
    WrongFile("line_profiler", "is a text report of line_profiler", _PROF, _text(r"Timer unit: [\d.e-]+ s")),
    WrongFile(
        "hotshot",
        "is a profile of hotshot, which Python 2 alone can read",
        _PROF,
        _starts(b"\x13\x0fhotshot-version"),
    ),
    WrongFile(
        "ghc",
        "is a profile of a Haskell program (GHC)",
        _PROF,
        _text(r"[^\n]*Time and Allocation Profiling Report"),
    ),
    WrongFile("gprof", "is a profile of gprof (gmon.out)", _PROF, _starts(b"gmon\1\0\0\0", b"gmon\0\0\0\1")),
    WrongFile(
        "gprof_text",
        "is a text report of gprof",
        _PROF,
        _text(r"Flat profile:\s+Each sample counts as|Call graph \(explanation follows\)"),
    ),
    WrongFile(
        "gperftools",
        "is a CPU profile of gperftools",
        _PROF,
        _starts(bytes(8) + b"\3" + bytes(15), bytes(4) + b"\3" + bytes(7)),
    ),
    WrongFile("pprof", "is a profile of pprof", _PROF, _is_pprof),
    WrongFile(
        "perf",
        "is a profile of Linux perf (perf.data)",
        _PROF,
        _starts(b"PERFILE2", b"2ELIFREP", b"PERFFILE", b"ELIFFREP"),
    ),
    WrongFile(
        "callgrind",
        "is a profile for KCachegrind",
        _PROF,
        _text(r"# callgrind format|version: \d+\r?\ncreator:"),
    ),
    WrongFile(
        "sampling_binary",
        "is a binary recording of Python's sampling profiler",
        "turn it into a profile with `python -m profiling.sampling replay --pstats -o FILE.prof`",
        _starts(b"HCAT\2\0\0\0", b"HCAT\1\0\0\0", b"TACH\0\0\0"),
    ),
    WrongFile(
        "speedscope",
        "is a profile for speedscope, as py-spy writes one",
        _PROF,
        _json(r"speedscope\.app/file-format-schema"),
    ),
    WrongFile(
        "pytorch",
        "is a trace of PyTorch's profiler",
        _TRACE,
        _json(r'"(?:deviceProperties|baseTimeNanoseconds|record_shapes)"\s*:|"cat"\s*:\s*"cpu_op"'),
    ),
    WrongFile(
        "viztracer", "is a trace of VizTracer", _PROF, _json(r'"viztracer_metadata"|"cat"\s*:\s*"FEE"')
    ),
    WrongFile(
        "chrome",
        "is a trace of a web browser or of Node.js",
        _EITHER,
        _json(r'"cat"\s*:\s*"(?:__metadata|disabled-by-default|toplevel|blink|devtools)|"callFrame"\s*:'),
    ),
    WrongFile(
        "gecko",
        "is a profile for the Firefox Profiler",
        _PROF,
        _json(r'^\s*\{\s*"meta"\s*:|"preprocessedProfileVersion"'),
    ),
    WrongFile(
        "kprof",
        "is a part of a kprof run",
        "give the run's folder",
        _json(r'^\s*\{\s*"schema"\s*:\s*"kprof\.'),
    ),
    WrongFile(
        "other_trace", "is a JSON trace of another tool than TensorFlow's profiler", _TRACE, _is_other_trace
    ),
    WrongFile("other_json", "is JSON, but no trace", _EITHER, _is_other_json),
    WrongFile(
        "pickle",
        "is a pickle, which can run code and is not read",
        _PROF,
        _starts(*(b"\x80" + bytes([version]) for version in range(2, 6)), b"(dp0\n", b"(lp0\n"),
    ),
    WrongFile(
        "html",
        "is a web page",
        "download the file itself (on GitHub: its Raw link)",
        _text(r"(?i)(?:<!--.*-->\s*)?<(?:!doctype html|html|head|body)\b"),
    ),
    WrongFile(
        "svg",
        "is a picture (SVG), as of a flame graph",
        _PROF,
        _text(r"(?:<\?xml[^>]*>\s*)?(?:<!DOCTYPE svg[^>]*>\s*)?<svg\b"),
    ),
    WrongFile(
        "stacks",
        "is a list of collapsed stacks, as for a flame graph",
        _PROF,
        _text(r"(?:[^;\n]+;.* \d+\r?\n){2}"),
    ),
    WrongFile(
        "events",
        "is an event file of TensorBoard, which holds no profile",
        "give its log directory",
        lambda file: b"brain.Event:" in file.start[:64],
    ),
    WrongFile(
        "derived",
        "is a table that TensorBoard derived from a trace",
        _GIVE_TRACE,
        _named(
            ".overview_page.pb",
            ".input_pipeline.pb",
            ".kernel_stats.pb",
            ".tensorflow_stats.pb",
            ".op_stats.pb",
            ".memory_profile.json.gz",
            ".hlo_proto.pb",
        ),
    ),
    WrongFile(
        "model",
        "is a model, not a profile",
        "measure it with `kprof run --model FILE`",
        lambda file: (
            file.start.startswith(b"\x89HDF\r\n\x1a\n")
            or (
                file.start.startswith(b"PK\3\4")
                and file.start[30:].startswith((b"metadata.json", b"config.json"))
            )
        ),
    ),
    WrongFile(
        "archive",
        "is an archive",
        "unpack it, and give what it holds",
        _starts(b"PK\3\4", b"BZh", b"7z\xbc\xaf", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd"),
    ),
    WrongFile(
        "tar",
        "is an archive",
        "unpack it, and give what it holds",
        lambda file: file.head[257:262] == b"ustar",
    ),
    WrongFile("sqlite", "is a database of another profiler (SQLite)", _EITHER, _starts(b"SQLite format 3\0")),
    WrongFile("code", "is compiled Python code (.pyc)", _PROF, _is_code),
    WrongFile(
        "zeros",
        "holds zeros alone: the disk was full, or a download broke",
        "get it again",
        lambda file: not file.start.strip(b"\0") and not file.end.strip(b"\0"),
    ),
    WrongFile(
        "text",
        "is text, not a profile",
        _EITHER,
        _is_text,
    ),
    WrongFile("marshal", "is Python's marshal of something else than a profile", _PROF, _is_other_marshal),
)
