"""Whose memory each object of the picture is: every object in exactly one part.

What a finding would free belongs to the finding's part; what else the user's
names reach is in use; what only the session's own places or the roots reach is
held by them.  Of what a run is known to have made it is told whose it is today.
Cost: one walk over the picture.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from typing import NamedTuple

from leakhunter.heap.graph import Graph
from leakhunter.heap.marks import Marks
from leakhunter.heap.slots import Place
from leakhunter.model import PartId

SESSION = "IPython"
"""Whose the session's own places are: output history, last result, last exception."""


class Claim(NamedTuple):
    """What a finding says of some objects: that they go with it."""

    part: PartId
    freed: Iterable[int]


class Piece(NamedTuple):
    """Bytes of a part under one label; no label for what needs none."""

    part: PartId
    label: str
    bytes: int


class Shares(NamedTuple):
    """The picture, shared out.

    Attributes
    ----------
    pieces
        All of it.
    alive
        Bytes by the run that made them and the part that they are today.
    """

    pieces: list[Piece]
    alive: dict[tuple[int, PartId], int]


def partition(
    graph: Graph,
    claims: Sequence[Claim],
    together: Iterable[int],
    libraries: Mapping[Place, str],
    births: Mapping[int, int],
) -> Generator[None, None, Shares]:
    """Share the picture out, in slices.

    Parameters
    ----------
    graph
        The picture.
    claims
        What each finding frees, the first that names an object has it.
    together
        What goes only when all findings are cleared; the last part that could
        go has it.
    libraries
        Whose the slots of a place are, for places that are not the session's.
    births
        The runs that made nodes, where that is known.
    """
    seen = Marks(graph.sizes)
    found: dict[tuple[PartId, str], int] = {}
    alive: dict[tuple[int, PartId], int] = {}

    def add(part: PartId, label: str, nodes: Iterable[int]) -> None:
        found[part, label] = found.get((part, label), 0) + seen.fresh(nodes)
        for node in births.keys() & nodes if births else ():
            if node not in seen:
                born = births[node], part
                alive[born] = alive.get(born, 0) + graph.sizes[node]
        seen.add(nodes)

    for claim in claims:
        add(claim.part, "", claim.freed)
        yield
    if claims:
        add(claims[0].part, "", together)
    names = [n for slot, n in graph.slots.items() if slot.place == "name"]
    yield
    add("variables", "", graph.reach(names))
    yield
    for slot, node in graph.slots.items():
        if node not in seen:
            library = libraries.get(slot.place, SESSION)
            add("hidden", library, _fresh(graph, node, seen))
    pieces = [Piece(part, label, size) for (part, label), size in found.items() if size]
    return Shares(pieces, alive)


def _fresh(graph: Graph, start: int, seen: Marks) -> list[int]:
    """What a node reaches past what has been shared out already."""
    mine = {start}
    todo = [start]
    for node in todo:
        for child in graph.edges[node]:
            if child not in seen and child not in mine:
                mine.add(child)
                todo.append(child)
    return todo
