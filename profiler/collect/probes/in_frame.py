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
from .tape import Marks, Tape, clock_ns

Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]
Scope = Union[ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef]

# A source holds no such text: each stands for an object until the code has been compiled.
_EXTEND, _CLOCK, _THREAD, _BEGUN = (f"\0kprof {name}" for name in ("extend", "clock", "thread", "begun"))
# The only local variable that is added to a frame, and to generators alone.
_STATE = "__kprof_generator"


class Sources:
    """The parsed files of functions, each read once."""

    def __init__(self) -> None:
        self._trees: dict[str, ast.Module] = {}

    def tree(self, filename: str) -> ast.Module:
        """Return a file's syntax tree.

        Raises:
            Unusable: it cannot be read or parsed.
        """
        if filename not in self._trees:
            try:
                with tokenize.open(filename) as file:
                    self._trees[filename] = ast.parse(file.read(), filename)
            except (OSError, SyntaxError, ValueError, RecursionError) as error:
                raise Unusable(f"its source cannot be read ({type(error).__name__})", filename) from error
        return self._trees[filename]


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
    tree = sources.tree(code.co_filename)
    for path in _paths(tree, code.co_name, code.co_firstlineno):
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


def _paths(tree: ast.AST, name: str, line: int, above: Sequence[Scope] = ()) -> Iterator[list[Scope]]:
    """Yield the functions of this name and first line, each with the classes and functions around it."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            path = [*above, node]
            if not isinstance(node, ast.ClassDef) and node.name == name and line in _first_lines(node):
                yield path
            yield from _paths(node, name, line, path)
        else:
            yield from _paths(node, name, line, above)


def _first_lines(node: Function) -> set[int]:
    """Return the lines that code may call its first: that of ``def`` or of the first decorator."""
    return {node.lineno, *(decorator.lineno for decorator in node.decorator_list)}


def _compiled(tree: ast.Module, path: Sequence[Scope], like: types.CodeType) -> types.CodeType | None:
    """Return the code of a function of a file, compiled with no more around it than its code depends on.

    That is: the module's imports (CPython 3.11 calls an attribute of an imported name in a way of its own),
    the classes around it (for ``super`` and mangled names), and the whole of a function around it (for its
    closure).
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
        whole = compile(ast.fix_missing_locations(module), like.co_filename, "exec", dont_inherit=True)
    same = (one for one in nested(whole) if one.co_name == like.co_name)
    return next((one for one in same if one.co_firstlineno == like.co_firstlineno), None)


def _imports(node: ast.AST) -> Iterator[ast.stmt]:
    """Yield the imports of a module's own scope."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.Import, ast.ImportFrom)):
            yield child
        elif isinstance(child, (ast.If, ast.Try, ast.With, ast.For, ast.While, ast.ExceptHandler)):
            yield from _imports(child)


def _changed(function: Scope, marks: Marks, code: types.CodeType) -> list[ast.stmt]:
    """Return a function's body with its events: the docstring stays the first statement."""
    body = copy.deepcopy(function.body)
    start = 1 if ast.get_docstring(function, clean=False) is not None else 0
    docstring, rest = body[:start], body[start:] or [ast.Pass()]
    if code.co_flags & inspect.CO_GENERATOR:
        rest = [cast(ast.stmt, _Yields().visit(statement)) for statement in rest]
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
    """Ends a generator's span at each of its yields and begins the next after it."""

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            return node
        if isinstance(node, ast.YieldFrom):
            raise Unusable("it is a generator that hands over to another")
        self.generic_visit(node)
        if not isinstance(node, ast.Yield):
            return node
        paused = ast.Yield(value=_of_state("paused", node.value or ast.Constant(value=None)))
        return ast.copy_location(_of_state("resumed", paused), node)


class _Generator:
    """Whether a generator runs: its span is open only while it does."""

    def __init__(self, marks: Marks, tape: Tape) -> None:
        self._marks = marks
        self._tape = tape
        self._running = True
        tape.record(marks.enter)

    def paused(self, value: object) -> object:
        self.ended()
        return value

    def resumed(self, value: object) -> object:
        self._running = True
        self._tape.record(self._marks.enter)
        return value

    def ended(self) -> None:
        """Record a leave, unless an exception has been thrown in while it was paused."""
        if self._running:
            self._running = False
            self._tape.record(self._marks.leave)


def _objects(marks: Marks, tape: Tape) -> dict[object, object]:
    """Return what the placeholders stand for."""

    def begun() -> _Generator:
        return _Generator(marks, tape)

    return {_EXTEND: tape.extend, _CLOCK: clock_ns, _THREAD: get_ident, _BEGUN: begun}
