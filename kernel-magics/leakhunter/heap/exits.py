"""Callbacks of ``atexit``: Python keeps them, with their arguments, where nobody can list them.

What a callback holds looks as if native code held it.  It is told apart only
where the cells register a callback, and what is held is a function that
nothing else holds, or the one object that they can have registered.

Cost: nothing where no cell names ``atexit``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from leakhunter.heap.graph import Cut, Graph
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "atexit"
NOBODY = -1
"""Source of a cut whose holder is not in the picture."""

_NATIVE = "native"
FUNCTIONS = frozenset({"function", "method", "partial"})


class Exit(NamedTuple):
    """A call that registers: the name of the function, empty for another expression; does it pass arguments?"""

    function: str
    passes: bool


def registered(sources: Iterable[str]) -> Iterator[Exit]:
    """Callbacks that cells register with ``atexit``."""
    for source in sources:
        if "atexit" not in source:
            continue
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _is_register(node.func) and node.args:
                first = node.args[0]
                name = first.id if isinstance(first, ast.Name) else ""
                yield Exit(name, len(node.args) > 1 or bool(node.keywords))


def _is_register(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and function.attr == "register"
        and isinstance(function.value, ast.Name)
        and function.value.id == "atexit"
    )


def cut_exits(shell: InteractiveShell, graph: Graph) -> None:
    """Add a cut for what callbacks of ``atexit`` hold."""
    natives = [s for s in graph.slots if s.place == _NATIVE]
    history = shell.history_manager.input_hist_raw
    exits = list(registered(list(history))) if natives else []
    if not exits:
        return
    functions = [s for s in natives if graph.kinds[graph.slots[s]] in FUNCTIONS]
    for slot in functions if len(functions) <= len(exits) else ():
        _cut(graph, Slot(PLACE, slot.key), slot)
    others = [s for s in natives if s not in functions]
    names = {e.function for e in exits if e.function and e.passes}
    if len(others) == len(names) == 1:
        _cut(graph, Slot(PLACE, f"{names.pop()}()"), others[0])


def _cut(graph: Graph, slot: Slot, native: Slot) -> None:
    graph.cuts[slot] = Cut(NOBODY, graph.slots[native], native, ())
