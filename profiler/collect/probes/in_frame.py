"""Compiles a function's source again with enter and leave inside its frame.

Leave is taken while the frame still holds its locals, so what is destroyed with them is not in the span. The
source as it is, compiled, must equal the code that runs: else nobody knows what the source belongs to.
"""

from __future__ import annotations

import ast
import copy
import inspect
import tokenize
import types
import warnings
from _thread import get_ident
from typing import Iterator, Sequence, Union, cast

from ...protocol.errors import Unusable
from .code_objects import nested, with_constants
from .tape import Marks, Tape

Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]
Scope = Union[ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef]

# A source holds no such text: each stands for an object until the code has been compiled.
_EXTEND, _CLOCK, _THREAD, _BEGUN = (f"\0kprof {name}" for name in ("extend", "clock", "thread", "begun"))
# The only local variable that is added to a frame, and to generators alone.
_STATE = "__kprof_generator"


class Sources:
    """The parsed files of functions, each read once."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[ast.Module, dict[tuple[str, int], list[list[Scope]]]]] = {}

    def of(self, code: types.CodeType) -> tuple[ast.Module, list[list[Scope]]]:
        """Return a file's syntax tree, and where it has functions of a code's name and first line.

        Each is given with the classes and functions around it, the outermost first.

        Raises:
            Unusable: it cannot be read or parsed.
        """
        filename = code.co_filename
        if filename not in self._files:
            try:
                with tokenize.open(filename) as file:
                    tree = ast.parse(file.read(), filename)
            except (OSError, SyntaxError, ValueError, RecursionError) as error:
                raise Unusable(f"its source cannot be read ({type(error).__name__})", filename) from error
            paths: dict[tuple[str, int], list[list[Scope]]] = {}
            for path in _paths(tree):
                for line in _first_lines(cast(Function, path[-1])):
                    paths.setdefault((path[-1].name, line), []).append(path)
            self._files[filename] = tree, paths
        tree, paths = self._files[filename]
        return tree, paths.get((code.co_name, code.co_firstlineno), [])


def watched(code: types.CodeType, marks: Marks, tape: Tape, sources: Sources) -> types.CodeType:
    """Return a function's code with its enter and leave recorded from inside.

    Args:
        code: the code that runs.
        marks: what its events are called.
        tape: where they go.
        sources: the files read so far.

    Raises:
        Unusable: the source is missing, is not that of the code, or is of a kind that cannot be watched so.
    """
    if code.co_flags & (inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR):
        raise Unusable("it is asynchronous", code.co_name)
    tree, paths = sources.of(code)
    for path in paths:
        if _compiled(tree, path, code) != code:
            continue
        function = path[-1]
        before, function.body = function.body, _changed(function, marks, code)
        try:
            found = _compiled(tree, path, code)
        finally:
            function.body = before
        if found is not None:
            return with_constants(found, _objects(marks, tape))
    raise Unusable("its source is not that of the code that runs", code.co_name)


def _inner_statements(node: ast.AST) -> Iterator[ast.stmt]:
    """Yield the statements that stand directly in another one, those of its handlers and cases too."""
    for name in ("body", "orelse", "handlers", "finalbody", "cases"):
        for child in getattr(node, name, ()):
            if isinstance(child, ast.stmt):
                yield child
            else:
                yield from _inner_statements(child)


def _paths(node: ast.AST, above: Sequence[Scope] = ()) -> Iterator[list[Scope]]:
    """Yield the functions of a tree, each with the classes and functions around it."""
    for child in _inner_statements(node):
        path = [*above]
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            path.append(child)
            if not isinstance(child, ast.ClassDef):
                yield path
        yield from _paths(child, path)


def _first_lines(node: Function) -> set[int]:
    """Return the lines that code may call its first: that of ``def`` or of the first decorator."""
    return {node.lineno, *(decorator.lineno for decorator in node.decorator_list)}


def _compiled(tree: ast.Module, path: Sequence[Scope], like: types.CodeType) -> types.CodeType | None:
    """Return the code of a function of a file, compiled with no more around it than its code depends on.

    That is: the module's imports (CPython 3.11 calls an attribute of an imported name in a way of its own),
    the classes around it (for ``super`` and mangled names), and the whole of a function around it (for its
    closure).

    Raises:
        Unusable: it cannot be compiled.
    """
    outermost = next(at for at, scope in enumerate(path) if not isinstance(scope, ast.ClassDef))
    inner: ast.stmt = path[outermost]
    for scope in reversed(path[:outermost]):
        around = copy.copy(scope)
        around.body = [inner]
        inner = around
    module = copy.copy(tree)
    module.body = [*_imports(tree), inner]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        try:
            whole = compile(ast.fix_missing_locations(module), like.co_filename, "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError) as error:
            # Python has a greatest depth of blocks, and watching adds one.
            raise Unusable(f"its source cannot be compiled again ({error})", like.co_name) from error
    same = (one for one in nested(whole) if one.co_name == like.co_name)
    return next((one for one in same if one.co_firstlineno == like.co_firstlineno), None)


def _imports(node: ast.AST) -> Iterator[ast.stmt]:
    """Yield the imports of a module's own scope."""
    for child in _inner_statements(node):
        if isinstance(child, (ast.Import, ast.ImportFrom)):
            yield child
        elif not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield from _imports(child)


def _changed(function: Scope, marks: Marks, code: types.CodeType) -> list[ast.stmt]:
    """Return a function's body with its events: the docstring stays the first statement."""
    body = function.body
    start = 1 if ast.get_docstring(function, clean=False) is not None else 0
    docstring, rest = body[:start], body[start:] or [ast.Pass()]
    if code.co_flags & inspect.CO_GENERATOR:
        rest = [cast(ast.stmt, _Yields().visit(copy.deepcopy(one))) for one in rest]
        state = ast.Assign(targets=[ast.Name(id=_STATE, ctx=ast.Store())], value=_call(_BEGUN))
        enter: ast.stmt = state
        leave: ast.stmt = ast.Expr(value=_of_state("ended"))
    else:
        enter, leave = _event(marks.enter), _event(marks.leave)
    guarded = ast.Try(body=rest, handlers=[], orelse=[], finalbody=[leave])
    changed = [enter, guarded]
    for one in changed:
        ast.copy_location(one, rest[0] if hasattr(rest[0], "lineno") else function)
    return [*docstring, *changed]


def _event(mark: int) -> ast.stmt:
    """Return the statement that records an event."""
    values = [ast.Constant(value=mark), _call(_CLOCK), _call(_THREAD)]
    event = ast.Tuple(elts=values, ctx=ast.Load())
    return ast.Expr(value=_call(_EXTEND, event))


def _call(placeholder: str, *arguments: ast.expr) -> ast.expr:
    return ast.Call(func=ast.Constant(value=placeholder), args=list(arguments), keywords=[])


def _of_state(method: str, *arguments: ast.expr) -> ast.expr:
    state = ast.Name(id=_STATE, ctx=ast.Load())
    called = ast.Attribute(value=state, attr=method, ctx=ast.Load())
    return ast.Call(func=called, args=list(arguments), keywords=[])


class _Yields(ast.NodeTransformer):
    """Ends a generator's span at each of its yields and begins the next after it.

    What is thrown in where it paused begins one as well: before anything that catches it.
    """

    def __init__(self) -> None:
        self._pauses = False

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.YieldFrom):
            raise Unusable("it is a generator that hands over to another")
        if not isinstance(node, ast.stmt):
            return self._expression(node)
        outer, self._pauses = self._pauses, False
        self._inside(node)
        pauses, self._pauses = self._pauses, outer
        if not pauses:
            return node
        back: ast.stmt = ast.Expr(value=_of_state("back"))
        return ast.copy_location(ast.Try(body=[node], handlers=[], orelse=[], finalbody=[back]), node)

    def _expression(self, node: ast.AST) -> ast.AST:
        self._inside(node)
        if not isinstance(node, ast.Yield):
            return node
        self._pauses = True
        paused = ast.Yield(value=_of_state("paused", node.value or ast.Constant(value=None)))
        return ast.copy_location(_of_state("resumed", paused), node)

    def _inside(self, node: ast.AST) -> None:
        """Visit what runs in this frame: of an inner function, its decorators and defaults alone."""
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            body, node.body = node.body, []
            self.generic_visit(node)
            node.body = body
        else:
            self.generic_visit(node)


class _Generator:
    """Whether a generator runs: its span is open only while it does."""

    def __init__(self, marks: Marks, tape: Tape) -> None:
        self._marks = marks
        self._tape = tape
        self._running = False
        self.back()

    def paused(self, value: object) -> object:
        self.ended()
        return value

    def resumed(self, value: object) -> object:
        self.back()
        return value

    def back(self) -> None:
        """Record an enter where it was paused, unless nothing is recorded any more."""
        if not self._running and self._tape.recording:
            self._running = True
            self._tape.record(self._marks.enter)

    def ended(self) -> None:
        if self._running:
            self._running = False
            self._tape.record(self._marks.leave)


def _objects(marks: Marks, tape: Tape) -> dict[object, object]:
    """Return what the placeholders stand for."""

    def begun() -> _Generator:
        return _Generator(marks, tape)

    return {_EXTEND: tape.extend, _CLOCK: tape.clock, _THREAD: get_ident, _BEGUN: begun}
