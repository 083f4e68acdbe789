"""Lists, dictionaries, sets and queues that keep much: each can be emptied.

Those that a variable holds, those inside its value that lead to several heavy
objects, and those of a class of the user's.  Only exact types of Python's own.
Cost: 40 µs a container inside another object.
"""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING, Any

from leakhunter.heap.graph import Cut, Graph
from leakhunter.heap.paths import follow, spelled, written
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "items"

KINDS = frozenset(
    {"list", "dict", "set", "deque", "defaultdict", "OrderedDict", "Counter"}
)
CLASSES = frozenset({"type", "ABCMeta"})
_MODULES = frozenset({"builtins", "collections"})
_CLEAR: dict[int, Any] = {
    id(cls): cls.clear
    for cls in (
        list, dict, set, collections.deque, collections.defaultdict,
        collections.OrderedDict, collections.Counter,
    )
}  # fmt: skip

_FILL: dict[int, Any] = {
    **{id(cls): cls.extend for cls in (list, collections.deque)},
    **{id(cls): dict.update for cls in (dict, collections.defaultdict, collections.Counter)},
    id(set): set.update,
    id(collections.OrderedDict): collections.OrderedDict.update,
}  # fmt: skip

MOST = 200
"""Containers inside others that are looked at."""

_SEVERAL = 3
"""Heavy objects from which on a container inside another is worth a slot."""


def is_container(graph: Graph, node: int) -> bool:
    """Is this one of Python's own containers, which can be emptied?"""
    return graph.kinds[node] in KINDS and graph.modules[node] in _MODULES


def cut_containers(shell: InteractiveShell, graph: Graph) -> None:
    """Make a slot of all that a container refers to."""
    ways = graph.ways
    nodes = {
        n
        for n in ways.kinds(KINDS)
        if is_container(graph, n)
        and (n in ways.names or _several(graph, n) or _of_class(graph, n))
    }
    for node in sorted(nodes, key=lambda n: n not in ways.names)[:MOST]:
        path = ways.to(node)
        if not path:
            continue
        root = ways.names[path[0]][0]
        steps = follow(shell, graph, root, path)
        # the attributes of an instance are no container of the user's: code does not show them
        if steps is not None and spelled(steps) and id(type(steps[-1].obj)) in _CLEAR:
            cut = Cut(node, node, root, tuple(path))
            graph.cuts.setdefault(Slot(PLACE, written(steps)), cut)
        del steps


def _several(graph: Graph, node: int) -> bool:
    return len(graph.ways.nodes.intersection(graph.edges[node])) >= _SEVERAL


def _of_class(graph: Graph, node: int) -> bool:
    """Is it an attribute of a class?  Between the two there is the class's dictionary."""
    above = graph.ways.to(node)[-3:-2]
    return any(graph.kinds[n] in CLASSES for n in above)


def empty(container: Any) -> None:
    """Empty a container of an exact type; anything else is left alone."""
    clear = _CLEAR.get(id(type(container)))
    if clear is not None:
        clear(container)


def fill(container: Any, saved: Any) -> bool:
    """Put back what an empty container held; false when it is of another type or not empty."""
    put = _FILL.get(id(type(container)))
    if put is None or type(saved) is not type(container) or len(container):
        return False
    put(container, saved)
    return True
