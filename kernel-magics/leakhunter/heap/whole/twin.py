"""All objects of the process as one graph, in pure Python: the native core has the same.

Nodes are what the collector knows and whatever that leads to, in the order in
which they are found.  Numbers and texts that only one object holds count as
part of it.  Until :meth:`Heap.forget` each node holds its object.
"""

from __future__ import annotations

import sys
from array import array
from collections import Counter
from typing import Any, TypeAlias

from leakhunter.heap.peek.sizes import block
from leakhunter.heap.twin import Arrays, counts, tally
from leakhunter.heap.walk.nodes import ATOMS, Mark, counted, is_common

LONG = 1024
"""Bytes from which on an atom is a node of its own; it may lend its memory."""

_ROW_OF_ATOM = {id(cls): row for row, cls in enumerate(ATOMS)}
_NONE = -1


Finished: TypeAlias = tuple[
    Arrays,
    "array[int]",
    "array[int]",
    "list[int]",
    "list[tuple[int, int]]",
    "dict[int, int]",
    "list[int]",
]
"""References; bytes and row by node; nodes that something outside of the graph
holds; for each class of atoms how many are part of an object, and their bytes;
by row the bytes of those in its objects; nodes of ``bytes`` that may lend memory."""


def _held_once() -> int:
    """What :func:`counted` says of an object that only one list holds."""
    return counted([Mark()])[0]


class Heap:
    """One walk; whoever drives it looks at the objects.

    Parameters
    ----------
    objects
        What the collector knows.
    atoms
        How many classes are of numbers and texts; they are learned first.
    alone, most
        Only the native core wants to know which dictionaries share their keys.

    Attributes
    ----------
    done
        Nodes looked at.
    """

    def __init__(
        self,
        objects: list[Any],
        atoms: int,
        alone: frozenset[int],  # noqa: ARG002
        most: int,  # noqa: ARG002
    ) -> None:
        self._objects: list[Any] = [Mark()]
        self._index: dict[int, int] = {}
        self._begin, self._count, self._to = array("q"), array("i"), array("i")
        self._sizes, self._rows = array("q"), array("i")
        self._inside = [[0, 0] for _ in range(atoms)]
        self._within: dict[int, int] = {}
        self._lending: list[int] = []
        self._base = _held_once()
        self.done = 0
        for obj in objects:
            self._node(obj)

    def __len__(self) -> int:
        return len(self._sizes)

    def learn(self, row: int, plan: tuple[Any, ...]) -> None:
        """How the objects of a class are looked at: only the native core wants to know."""

    def next(self, limit: int) -> int | None:
        """The node to look at, if there is one; the native core looks at plain ones itself."""
        return self.done if limit > 0 and self.done < len(self) else None

    def _node(self, obj: Any) -> int:
        node = self._index.get(id(obj))
        if node is None:
            node = self._index[id(obj)] = self._fresh(obj)
        return node

    def _fresh(self, obj: Any) -> int:
        self._objects.append(obj)
        self._sizes.append(0)
        self._rows.append(_NONE)
        return len(self._sizes) - 1

    def native(self) -> int:
        """A node for memory that is no object."""
        return self._fresh(None)

    def visit(self, row: int, size: int, children: list[Any], nodes: list[int]) -> None:
        """Tell of the next node what its class is, its bytes, and what it refers to.

        Parameters
        ----------
        row, size
            What it counts as, and the bytes of itself.
        children, nodes
            Objects that it refers to, each reference once, and native memory.
        """
        node, obj = self.done, self.object(self.done)
        if obj is self._objects or obj is self._index:
            # ours while the walk lasts
            children = []
        if type(obj) is bytes and sys.getsizeof(obj) >= LONG:
            self._lending.append(node)
        del obj
        self._begin.append(len(self._to))
        self._sizes[node] = size
        self._rows[node] = row
        self._follow(node, children)
        self._to.extend(nodes)
        self._count.append(len(self._to) - self._begin[node])
        self.done += 1

    def _follow(self, node: int, children: list[Any]) -> None:
        times = Counter(map(id, children))
        within = 0
        for child, count in zip(children, counted(children), strict=True):
            atom = _ROW_OF_ATOM.get(id(type(child)))
            if atom is not None and sys.getsizeof(child) < LONG:
                held = count - self._base + 1 - times[id(child)]
                if held == 1:
                    size = block(sys.getsizeof(child))
                    within += size
                    self._inside[atom][0] += 1
                    self._inside[atom][1] += size
                    continue
                if is_common(child, held):
                    self._node(child)
                    continue
            self._to.append(self._node(child))
        if within:
            self._sizes[node] += within
            row = self._rows[node]
            self._within[row] = self._within.get(row, 0) + within

    def finish(self, held: dict[int, int]) -> Finished:
        """The graph, once every node was looked at.

        Parameters
        ----------
        held
            References to nodes beside those that Python counts.
        """
        refs = array("q", counts(self._objects)[0])
        inside = array("q", tally(self._to, len(self)))
        starts = [
            node
            for node, (count, seen) in enumerate(zip(refs[1:], inside, strict=True))
            if (0 if self._objects[node + 1] is None else count) + held.get(node, 0) > seen
        ]  # fmt: skip
        pairs = [(count, size) for count, size in self._inside]
        edges = (self._begin, self._count, self._to)
        within = dict(sorted(self._within.items()))
        return edges, self._sizes, self._rows, starts, pairs, within, self._lending

    def object(self, node: int) -> Any:
        """The object of a node, while it is held."""
        return self._objects[node + 1]

    def find(self, address: int) -> int:
        """The node of the object at an address, or -1."""
        return self._index.get(address, -1)

    def forget(self) -> None:
        """Let go of all objects."""
        self._objects.clear()
        self._index.clear()
