"""How a person would write the way from a variable to a big object: ``results[3]``, ``model.cache``.

Only right after a capture, while the ids of the picture still tell which
object is which.  Cost: one walk over the picture, and 20 µs a way.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from leakhunter.heap.graph import Graph
from leakhunter.heap.paths import follow, spelled, written
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

MOST = 200
"""Ways written, the biggest objects first."""


class Writer:
    """Writes ways to objects of a picture.

    Parameters
    ----------
    shell, graph
        The session and its newest picture.
    """

    def __init__(self, shell: InteractiveShell, graph: Graph) -> None:
        self._shell = shell
        self._graph = graph
        slots = graph.slots.items()
        self._names = {n: slot for slot, n in slots if slot.place == "name"}

    def bigs(self) -> dict[int, str]:
        """The way to each big object that lies inside a variable, by node."""
        bigs = sorted(self._graph.bigs, key=lambda big: -big.bytes)
        return self._ways((big.node for big in bigs), whole=False)

    def whole(self, nodes: Iterable[int]) -> dict[int, str]:
        """The way to each of these; where none leads to its end, the variable it lies in."""
        return self._ways(nodes, whole=True)

    def _ways(self, nodes: Iterable[int], *, whole: bool) -> dict[int, str]:
        names = self._names
        wanted = [node for node in nodes if node not in names][:MOST]
        ways = {}
        for node in wanted:
            path = [node]
            while path[-1] in self._nearest and path[-1] not in names:
                path.append(self._nearest[path[-1]])
            root: Slot | None = names.get(path[-1])
            if root is None:
                continue
            steps = follow(self._shell, self._graph, root, path[::-1])
            if steps is not None and (not whole or spelled(steps)):
                ways[node] = written(steps)
            else:
                ways[node] = str(root.key)
        return ways

    @cached_property
    def _nearest(self) -> dict[int, int]:
        """For each node that a name reaches the node before it on a shortest way."""
        parents: dict[int, int] = {}
        todo = list(self._names)
        for node in todo:
            for child in self._graph.edges[node]:
                if child not in parents and child not in self._names:
                    parents[child] = node
                    todo.append(child)
        return parents
