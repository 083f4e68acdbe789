"""The nodes of a picture while it is taken, in pure Python: the native core has the same.

Each object that was met has a number, its node.  From here to :meth:`Nodes.forget`
a list of ours holds them all.
"""

from __future__ import annotations

import sys
from collections import deque
from types import FrameType, FunctionType
from typing import Any

from leakhunter.heap import core, safe
from leakhunter.heap.graph import Graph
from leakhunter.heap.peek.sizes import Kind, block
from leakhunter.heap.referents import referents
from leakhunter.heap.walk.boundary import Boundary
from leakhunter.heap.walk.tables import MOST_SHARED, sizes_alone

WIDE = 512
"""Containers with more children wait until everything else has been looked at."""

_POINTER = 8
_COMMON = 500
"""An atom that is referred to more often is not followed when it is small (see `is_common`)."""

ATOMS = (int, float, complex, bool, type(None), str, bytes, type(...), range)
LEAVES = frozenset(map(id, ATOMS))
"""By ``id``, as all types here: a set of types would ask a metaclass of the user's for its hash."""

LONG = frozenset(map(id, (list, tuple, dict, set, frozenset)))
"""Listing what they hold takes as much memory as they do: their length is asked first."""

_SIMPLE, _INLINE, _DICT = range(3)
"""How the native core looks at the objects of a class."""


class Mark:
    """Calibrates :func:`sys.getrefcount`: held by one list, as everything captured is."""


def named(cls: type) -> tuple[str, str]:
    """Name and module of a class, in texts of our own: a reference to its own would count."""
    name, module = ("." + safe.type_name(cls), "." + safe.module_of(cls))
    return name[1:], module[1:]


def counted(objects: list[Any]) -> list[int]:
    """Reference counts of a list's items, the list's own references included."""
    return list(map(sys.getrefcount, objects))


def single() -> int:
    """What :func:`counted` says of an object that one container holds."""
    container = [Mark()]
    return counted(referents(container))[0]


def is_common(atom: Any, count: int) -> bool:
    """Is it so often referred to that its bytes are less than a hundredth of the references?"""
    return count > _COMMON and sys.getsizeof(atom) * 100 <= count * _POINTER


def are_common(atoms: list[Any], counts: list[int]) -> bool:
    """The same of several at once, and quickly."""
    least = min(counts)
    return least > _COMMON and (
        max(map(sys.getsizeof, atoms)) * 100 <= least * _POINTER
    )


class Nodes:
    """Objects by number, and those that wait to be looked at.

    ``id in nodes`` and ``nodes[id]`` ask for the node of an object; their length
    is how many wait.

    Parameters
    ----------
    graph
        The picture that takes the nodes.
    objects
        Holds the objects; the first of them is none of the user's.
    budget
        Objects that may be looked at.  There are no more nodes than that: what
        can never be looked at would only take memory.

    Attributes
    ----------
    visited
        Objects looked at.
    """

    def __init__(self, graph: Graph, objects: list[Any], budget: int) -> None:
        self._graph, self._objects = graph, objects
        self._budget = budget
        self._cut: list[int] = []
        self._index: dict[int, int] = {}
        self._named = {id(cls): named(cls) for cls in ATOMS}
        self._near: deque[int] = deque()
        self._wide: deque[int] = deque()
        self._single = single()
        self.visited = 0

    def __contains__(self, key: object) -> bool:
        return key in self._index

    def __len__(self) -> int:
        return len(self._near) + len(self._wide)

    def __getitem__(self, key: int) -> int:
        return self._index[key]

    def add(self, obj: Any) -> int:
        """The node of an object, made where there is none."""
        node = self._index.get(id(obj))
        if node is None:
            node = self._index[id(obj)] = self._new(obj)
        return node

    def start(self, obj: Any) -> int:
        """The same; an object that is new will be looked at."""
        known = len(self._objects)
        node = self.add(obj)
        if node == known:
            self._near.append(node)
        return node

    def native(self) -> int:
        """A node for memory that is no object."""
        return self._new(None)

    def _new(self, obj: Any) -> int:
        graph = self._graph
        graph.sizes.append(0)
        graph.kinds.append("")
        graph.modules.append("")
        graph.edges.grow()
        self._objects.append(obj)
        return len(self._objects) - 1

    def next(self, limit: int) -> tuple[int | None, list[int]]:
        """The next object to look at, unless so many have been, and nodes of ``bytes`` that are new.

        The native core looks at plain ones itself.
        """
        if self.visited >= limit:
            return None, []
        for queue in (self._near, self._wide):
            if queue:
                return queue.popleft(), []
        return None, []

    def waiting(self) -> list[int]:
        """What has not been looked at, or not followed to all that it refers to."""
        return [*self._cut, *self._near, *self._wide]

    def learn(self, *plan: Any) -> None:
        """How the objects of a class are looked at: only the native core wants to know."""

    def follow(self, node: int, children: list[Any], out: list[int]) -> list[int]:
        """Add what an object refers to; an atom that only it holds counts as part of it.

        Parameters
        ----------
        node, children
            The object, and what it refers to.
        out
            Takes the nodes of these.

        Returns
        -------
        list of int
            New nodes of ``bytes``, which may lend their memory.
        """
        graph = self._graph
        later = self._near if len(children) <= WIDE else self._wide
        lending: list[int] = []
        common: set[int] = set()
        for child, count in zip(children, counted(children), strict=True):
            leaf = id(type(child)) in LEAVES
            if leaf and count > _COMMON:
                if id(child) in common:
                    continue
                if is_common(child, count):
                    common.add(id(child))
                    continue
            if leaf and count <= self._single:
                graph.sizes[node] += block(sys.getsizeof(child))
                self.visited += 1
                continue
            known = len(self._objects)
            if known > self._budget and self._is_cut(node, child):
                continue
            at = self.add(child)
            out.append(at)
            if at != known:
                continue
            if leaf:
                graph.sizes[at] = block(sys.getsizeof(child))
                graph.kinds[at], graph.modules[at] = self._named[id(type(child))]
                self.visited += 1
                if type(child) is bytes:
                    lending.append(at)
            else:
                later.append(at)
        return lending

    def _is_cut(self, node: int, child: Any) -> bool:
        """Is what an object refers to left out, there being as many nodes as may be?"""
        if id(child) in self._index:
            return False
        if self._cut[-1:] != [node]:
            self._cut.append(node)
        return True

    def forget(self) -> None:
        """Let go of all objects."""
        self._objects.clear()
        self._index.clear()


def nodes(graph: Graph, objects: list[Any], boundary: Boundary, budget: int) -> Nodes:
    """Nodes, by the native core where there is one."""
    if core.NATIVE is None:
        return Nodes(graph, objects, budget)
    atoms = [(cls, *named(cls)) for cls in ATOMS]
    found: Nodes = core.NATIVE.Nodes(
        objects, graph.kinds, graph.modules, graph.sizes, graph.edges.arrays,
        boundary.ids, atoms, sizes_alone(), MOST_SHARED, single(), budget,
    )  # fmt: skip
    return found


def teach(found: Nodes, cls: type, kind: Kind, told: tuple[str, str]) -> None:
    """Let the native core look at the objects of a class by itself, if they are plain.

    Parameters
    ----------
    found
        The nodes.
    cls, kind, told
        The class, which no adapter knows and at which no walk stops; how it is
        sized; and its name and module.
    """
    if (
        id(cls) in LEAVES
        or (kind.table and cls is not dict)
        or cls is FrameType
        or cls is FunctionType
        or safe.derives(cls, type, BaseException)
    ):
        return
    mode = _DICT if cls is dict else _INLINE if kind.inline else _SIMPLE
    by_type = kind.method is object.__sizeof__
    found.learn(
        cls, *told, mode, kind.method, by_type, id(cls) in LONG,
        kind.header, kind.basic, kind.array, kind.names, kind.slots,
    )  # fmt: skip
