"""Every variable: what clearing it alone frees, and what it shares with others.

Cost: one trial deletion a name, so 30 ns an object and reference that the
names reach, and twice that where names share memory; 0.5 µs in Python.
"""

from __future__ import annotations

from array import array
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from leakhunter.heap.graph import Graph
from leakhunter.heap.slots import Slot
from leakhunter.heap.trial import trial
from leakhunter.slices import at_once

WORK = 6_000_000
"""Objects looked at in all; many names that each reach everything would never end."""

_CHANGE = 1024
"""Bytes from which on an object counts as shared: classes and names are small change."""

_OTHERS = 8
"""Names told that share with one; what they free together is asked for up to here."""


class Held(NamedTuple):
    """One variable: bytes freed by clearing it alone, and bytes also held otherwise.

    ``with_names`` share with it, at most eight of them (``more`` when there
    are others); ``together`` is what clearing it and them frees, where that is
    known.
    """

    name: str
    frees: int
    exact: bool
    shared: int
    with_names: list[str]
    more: bool
    together: int | None


@dataclass
class Listing:
    """Variables, the biggest first; how many were too small to list, and how many not looked at."""

    found: list[Held] = field(default_factory=list)
    small: int = 0
    left_out: int = 0


def inventory(graph: Graph, names: Iterable[str], least: int) -> list[Held]:
    """Variables of these that reach at least so many bytes, the biggest first."""
    return at_once(listing(graph, names, least)).found


def listing(
    graph: Graph, names: Iterable[str], least: int, work: int = WORK
) -> Generator[None, None, Listing]:
    """The same in slices, with what was left out; the generator may be dropped."""
    result = Listing()
    heavy: dict[str, array[int]] = {}
    users: dict[int, list[str]] = {}
    for name in names:
        if work <= 0:
            result.left_out += 1
            continue
        nodes = graph.reach(graph.starts([Slot("name", name)]))
        work -= len(nodes)
        if not nodes or sum(graph.sizes[n] for n in nodes) < least:
            # a walk that ended early has not come to all of it
            if graph.complete or (nodes and graph.unseen.isdisjoint(nodes)):
                result.small += 1
            else:
                result.left_out += 1
        else:
            heavy[name] = array("i", (n for n in nodes if graph.sizes[n] >= _CHANGE))
            for node in heavy[name]:
                users.setdefault(node, []).append(name)
        yield
    known: dict[frozenset[str], int] = {}
    for name, big in heavy.items():
        alone = trial(graph, [Slot("name", name)])
        rest = [n for n in big if n not in alone.freed]
        others, more = _others(name, rest, users)
        group = frozenset([name, *others])
        if others and not more and group not in known:
            yield
            known[group] = trial(graph, [Slot("name", n) for n in group]).bytes
        result.found.append(
            Held(
                name,
                alone.bytes,
                alone.exact,
                sum(graph.sizes[n] for n in rest),
                others,
                more,
                known.get(group) if others and not more else None,
            )
        )
        yield
    result.found.sort(key=lambda h: -(h.frees + h.shared))
    return result


def _others(
    name: str, nodes: Iterable[int], users: dict[int, list[str]]
) -> tuple[list[str], bool]:
    """Other names that reach one of these nodes, up to eight; are there more?"""
    found: dict[str, None] = {}
    for node in nodes:
        for other in users[node]:
            if other != name and other not in found:
                if len(found) == _OTHERS:
                    return list(found), True
                found[other] = None
    return list(found), False
