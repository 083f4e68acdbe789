"""Functions, partial calls and bound methods that keep data: under which names they know it.

The collector sees what they refer to; the names of a function's closure and of
its defaults are read from its code.  Only those on a way from a variable to
something heavy are looked at.  Cost: 80 µs a function that keeps much.
"""

from __future__ import annotations

import functools
import types
from typing import TYPE_CHECKING, Any

from leakhunter.heap.graph import Failed, Graph
from leakhunter.heap.paths import follow
from leakhunter.heap.referents import referents
from leakhunter.heap.safe import short

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

KINDS = frozenset({"function", "partial", "method", "builtin_function_or_method"})

MOST = 200
"""Functions looked at."""

_LOCALS = ".<locals>."

_arguments = functools.partial.__dict__["args"].__get__
_keywords = functools.partial.__dict__["keywords"].__get__


def name_functions(shell: InteractiveShell, graph: Graph) -> None:
    """Note the names under which functions keep what is heavy."""
    ways = graph.ways
    for node in sorted(ways.kinds(KINDS))[:MOST]:
        path = ways.to(node)
        steps = follow(shell, graph, ways.names[path[0]][0], path) if path else None
        if steps is not None:
            graph.functions[node] = _known(graph, node, steps[-1].obj)
        del steps


def _known(graph: Graph, node: int, obj: Any) -> Failed:
    """Who made a function, and what it keeps by node."""
    cls = type(obj)
    maker, held = "", []
    if cls is types.FunctionType:
        maker, held = _maker(obj), _of_function(obj)
    elif cls is functools.partial:
        held = [("its argument", value) for value in _arguments(obj)]
        held += [(short(key), value) for key, value in _keywords(obj).items()]
    elif cls is types.MethodType or cls is types.BuiltinMethodType:
        held = [("its object", obj.__self__)]
    at = {id(value): name for name, value in held}
    near = _near(graph, node)
    return Failed(maker, {n: at[graph.ids[n]] for n in near if graph.ids[n] in at})


def _near(graph: Graph, node: int) -> set[int]:
    """What lies so near that a function knows it by a name: a tuple and a cell may be between."""
    seen, front = {node}, {node}
    for _ in range(3):
        front = {n for f in front for n in graph.edges[f] if n in graph.ways.nodes}
        front -= seen
        seen |= front
    return seen


def _maker(function: types.FunctionType) -> str:
    """The function in which another one was made; empty for one of a cell or a module."""
    name = function.__qualname__
    return short(name.rpartition(_LOCALS)[0].rpartition(_LOCALS)[2])


def _of_function(function: types.FunctionType) -> list[tuple[str, Any]]:
    """Variables of the closure and defaults, with their names."""
    code = function.__code__
    # a variable that is not assigned yet has an empty cell
    held = [
        (short(name), value)
        for name, cell in zip(
            code.co_freevars, function.__closure__ or (), strict=False
        )
        for value in referents(cell)
    ]
    defaults = function.__defaults__ or ()
    names = code.co_varnames[: code.co_argcount]
    held += zip(map(short, names[len(names) - len(defaults) :]), defaults, strict=False)
    return held + [(short(k), v) for k, v in (function.__kwdefaults__ or {}).items()]
