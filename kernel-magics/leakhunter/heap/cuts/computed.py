"""What ``functools.cached_property`` has computed once and keeps in the object: ``report.table``.

Only classes that the user wrote: libraries know when theirs are needed.

Cost: 40 µs an object of such a class that leads to something heavy.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from leakhunter.heap import safe
from leakhunter.heap.graph import Cut, Graph
from leakhunter.heap.held import follow_held
from leakhunter.heap.paths import spelled, written
from leakhunter.heap.roots import look
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "computed"

MOST = 200
"""Objects of one class looked at."""


def cut_computed(shell: InteractiveShell, graph: Graph) -> None:
    """Make slots of what objects of the user's classes have computed once."""
    kinds: dict[str, list[int]] = {}
    for node in sorted(graph.ways.of_class(lambda module, _: module == "__main__")):
        kinds.setdefault(graph.kinds[node], []).append(node)
    for nodes in kinds.values():
        for node in nodes[:MOST]:
            if not _cut(shell, graph, node):
                break


def _cut(shell: InteractiveShell, graph: Graph, node: int) -> bool:
    """Make slots of what one object has computed; false when its class computes nothing."""
    root, path = graph.ways.from_slot(node)
    steps = follow_held(shell, graph, root, path)
    if steps is None:
        return True
    obj = steps[-1].obj
    way = (
        written(steps)
        if len(steps) == 1 or spelled(steps)
        else safe.type_name(type(obj))
    )
    names = set(computed_by(type(obj)))
    values = {
        id(v): name for name, v in look.pairs(look.attributes(obj)) if name in names
    }
    del steps, obj
    between = [n for n in graph.edges[node] if graph.kinds[n] == "dict"]
    for source in (node, *between):
        for target in graph.edges[source]:
            name = values.get(graph.ids[target])
            if name is not None and target in graph.ways.nodes:
                slot = Slot(PLACE, f"{way}.{name}")
                while slot in graph.cuts:
                    slot = Slot(PLACE, f"{way}.{name} #{len(graph.cuts)}")
                graph.cuts[slot] = Cut(source, target, root, tuple(path))
    return bool(names)


def computed_by(cls: Any) -> Iterator[str]:
    """Names of what a class computes once."""
    for base in safe.mro(cls):
        for name, value in look.type_dict(base).items():
            if type(value) is cached_property and type(name) is str:
                yield name
