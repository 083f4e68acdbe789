"""Which slot alone leads to what is heavy, and on which way.

Only objects on a way to something heavy are looked at, so a picture of a
million small objects costs little: 10 ns a reference for finding the ways
(:meth:`~leakhunter.heap.graph.Graph.leading_to`), and 0.2 µs an object on
them; in Python 0.2 and 1 µs.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from leakhunter.heap import core
from leakhunter.heap.slots import SESSION, Slot, is_output_name

if TYPE_CHECKING:
    from leakhunter.heap.graph import Graph

HEAVY = 4096
"""Bytes from which on an object of its own counts as heavy."""

_NO_HOLDERS = (SESSION - {"name"}) | {"task"}
"""Places that do not count: of outputs and failed cells, which are told with what they hold
together with a variable, and of tasks, which an event loop knows weakly."""


class Ways:
    """Ways to heavy objects.

    Attributes
    ----------
    nodes
        Objects on a way to something heavy, that included.
    holder
        For each of them the node in the one variable or root that leads to
        it; -1 when several with different objects do.
    names
        Variables on the ways, by the node of their value.
    """

    def __init__(self, graph: Graph) -> None:
        # its parts only: the graph keeps its ways, and a picture must not wait for a collection
        self._sizes, self._kinds, self._modules = (
            graph.sizes,
            graph.kinds,
            graph.modules,
        )
        self._edges, self._slots = graph.edges, graph.slots
        self.nodes = graph.leading_to(core.above(graph.sizes, HEAVY))
        self.holder = self._holders()
        self._from_names: dict[int, int] | None = None
        self._from_others: dict[int, int] | None = None
        self._others: dict[int, Slot] = {}
        self.names: dict[int, list[Slot]] = {}
        for slot, node in graph.slots.items():
            if slot.place == "name" and node in self.nodes and _holds(slot):
                self.names.setdefault(node, []).append(slot)

    def _holders(self) -> dict[int, int]:
        starts = {n for slot, n in self._slots.items() if _holds(slot)}
        return core.holders(self._edges.arrays, self.nodes, list(starts & self.nodes))

    def kinds(self, wanted: Collection[str]) -> set[int]:
        """Objects on the ways whose type has one of these names."""
        return self.of_class(lambda _module, kind: kind in wanted)

    def of_class(self, fits: Callable[[str, str], bool]) -> set[int]:
        """Objects on the ways whose class is wanted, by its module and name; asked once a class."""
        found = [nodes for key, nodes in self._classes.items() if fits(*key)]
        return set().union(*found)

    @cached_property
    def _classes(self) -> dict[tuple[str, str], list[int]]:
        kinds, modules = self._kinds, self._modules
        found: dict[tuple[str, str], list[int]] = {}
        for node in self.nodes:
            found.setdefault((modules[node], kinds[node]), []).append(node)
        return found

    @cached_property
    def _held(self) -> dict[int, list[int]]:
        """What each holder alone leads to."""
        found: dict[int, list[int]] = {}
        for node, holder in self.holder.items():
            found.setdefault(holder, []).append(node)
        return found

    def below(self, start: int) -> set[int]:
        """Objects on the ways that lead on from one of them, that included."""
        # all that leads to one on the ways is on them itself
        reached = array("i", core.reach(self._edges.arrays, [start]))
        return self.nodes.intersection(reached)

    def alone(self, start: int) -> list[int]:
        """What only the slots with this node lead to, the node included."""
        return self._held.get(start, [])

    def weight(self, nodes: Iterable[int]) -> int:
        """Bytes of these."""
        if type(nodes) is array:
            return core.weight(self._sizes, nodes, None)
        return sum(map(self._sizes.__getitem__, nodes))

    def through(self, start: int, carriers: Collection[int]) -> set[int]:
        """What only slots with this node lead to, and only by way of one of these; they themselves are left out."""
        mine = set(self.alone(start))
        seen = {start}
        todo = [start]
        for node in todo:
            if node in carriers:
                continue
            for child in self._edges[node]:
                if child in mine and child not in seen:
                    seen.add(child)
                    todo.append(child)
        return mine - seen

    def to(self, node: int) -> list[int]:
        """A shortest way from a variable to an object on the ways, both included; empty without one."""
        if self._from_names is None:
            self._from_names = self._nearest(self.names)
        return _path(self._from_names, node)

    def from_slot(self, node: int) -> tuple[Slot, list[int]]:
        """The same from a variable or, where none leads to it, from another slot, with that slot."""
        path = self.to(node)
        if path:
            return self.names[path[0]][0], path
        if self._from_others is None:
            self._others = {
                n: s
                for s, n in reversed(self._slots.items())
                if n in self.nodes and _holds(s)
            }
            self._from_others = self._nearest(self._others)
        path = _path(self._from_others, node)
        return (self._others[path[0]] if path else Slot("", "")), path

    def _nearest(self, starts: Iterable[int]) -> dict[int, int]:
        """For each object on the ways the one before it on a shortest way from these."""
        return core.nearest(self._edges.arrays, self.nodes, list(dict.fromkeys(starts)))


def _holds(slot: Slot) -> bool:
    """Is this a variable or a root, and neither an output nor a place of the last exception?"""
    output = slot.place == "name" and is_output_name(str(slot.key))
    return slot.place not in _NO_HOLDERS and not output


def _path(before: dict[int, int], node: int) -> list[int]:
    if node not in before:
        return []
    path = [node]
    while before[path[-1]] != path[-1]:
        path.append(before[path[-1]])
    return path[::-1]
