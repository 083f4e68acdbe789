"""The channels of a render of panel's: the pane that they call stays with them.

Each render has two, one each way, and the pane keeps them as a pair.
pyviz_comms lists both; the kernel's comm manager has a target, with which the
page opens its own, and the comms that were opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from leakhunter.heap.graph import Graph
from leakhunter.heap.roots.comms import PLACE as COMM
from leakhunter.heap.roots.pyviz import PLACE as CHANNEL
from leakhunter.heap.slots import Slot

_Held: TypeAlias = Mapping[int, list[Slot]]
"""Slots by the node that they hold."""


def channels(graph: Graph, views: Iterable[Slot]) -> dict[Slot, list[Slot]]:
    """By view, the slots of other registries that hold its channels."""
    ends: dict[int, list[Slot]] = {}
    comms: dict[int, list[Slot]] = {}
    for slot, node in graph.slots.items():
        if slot.place == CHANNEL:
            ends.setdefault(node, []).append(slot)
        elif slot.place == COMM:
            comms.setdefault(node, []).append(slot)
    return {view: list(_held(graph, view, ends, comms)) for view in views}


def _held(graph: Graph, view: Slot, ends: _Held, comms: _Held) -> Iterator[Slot]:
    """Both ends, found by the tuple of them that the pane keeps, and what the kernel keeps of them."""
    pair = ends.keys() & graph.edges[graph.slots[view]]
    for one in list(pair):
        for holder in graph.referrers(one):
            if graph.kinds[holder] == "tuple":
                pair |= ends.keys() & graph.edges[holder]
    for one in sorted(pair):
        yield from ends[one]
    for node in sorted({n for one in pair for n in _beside(graph, one)} & comms.keys()):
        yield from comms[node]


def _beside(graph: Graph, channel: int) -> Iterator[int]:
    """What a channel has as attributes, its open comm among them, and its methods that others keep."""
    for node in graph.edges[channel]:
        yield node
        if graph.kinds[node] == "dict":
            yield from graph.edges[node]
    yield from (n for n in graph.referrers(channel) if graph.kinds[n] == "method")
