"""How a person would write the way from a variable to a big object: ``results[3]``, ``model.cache``.

Only right after a capture, while the ids of the picture still tell which
object is which.  Cost: one walk over the picture, and 20 µs a way.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from leakhunter.heap.graph import Graph
from leakhunter.heap.paths import follow, spelled, written
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

MOST = 200
"""Ways written, the biggest objects first."""


def write_ways(shell: InteractiveShell, graph: Graph) -> dict[int, str]:
    """The way to each big object that lies inside a variable, by node."""
    bigs = sorted(graph.bigs, key=lambda big: -big.bytes)
    return ways_to(shell, graph, (big.node for big in bigs), whole=False)


def ways_to(
    shell: InteractiveShell, graph: Graph, nodes: Iterable[int], *, whole: bool = True
) -> dict[int, str]:
    """The way to each of these that lies inside a variable; to 200 of them, the first.

    A ``whole`` way leads to its end; where there is none, it is the variable.
    """
    names = {n: slot for slot, n in graph.slots.items() if slot.place == "name"}
    wanted = [node for node in nodes if node not in names][:MOST]
    if not wanted:
        return {}
    parents = _nearest(graph, names)
    ways = {}
    for node in wanted:
        path = [node]
        while path[-1] in parents and path[-1] not in names:
            path.append(parents[path[-1]])
        root: Slot | None = names.get(path[-1])
        steps = None if root is None else follow(shell, graph, root, path[::-1])
        if steps is not None and (not whole or spelled(steps)):
            ways[node] = written(steps)
        elif root is not None:
            ways[node] = str(root.key)
    return ways


def _nearest(graph: Graph, names: dict[int, Slot]) -> dict[int, int]:
    """For each node that a name reaches the node before it on a shortest way."""
    parents: dict[int, int] = {}
    todo = list(names)
    for node in todo:
        for child in graph.edges[node]:
            if child not in parents and child not in names:
                parents[child] = node
                todo.append(child)
    return parents
