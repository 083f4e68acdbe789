"""Is some data kept only because a function may be called that needs it?"""

from __future__ import annotations

from collections.abc import Iterable

from leakhunter.heap.graph import Graph

_CALLS = frozenset({"function", "method", "partial"})


def only_called(graph: Graph, starts: Iterable[int], nodes: set[int]) -> bool:
    """Do most bytes of these nodes hang on functions, as seen from where it starts?"""
    seen = set(starts)
    todo = list(seen)
    for node in todo:
        if graph.kinds[node] not in _CALLS:
            for child in graph.edges[node]:
                if child not in seen:
                    seen.add(child)
                    todo.append(child)
    total = sum(graph.sizes[n] for n in nodes)
    return 2 * sum(graph.sizes[n] for n in nodes & seen) < total
