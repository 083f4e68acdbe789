"""Questions to a picture, in pure Python: what the native core does too, and is held to.

References by node come as three flat arrays: where those of a node begin, how
many they are, and the nodes that they lead to.
"""

from __future__ import annotations

import sys
from array import array
from collections import Counter
from collections.abc import Iterable
from itertools import accumulate, chain, repeat
from typing import Any, TypeAlias

Arrays: TypeAlias = "tuple[array[int], array[int], array[int]]"

SHARED = -1
"""Holder of what several starts lead to."""


def reach(edges: Arrays, starts: list[int]) -> bytes:
    """Nodes reachable from these, themselves included, the nearest first; as the bytes of an ``array("i")``.

    Parameters
    ----------
    edges
        The references.
    starts
        Each once.
    """
    return array("i", _reach(edges, starts)).tobytes()


def _reach(edges: Arrays, starts: list[int]) -> list[int]:
    begin, count, to = edges
    seen = set(starts)
    todo = list(starts)
    for node in todo:
        first = begin[node]
        for child in to[first : first + count[node]]:
            if child not in seen:
                seen.add(child)
                todo.append(child)
    return todo


def turned(edges: Arrays) -> tuple[bytes, bytes, bytes]:
    """The references the other way round, as the bytes of three such arrays.

    A list for each node would take half the time, and leave the allocator's
    memory in pieces.
    """
    begin, count, to = edges
    nodes = range(len(count))
    filled = sorted(filter(count.__getitem__, nodes), key=begin.__getitem__)
    counts = map(count.__getitem__, filled)
    sources = array("i", chain.from_iterable(map(repeat, filled, counts)))
    order = sorted(range(len(to)), key=to.__getitem__)
    times = Counter(to)
    many = array("i", (times[node] for node in nodes))
    starts = array("q", accumulate(many, initial=0))
    starts.pop()
    found = array("i", map(sources.__getitem__, order))
    return starts.tobytes(), many.tobytes(), found.tobytes()


def subtract(  # noqa: PLR0913, PLR0917 - one question, told whole
    edges: Arrays,
    refs: array[int],
    bindings: dict[int, int],
    cuts: list[tuple[int, int]],
    emptied: list[int],
    forgiven: dict[int, int],
    unseen: set[int],
) -> tuple[dict[int, int], set[int], bytes, bool]:
    """Trial deletion: what is held from outside of a part of the picture, and what would go.

    Parameters
    ----------
    edges, refs
        The references, and how often each node is referred to.
    bindings
        Nodes where clearing begins, and how many references it takes from each.
    cuts
        References that it cuts, each once, between nodes that are not emptied.
    emptied
        Nodes that no longer refer to anything, and go.
    forgiven
        References that do not count.
    unseen
        Nodes whose references are not all known.

    Returns
    -------
    tuple
        Nodes held from outside, with the number of references; those of them
        with more references in the picture than they have; the nodes that go,
        as the bytes of an ``array("i")``; and whether all references are known.
    """
    begin, count, to = edges
    reached = _reach(edges, list(bindings))
    inside = dict.fromkeys(reached, 0)
    gone = set(emptied)
    for node in reached:
        if node not in gone:
            first = begin[node]
            for child in to[first : first + count[node]]:
                inside[child] += 1
    for source, target in cuts:
        if source in inside:
            inside[target] -= 1
    outside: dict[int, int] = {}
    odd = set()
    for node in reached:
        rest = refs[node] - inside[node] - bindings.get(node, 0)
        if rest > 0 and node in forgiven:
            rest = max(rest - forgiven[node], 0)
        if rest:
            outside[node] = abs(rest)
        if rest < 0:
            odd.add(node)
    alive = reach_without(edges, outside, {*cuts, *((n, n) for n in emptied)})
    freed = array("i", (n for n in reached if n not in alive or n in gone))
    return outside, odd, freed.tobytes(), inside.keys().isdisjoint(unseen)


def reach_without(
    edges: Arrays, starts: Iterable[int], cut: set[tuple[int, int]]
) -> set[int]:
    """What is reached past some references; a second one between the same two still counts.

    Nothing is reached through what is cut off from itself: it is emptied.
    """
    if not cut:
        return set(_reach(edges, list(starts)))
    begin, count, to = edges
    gone: dict[int, list[int]] = {}
    for source, target in cut:
        gone.setdefault(source, []).append(target)
    seen = set(starts)
    todo = list(seen)
    for node in todo:
        first = begin[node]
        children: Iterable[int] = to[first : first + count[node]]
        if node in gone:
            children = _left(node, children, gone[node])
        for child in children:
            if child not in seen:
                seen.add(child)
                todo.append(child)
    return seen


def _left(node: int, children: Iterable[int], gone: list[int]) -> list[int]:
    """What an object still refers to when one reference to each of some has been cut."""
    if node in gone:
        return []
    left = Counter(children)
    left.subtract(target for target in gone if target in left)
    return [child for child, count in left.items() if count > 0]


def holders(edges: Arrays, within: set[int], starts: list[int]) -> dict[int, int]:
    """For each of some nodes the one start that leads to it; :data:`SHARED` when several do.

    Parameters
    ----------
    edges
        The references.
    within
        The nodes that count; all others are passed by.
    starts
        Where ways begin.
    """
    begin, count, to = edges
    holder: dict[int, int] = {}
    todo: list[int] = []

    def arrive(node: int, label: int) -> None:
        known = holder.get(node)
        if known is None or known not in (label, SHARED):
            holder[node] = label if known is None else SHARED
            todo.append(node)

    for start in starts:
        if start in within:
            arrive(start, start)
        while todo:
            node = todo.pop()
            first = begin[node]
            for child in to[first : first + count[node]]:
                if child in within:
                    arrive(child, holder[node])
    return holder


def nearest(
    edges: Arrays, within: set[int] | None, starts: list[int]
) -> dict[int, int]:
    """For each node the one before it on a shortest way from the starts, which come before themselves.

    Parameters
    ----------
    edges
        The references.
    within
        The nodes that ways may lead through, or ``None`` for all.
    starts
        Where ways begin.
    """
    begin, count, to = edges
    before = {node: node for node in starts}
    todo = list(before)
    for node in todo:
        first = begin[node]
        for child in to[first : first + count[node]]:
            if child not in before and (within is None or child in within):
                before[child] = node
                todo.append(child)
    return before


def paths(edges: Arrays, starts: list[int], goals: list[int]) -> dict[int, list[int]]:
    """Shortest paths from some nodes to each of some others, both ends included; without those not reached."""
    begin, count, to = edges
    before = {node: node for node in starts}
    todo = list(before)
    missing = set(goals)
    for node in todo:
        missing.discard(node)
        if not missing:
            break
        first = begin[node]
        for child in to[first : first + count[node]]:
            if child not in before:
                before[child] = node
                todo.append(child)
    found = {}
    for goal in goals:
        if goal in before:
            path = [goal]
            while before[path[-1]] != path[-1]:
                path.append(before[path[-1]])
            found[goal] = path[::-1]
    return found


def tally(to: array[int], nodes: int) -> bytes:
    """How many references lead to each node, as the bytes of an ``array("q")``."""
    times = Counter(to)
    return array("q", map(times.__getitem__, range(nodes))).tobytes()


def above(sizes: array[int], least: int) -> list[int]:
    """Nodes of at least so many bytes."""
    return [node for node, size in enumerate(sizes) if size >= least]


def counts(objects: list[Any]) -> tuple[bytes, bytes]:
    """Reference counts of a list's items beyond that of the first, and their ``id``; as bytes of arrays of 64 bits."""
    found = list(map(sys.getrefcount, objects))
    refs = array("q", (count - found[0] for count in found))
    return refs.tobytes(), array("Q", map(id, objects)).tobytes()


def weight(sizes: array[int], nodes: array[int], marks: bytearray | None) -> int:
    """Bytes of some nodes, without those that are marked."""
    if marks is None:
        return sum(map(sizes.__getitem__, nodes))
    return sum(sizes[node] for node in nodes if not marks[node])


def mark(marks: bytearray, nodes: array[int], value: bool) -> None:
    """Mark some nodes, or take their marks away."""
    for node in nodes:
        marks[node] = value


def positions(ids: array[int], wanted: set[int]) -> dict[int, int]:
    """Where some numbers stand in an array, the last place of each; without 0 and those that are not there."""
    return {key: at for at, key in enumerate(ids) if key in wanted and key}
