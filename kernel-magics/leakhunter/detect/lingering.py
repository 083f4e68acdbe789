"""Values that lost their name and live on: what of them, and who holds it.

A value that another plain name has is in use and no news, and so is data that
a variable shares.  After a name was bound again, neither is a value inside
something that a cell may still read: perhaps it was put there for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from leakhunter.cells import ref_of
from leakhunter.detect.case import Case, Standing
from leakhunter.detect.leftover import is_leftover
from leakhunter.detect.traceback import LAST, failed
from leakhunter.heap.contents import LEAST
from leakhunter.heap.graph import Graph
from leakhunter.heap.slots import Slot, is_output_name
from leakhunter.model import Lingering
from leakhunter.record.bindings import LIBRARIES

MOST = 20
"""Values told at once, the biggest."""

HOLDERS = 3
"""Holders named of one value."""

_OUTPUTS = frozenset({"out", "hidden", "displayhook", "result"})


def lingering(case: Case) -> list[tuple[int, Lingering]]:
    """Values let go that live on, the biggest first, then those that have died.

    Returns
    -------
    list
        Each with the number under which it is watched.
    """
    alive = sorted(_alive(case), key=lambda one: -one[1].bytes)[:MOST]
    return [*alive, *_gone(case)]


def _gone(case: Case) -> Iterator[tuple[int, Lingering]]:
    """Those that were told to live, and do not any more."""
    for one in case.facts.watched:
        if one.told and not one.alive:
            yield one.number, _word(case, one, one.told, [], gone=True)


def _alive(case: Case) -> Iterator[tuple[int, Lingering]]:
    standing = [one for one in case.facts.watched if one.alive]
    if not standing:
        return
    named = {node for slot, node in case.graph.slots.items() if _is_plain(slot)}
    wholes = {node for one in standing if one.whole for node in one.nodes}
    shared = _of_variables(case.graph, named, wholes - named)
    told: set[int] = set()
    # the last name that a value had is the one to tell
    for one in reversed(standing):
        nodes = _apart(case, one, named, shared) - told
        size = _bytes(case.graph, one, nodes, shared)
        if size < LEAST or (one.what.how == "rebound" and _may_be_read(case, nodes)):
            continue
        told |= nodes
        yield one.number, _word(case, one, size, _holders(case, one, nodes), gone=False)


def _apart(case: Case, one: Standing, named: set[int], shared: set[int]) -> set[int]:
    """What of a value no variable of the user's is, or shares."""
    if one.whole:
        return set(one.nodes) - named
    return set(one.nodes) - shared if case.graph.complete else set()


def _is_plain(slot: Slot) -> bool:
    return slot.place == "name" and not is_output_name(str(slot.key))


def _of_variables(graph: Graph, named: set[int], stop: set[int]) -> set[int]:
    """What variables with data reach, other than through these."""
    todo = [
        node
        for node in named
        if graph.modules[node].partition(".")[0] in LIBRARIES and node not in stop
    ]
    seen = set(todo)
    for node in todo:
        for child in graph.edges[node]:
            if child not in seen and child not in stop:
                seen.add(child)
                todo.append(child)
    return seen


def _bytes(graph: Graph, one: Standing, nodes: set[int], shared: set[int]) -> int:
    """What lives on only because of these."""
    if not one.whole:
        return sum(one.nodes[node] for node in nodes)
    if not one.nodes:
        # it lives, but nothing that can be seen leads to it
        return one.told if graph.complete else 0
    todo = list(nodes)
    seen = set(nodes)
    for node in todo:
        for child in graph.edges[node]:
            if child not in seen and child not in shared:
                seen.add(child)
                todo.append(child)
    return sum(graph.sizes[node] for node in todo)


def _may_be_read(case: Case, nodes: Iterable[int]) -> bool:
    """Does a variable lead to one of these that a cell may still read?"""
    above = case.graph.leading_to(nodes)
    names = [str(s.key) for s, n in case.graph.slots.items() if n in above and _is_plain(s)]  # fmt: skip
    return any(n not in case.uses or not is_leftover(case.uses[n]) for n in names)


def _holders(case: Case, one: Standing, nodes: set[int]) -> list[str]:
    """Who holds these, as a person would write it, what nobody sees by name last."""
    graph = case.graph
    above = graph.leading_to(nodes)
    found = [
        min(group, key=lambda s: s.place != "out").label
        for group in case.outputs
        if graph.slots.get(group[0]) in above
    ]
    labels = [f"`{label}`" for label in found]
    slots = [slot for slot, node in graph.slots.items() if node in above]
    if any(slot.place in LAST for slot in slots):
        # the calls that failed are the traceback's
        slots = [slot for slot in slots if slot.place != "call"]
        run = failed(case)
        cell = f"[{run.execution_count}]" if run is not None else "the last error"
        labels.append(f"the traceback of {cell}")
    ways = {way for node, way in one.ways.items() if node in nodes}
    labels += [f"`{_way(slot, ways)}`" for slot in slots if _is_plain(slot)]
    labels += [f"`{s.label}`" for s in slots if not _is_told(s)]
    if not labels:
        dead = (graph.garbage or set()) | graph.stuck
        labels = ["garbage that waits for a collection" if nodes & dead else _UNSEEN]
    labels = list(dict.fromkeys(labels))
    rest = len(labels) - HOLDERS
    return labels if rest <= 1 else [*labels[:HOLDERS], f"{rest} others"]


_UNSEEN = "native code or an object that cannot be seen"


def _is_told(slot: Slot) -> bool:
    return slot.place in (*_OUTPUTS, *LAST, "name")


def _way(slot: Slot, ways: Iterable[str]) -> str:
    """The way from a variable as code where it is known: ``cache['last']``."""
    name = str(slot.key)
    longer = [w for w in ways if w.startswith((f"{name}[", f"{name}."))]
    return min(longer, default=name, key=len)


def _word(
    case: Case, one: Standing, size: int, holders: list[str], *, gone: bool
) -> Lingering:
    run = None if one.what.how == "cleared" else case.run(one.what.run)
    return Lingering(
        name=one.what.name,
        cell=None if run is None else ref_of(run),
        how=one.what.how,
        bytes=size,
        holders=holders,
        gone=gone,
    )
