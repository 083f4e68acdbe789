"""What functions read that something else than a cell may call: a widget, a logger, a thread.

A cell that registers a function has ended, and its data is read whenever a
button is pressed.  Registries without a root are told by the count: whatever
holds a function that no variable holds got it to call it.

Cost: nothing without functions of cells; else one walk over what registries hold,
and 1 µs for each object that leads to such a function.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from leakhunter.detect.liveness import Called
from leakhunter.heap.cuts.containers import CLASSES
from leakhunter.heap.graph import Graph
from leakhunter.heap.slots import SESSION

_NOBODY_CALLS = frozenset({"module", "library", "source", "class", "inside", "native"})
"""Places that hold functions and do not call them."""

_MOST = 10_000
"""Holders of one function that are looked at."""

_ENOUGH = 100_000
"""Holders of all functions that are looked at: a tenth of a second."""


def called(graph: Graph) -> Called:
    """What functions of the session's cells read that a registry may call, or whoever uses an object that holds them."""
    if not graph.reads:
        return Called(set(), {})
    quiet = SESSION | _NOBODY_CALLS
    starts = {n for slot, n in graph.slots.items() if slot.place not in quiet}
    starts |= graph.lent
    nodes = graph.reads.keys() & graph.reach(starts)
    read = {name for node in nodes for name in graph.reads[node]}
    return Called(read, _carried(graph))


def _carried(graph: Graph) -> Mapping[str, set[str]]:
    """Names that functions read which a variable's object holds: a hook of a model, a callback in a list.

    Whoever uses the object may have them called.  Methods of its class are no
    news: the source tells of them.
    """
    names: dict[int, list[str]] = {}
    for slot, node in graph.slots.items():
        if slot.place == "name" and node not in graph.reads:
            names.setdefault(node, []).append(str(slot.key))
    found: dict[str, set[str]] = {}
    above = (
        (node, read)
        for function, read in graph.reads.items()
        for node in _above(graph, function)
    )
    for node, read in islice(above, _ENOUGH if names else 0):
        for name in names.get(node, ()):
            found.setdefault(name, set()).update(read)
    return found


def _above(graph: Graph, function: int) -> Iterator[int]:
    """What leads to a function, itself left out, other than through a class."""
    seen = {function}
    todo = [function]
    for node in todo:
        for above in graph.referrers(node)[: max(_MOST - len(seen), 0)]:
            is_class = above in graph.shapes and graph.kinds[above] in CLASSES
            if above not in seen and not is_class:
                seen.add(above)
                todo.append(above)
                yield above
