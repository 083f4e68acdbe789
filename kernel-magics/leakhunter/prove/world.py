"""What a cell does to the world, from its source and the values that its names have now.

Functions of the notebook that it calls are read too.  What a library does
inside cannot be seen: this lists what the source says, so that nobody sends a
mail thirty-two times by asking whether it leaks.
"""

from __future__ import annotations

import ast
import types
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

from leakhunter.heap import safe
from leakhunter.prove.effects import dotted, effect_of, makes_buffer
from leakhunter.prove.model import Change, Effect, World
from leakhunter.record.names import names_of

_DEEP = 5
"""Functions that call functions: so deep they are read."""

_GROWS: dict[type, frozenset[str]] = {
    list: frozenset({"append", "extend"}),
    dict: frozenset({"update", "setdefault"}),
    set: frozenset({"add", "update"}),
    deque: frozenset({"append", "extend"}),
}
"""Methods after which a container can be cut back."""

_ADDS = frozenset({"append", "extend", "add", "setdefault"})
"""Methods that hardly do anything but add, whatever they are called on."""

_CHANGES = frozenset(
    {"append", "extend", "insert", "add", "update", "setdefault", "pop", "popitem", "remove",
     "clear", "sort", "reverse", "discard", "appendleft", "popleft", "extendleft", "rotate",
     "fill", "resize", "put"}
)  # fmt: skip
_ITERATORS: tuple[Any, ...] = (
    type(iter([])), type(iter(())), type(iter({})), type(iter(set())), type(iter(range(0))),
    types.GeneratorType, zip, map, filter, enumerate, reversed,
)  # fmt: skip
_USES_UP = frozenset(
    {"list", "tuple", "set", "sum", "dict", "sorted", "max", "min", "any", "all"}
)

_WORDS: dict[Effect, str] = {
    "file": "files are written or removed again",
    "network": "it is sent again",
    "database": "rows are written again",
    "input": "it asks on every run",
    "command": "it runs again",
    "iterator": "what it yields is used up",
    "object": "the object keeps every change",
}


def world_of(
    source: str,
    names: Mapping[str, Any],
    sources: Iterable[str] = (),
    *,
    shown: bool = False,
) -> World:
    """Read what a cell changes.

    Parameters
    ----------
    source
        The cell, magics included.
    names
        The user's names; only the classes of their values are looked at.
    sources
        The session's cells: where the functions that it calls are written.
    shown
        Is it known to have shown a value?  A call may return nothing.

    Returns
    -------
    World
        With nothing in it when the source is no Python.
    """
    tree = _parsed(source)
    if tree is None:
        return World(rebound=[], grown=[], changes=[], random=False, shows=False)
    functions: dict[str, ast.AST] = {}
    aliases: dict[str, str] = {}
    for text in [*sources, source]:
        for node in ast.walk(_parsed(text) or ast.Module([], [])):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                functions[node.name] = node
            elif isinstance(node, ast.Import):
                aliases.update({a.asname: a.name for a in node.names if a.asname})
            elif isinstance(node, ast.ImportFrom) and node.module:
                aliases.update(
                    {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
                )
    reader = _Reader(names, aliases, names_of(source).bound)
    reader.read(tree)
    for function in _called(tree, functions):
        reader.read(function, inside=getattr(function, "name", ""))
    return World(
        rebound=sorted(n for n in names_of(source).bound if not n.startswith("_")),
        grown=sorted(reader.grown),
        changes=list(reader.changes.values()),
        random=reader.random,
        shows=shown or _shows(tree, source),
    )


class _Reader:
    """Collects what statements change."""

    def __init__(
        self, names: Mapping[str, Any], aliases: dict[str, str], bound: set[str]
    ) -> None:
        self._kinds = {n: type(v) for n, v in names.items() if type(n) is str}
        self._aliases = aliases
        self._bound = bound
        self._buffers: set[str] = {
            n
            for n, k in self._kinds.items()
            if safe.type_name(k) in ("StringIO", "BytesIO")
        }
        self._inside = ""
        self._local: set[str] = set()
        self.grown: set[str] = set()
        self.changes: dict[str, Change] = {}
        self.random = False

    def read(self, tree: ast.AST, inside: str = "") -> None:
        """Read a cell, or a function that it calls."""
        self._inside = inside
        nodes = list(ast.walk(tree))
        self._local = {
            n.id
            for n in nodes
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        } | {n.arg for n in nodes if isinstance(n, ast.arg)}
        for node in nodes:
            if isinstance(node, ast.Assign) and makes_buffer(node.value):
                self._buffers |= {t.id for t in node.targets if isinstance(t, ast.Name)}
        for node in nodes:
            if isinstance(node, ast.Call):
                self._call(node)
            elif isinstance(node, (ast.Subscript, ast.Attribute)):
                self._store(node)
            elif isinstance(node, (ast.For, ast.comprehension)):
                self._loop(node.iter, node)

    def _note(self, effect: Effect, what: str, node: ast.AST) -> None:
        where = f" in `{self._inside}()`" if self._inside else ""
        text = f"It {what}{where}: {_WORDS[effect]}."
        line = getattr(node, "lineno", 0) if not self._inside else 0
        self.changes.setdefault(text, Change(effect=effect, text=text, line=line))

    def _call(self, call: ast.Call) -> None:
        name = dotted(call.func, self._aliases)
        if ".random." in f".{name}." or name.startswith("random."):
            self.random = True
        effect = effect_of(call, self._aliases, self._buffers)
        if effect is not None:
            self._note(effect, f"calls `{dotted(call.func, {}).lstrip('?')}`", call)
        elif isinstance(call.func, ast.Attribute):
            self._method(call, call.func)
        if name in _USES_UP | {"next"}:
            for argument in call.args[:1]:
                self._loop(argument, call)

    def _method(self, call: ast.Call, function: ast.Attribute) -> None:
        if any(k.arg == "inplace" and _is_true(k.value) for k in call.keywords):
            self._changed(
                function.value, f"`{function.attr}` with `inplace=True`", call
            )
            return
        if function.attr == "run_cell_magic" or function.attr in (
            "system",
            "getoutput",
        ):
            self._shell(call, function.attr)
        if function.attr not in _CHANGES:
            return
        holder = _root(function.value)
        if holder is None or self._is_own(holder):
            return
        kind = self._kinds.get(holder)
        plain = kind is not None and any(kind is one for one in _GROWS)
        if isinstance(function.value, ast.Name) and kind is not None and plain:
            if function.attr in _GROWS[kind]:
                self.grown.add(holder)
            else:
                self._changed(function.value, f"`{holder}.{function.attr}()`", call)
        elif kind is bytearray:
            self._changed(function.value, f"`{holder}.{function.attr}()`", call)
        elif function.attr in _ADDS:
            # a container inside of another object is found by walking, and cut back
            self.grown.add(holder)

    def _shell(self, call: ast.Call, method: str) -> None:
        """``!command`` and ``%%bash``, as IPython writes them."""
        texts = [a.value for a in call.args if isinstance(a, ast.Constant)]
        if method != "run_cell_magic":
            self._note(
                "command", f"runs `!{str(texts[0])[:30] if texts else ''}`", call
            )
        elif texts and texts[0] in ("bash", "sh", "script", "writefile", "cmd"):
            effect: Effect = "file" if texts[0] == "writefile" else "command"
            self._note(effect, f"uses `%%{texts[0]}`", call)

    def _store(self, node: ast.Subscript | ast.Attribute) -> None:
        if isinstance(node.ctx, ast.Load):
            return
        holder = _root(node)
        if holder is None or self._is_own(holder):
            return
        kind = self._kinds.get(holder)
        what = "an attribute" if isinstance(node, ast.Attribute) else "an item"
        deed = "deletes" if isinstance(node.ctx, ast.Del) else "sets"
        item = isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name)
        if item and deed == "sets" and kind is not None and safe.derives(kind, dict):
            self.grown.add(holder)
            return
        self._changed(node, f"{deed} {what} of `{holder}`", node)

    def _changed(self, node: ast.expr, what: str, at: ast.AST) -> None:
        holder = _root(node)
        if holder is not None and not self._is_own(holder):
            self._note(
                "object",
                what if what.startswith(("sets", "deletes")) else f"calls {what}",
                at,
            )

    def _loop(self, iterated: ast.expr, node: ast.AST) -> None:
        if isinstance(iterated, ast.Name) and not self._is_own(iterated.id):
            kind = self._kinds.get(iterated.id)
            if kind is not None and any(kind is one for one in _ITERATORS):
                at = node if hasattr(node, "lineno") else iterated
                self._note("iterator", f"iterates over `{iterated.id}`", at)

    def _is_own(self, name: str) -> bool:
        """Does what is read make this object itself, on every run?"""
        return name in self._local or (not self._inside and name in self._bound)


def _parsed(source: str) -> ast.Module | None:
    try:
        transformed: str = TransformerManager().transform_cell(source)
        return ast.parse(transformed)
    except (SyntaxError, ValueError, RecursionError):
        return None


def _called(tree: ast.AST, functions: Mapping[str, ast.AST]) -> Iterator[ast.AST]:
    """Functions of the notebook that are called, and those that they call."""
    todo, seen = [(tree, 0)], set()
    while todo:
        node, depth = todo.pop()
        for call in ast.walk(node):
            name = call.id if isinstance(call, ast.Name) else ""
            if name in functions and name not in seen and depth < _DEEP:
                seen.add(name)
                yield functions[name]
                todo.append((functions[name], depth + 1))


def _shows(tree: ast.Module, source: str) -> bool:
    """Does a cell end in a value that is no call, and so is shown and kept?"""
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr) or source.rstrip().endswith(";"):
        return False
    return not isinstance(last.value, ast.Call)


def _root(node: ast.expr) -> str | None:
    """The name that an expression begins with."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _is_true(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is True
