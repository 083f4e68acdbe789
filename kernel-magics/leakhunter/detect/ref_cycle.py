"""``ref-cycle``: objects that nothing holds but themselves, until a collection comes round.

The collector counts objects, not bytes: a few cycles with big arrays in them
may wait for long.  Garbage is looked for only from big objects backwards
(:mod:`leakhunter.heap.walk.orphans`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leakhunter.detect.case import Candidate, Case, Deed, Grouped, Told
from leakhunter.detect.words import listed, plural
from leakhunter.heap.graph import BIG, Graph
from leakhunter.heap.slots import GARBAGE
from leakhunter.model import Holder, Kind

KIND: Kind = "ref-cycle"

_PLAIN = frozenset(
    {"", "builtins", "types", "functools", "collections", "weakref", "numpy"}
)
"""Modules whose types say nothing about what a cycle is."""

_SHOWN = 2

_DRAWING = frozenset({"matplotlib", "mpl_toolkits", "functools", "weakref"})
_MUCH = 100 * BIG
"""Bytes of closed figures from which on they are worth a collection."""

_LEAST = 5 * BIG
"""Bytes from which on garbage is told: less of it comes and goes in every session."""


def telling(graph: Graph, nodes: set[int]) -> list[str]:
    """Names of the classes that these objects are instances of, or are.

    The user's own come first, then those whose instances lead to most, then
    those of which one refers to most: a model before its lists of layers.
    """
    instances: dict[str, list[int]] = {}
    for node in nodes:
        name = graph.kinds[node]
        if name == "type":
            name = graph.shapes.get(node, "")
        elif graph.modules[node] in _PLAIN:
            continue
        if name:
            instances.setdefault(name, []).append(node)
    least = {n: _rank(graph, found) for n, found in instances.items()}
    # a function that refers to itself says what it is when nothing else does
    functions = {
        graph.shapes[n] for n in nodes & graph.reads.keys() if n in graph.shapes
    }
    return sorted(least, key=lambda name: least[name]) or sorted(functions)


def _rank(graph: Graph, instances: list[int]) -> tuple[bool, int, int]:
    """Place of a class: see :func:`telling`."""
    foreign = all(
        graph.modules[n] != "__main__" and graph.kinds[n] != "type" for n in instances
    )
    leads_to = sum(graph.sizes[n] for n in graph.reach(instances))
    refers = max(
        len(graph.edges[n])
        + sum(len(graph.edges[c]) for c in graph.edges[n] if graph.kinds[c] == "dict")
        for n in instances
    )
    # in the same cycle all lead to the same, but for small things beside it
    return foreign, -(leads_to // BIG), -refers


def candidates(case: Case) -> Iterator[Candidate]:
    """All garbage, as one, while Python collects by itself: otherwise it is `gc-state`."""
    graph = case.graph
    if graph.garbage and case.facts.collector.enabled and _waits(graph) >= _LEAST:
        title = plural(len(graph.garbage), "object", "objects")
        yield Candidate(KIND, (GARBAGE,), (KIND,), title, safe=True)


def _is_ordinary(graph: Graph, nodes: set[int], size: int) -> bool:
    """Is it what matplotlib leaves behind of figures that were closed, and not too much of it?"""
    found = {graph.modules[n] for n in nodes} - _PLAIN
    return (
        size < _MUCH
        and bool(found)
        and _DRAWING.issuperset(m.partition(".")[0] for m in found)
    )


def _waits(graph: Graph) -> int:
    return sum(graph.sizes[n] for n in graph.reach(graph.garbage or ()))


def tell(case: Case, group: Grouped) -> Told:
    """Words for garbage."""
    graph = case.graph
    nodes = graph.garbage or set()
    names = telling(graph, nodes)[:_SHOWN]
    of = f" of {listed([f'`{n}`' for n in names])}" if names else ""
    reason = f"Unreachable, waiting for the garbage collector: reference cycles{of}."
    ordinary = _is_ordinary(graph, nodes, group.freed.bytes)
    if ordinary:
        reason = "Closed figures wait for the garbage collector; Python frees them by itself."
    return Told(
        verdict="not-a-leak" if ordinary else "leak",
        label="Garbage",
        group="not-a-leak" if ordinary else "safe",
        part="garbage",
        title=group.members[0].title,
        names=names or ["garbage"],
        path=[*names, "garbage"],
        reason=reason,
        chain=[
            Holder(role="root", label="Nothing", note="no variable and no registry"),
            Holder(
                role="link",
                label="reference cycle",
                note=listed(names),
                stuck=True,
            ),
            Holder(
                role="object",
                label="garbage",
                note=plural(len(nodes), "object", "objects"),
                bytes=group.freed.bytes,
            ),
        ],
        facts=[
            f"{plural(len(nodes), 'object refers', 'objects refer')} only to each other.",
            "Python frees them when it next collects all generations.",
            "It collects when many objects were made, however big they are.",
        ],
        breaks=[],
        fix="import gc\ngc.collect()",
        made_again=False,
    )


def does(members: Sequence[Candidate]) -> Deed:  # noqa: ARG001 - the interface of a detector
    """What collecting does."""
    return Deed("Collect the garbage; nothing of yours refers to it.", "collected")
