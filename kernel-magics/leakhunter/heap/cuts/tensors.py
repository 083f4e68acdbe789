"""Tensors that a variable leads to and that keep the graph which made them.

Detaching one in place ends the graph and leaves the values.  A view and a
tensor of a class of the user's cannot be detached in place.  Only tensors on a
way to something heavy are looked at.  Cost: 130 µs such a tensor.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from leakhunter.heap import safe
from leakhunter.heap.graph import Cut, Graph
from leakhunter.heap.paths import follow, spelled, written
from leakhunter.heap.roots import look
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "tensor"
VIEW = "tensor-view"
"""Place of the references of tensors that cannot be detached in place."""

MOST = 1000
"""Tensors looked at; what more there is counts as kept."""

_EDGES = 8
"""References that a tensor has: memory, class, base, gradient, graph, attributes."""

_NODE = re.compile(r"Backward\d*$")


def cut_graphs(shell: InteractiveShell, graph: Graph) -> None:
    """Make slots of the references from tensors to the graphs that made them."""
    base: Any = look.module_globals("torch._C").get("TensorBase")
    plain = look.module_globals("torch").get("Tensor")
    if base is None:
        return
    ways = graph.ways
    makers = ways.of_class(lambda _module, kind: bool(_NODE.search(kind)))
    results = _results(graph, makers)
    inner = makers.union(results)
    looked = 0
    for node in results:
        path = ways.to(node)
        # what a graph saved goes with it, and what a view is a view of with the view
        if not path or not inner.isdisjoint(path[:-1]) or looked >= MOST:
            continue
        looked += 1
        root = ways.names[path[0]][0]
        steps = follow(shell, graph, root, path)
        if steps is None or not safe.derives(type(steps[-1].obj), base):
            continue
        tensor = steps[-1].obj
        exact = type(tensor) is plain and not base._is_view(tensor)  # noqa: SLF001 - as the adapter asks
        way = written(steps) if spelled(steps) else f"{root.key}: a tensor"
        del steps, tensor
        for target in _kept(graph, node, makers, exact=exact):
            slot = Slot(PLACE if exact else VIEW, way)
            while slot in graph.cuts:
                slot = Slot(slot.place, f"{way} #{len(graph.cuts)}")
            graph.cuts[slot] = Cut(node, target, root, tuple(path))


def _results(graph: Graph, makers: set[int]) -> list[int]:
    """What nodes of graphs made, and what else refers to one and to little more."""
    if not makers:
        return []
    edges = graph.edges
    return sorted(
        n
        for n in graph.ways.nodes - makers
        if len(edges[n]) <= _EDGES and not makers.isdisjoint(edges[n])
    )


def _kept(graph: Graph, node: int, makers: set[int], *, exact: bool) -> list[int]:
    """What a tensor would no longer refer to: the graph, and for a view what it is a view of."""
    kinds = {graph.kinds[node], "Tensor", "Parameter"}
    return [
        n
        for n in dict.fromkeys(graph.edges[node])
        if n in makers or (not exact and graph.kinds[n] in kinds)
    ]
