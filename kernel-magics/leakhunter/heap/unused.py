"""What is held, but only by names that no cell reads again.

Cost: one trial deletion over these names, 0.5 µs an object and reference that
they reach.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from leakhunter.heap.graph import Graph
from leakhunter.heap.slots import Slot
from leakhunter.heap.trial import trial
from leakhunter.heap.whole.objects import Class


class Unused:
    """What would go with some names, all of them together.

    Parameters
    ----------
    graph
        The picture.
    names
        The names that nobody needs.

    Attributes
    ----------
    freed
        The nodes that only these names hold.
    """

    def __init__(self, graph: Graph, names: Iterable[str]) -> None:
        self._graph = graph
        slots = [Slot("name", name) for name in names]
        self._slots = [slot for slot in slots if slot in graph.slots]
        self.freed = trial(graph, self._slots).freed

    def classes(self) -> dict[Class, set[int]]:
        """These nodes by class; native memory goes with what holds it."""
        graph = self._graph
        found: dict[Class, set[int]] = {}
        for node in self.freed:
            if graph.kinds[node] != "buffer" or graph.modules[node]:
                key = graph.modules[node], graph.kinds[node]
                found.setdefault(key, set()).add(node)
        return found

    def names(self, nodes: Collection[int]) -> list[str]:
        """The names that must go for some of these nodes to go."""
        if not nodes:
            return []
        above = self._graph.leading_to(nodes)
        return [str(s.key) for s in self._slots if self._graph.slots[s] in above]
