"""Cycles that no collection frees: one of their references is out of the collector's sight.

An object array that holds itself, or a tensor that a graph saved and that
leads back to a list of losses, is garbage once its names are gone; but Python's
collector, which does not see the reference in C or C++, takes it for one from
outside.  Here is done what would happen instead: first what nothing refers to
goes, then what the collector would take, and so on, until nothing more goes.

Cost: once a picture 1 µs for each object and reference behind such references
(the elements of object arrays, graphs); then nothing where none closes a cycle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from leakhunter.heap.graph import Graph


def closing(graph: Graph) -> dict[int, list[int]]:
    """The references out of sight that may close a cycle: both ends lie between cycles."""
    part = set(graph.reach(t for targets in graph.native.values() for t in targets))
    if part.isdisjoint(graph.native):
        return {}
    _strip(part, graph.edges.__getitem__)
    back: dict[int, list[int]] = {}
    for node in part:
        for child in graph.edges[node]:
            back.setdefault(child, []).append(node)
    _strip(part, lambda node: back.get(node, ()))
    found = {
        source: [t for t in targets if t in part]
        for source, targets in graph.native.items()
        if source in part
    }
    return {source: targets for source, targets in found.items() if targets}


def _strip(part: set[int], after: Callable[[int], Iterable[int]]) -> None:
    """Take away what nothing of the rest leads to, until all that is left is led to."""
    counts = _counts(part, after)
    _release(part, counts, [n for n, count in counts.items() if not count], after)


def uncollectable(
    graph: Graph, going: Iterable[int], emptied: Iterable[int]
) -> set[int]:
    """Those of some nodes that stay although nothing from outside holds them.

    Parameters
    ----------
    graph
        The picture; ``graph.native`` says which references the collector does not see.
    going
        Nodes that only refer to each other.
    emptied
        Those of them that go at once.
    """
    if not graph.native:
        return set()
    if graph.loops is None:
        graph.loops = closing(graph)
    if not graph.loops:
        return set()
    freed = set(going)
    loops = [
        (source, target)
        for source, targets in graph.loops.items()
        for target in targets
        if source in freed and target in freed
    ]
    if not loops:
        return set()
    rest = freed
    after = graph.edges.__getitem__
    counts = _counts(rest, after)
    first = [*emptied, *(n for n, count in counts.items() if not count)]
    while True:
        _release(rest, counts, first, after)
        seen_from_outside = {t for s, t in loops if s in rest and t in rest}
        if not seen_from_outside:
            return set()
        first = [*rest.difference(graph.reach(seen_from_outside))]
        if not first:
            return rest


def _counts(part: set[int], after: Callable[[int], Iterable[int]]) -> dict[int, int]:
    """References to each of some nodes from the others."""
    counts = dict.fromkeys(part, 0)
    for node in part:
        for child in after(node):
            if child in counts:
                counts[child] += 1
    return counts


def _release(
    rest: set[int],
    counts: dict[int, int],
    going: list[int],
    after: Callable[[int], Iterable[int]],
) -> None:
    """Let nodes go, and with each what nothing else of the rest refers to."""
    for node in going:
        if node in rest:
            rest.discard(node)
            for child in after(node):
                if child in rest:
                    counts[child] -= 1
                    if not counts[child]:
                        going.append(child)
