"""Small views that keep big arrays, and where to put a copy instead.

The reference from a view to its base becomes a cut of the picture, so that
trial deletion answers what a copy would free.  A copy can be put in place only
where every holder of the view is known: names of the user's, and plain lists
and dictionaries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunter.heap.graph import BIG, NAME, Cut, Graph, Pin
from leakhunter.heap.paths import follow, shortest, written
from leakhunter.heap.slots import Slot, named

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

MOST = 500
"""Views looked at."""

_CONTAINERS = ("list", "dict")
VARIABLE = ("xarray.core.variable", "Variable")
"""What holds the data of a variable of xarray's, and lets it be exchanged."""
_COPIED = {
    "numpy": ("ndarray",),
    "pandas": ("DataFrame", "Series", "Index", "MultiIndex"),
    "torch": ("Tensor",),
    "pyarrow": ("Table", "RecordBatch", "ChunkedArray"),
    "polars": ("DataFrame", "Series"),
    "builtins": ("memoryview",),
}
"""Classes by library whose objects a copy can replace; of Arrow's arrays each type has one of its own."""


def wasteful(graph: Graph) -> list[Pin]:
    """Views that together show less than half of what they keep, when that is big."""
    shown: dict[int, int] = {}
    for pin in graph.pins:
        shown[pin.base] = shown.get(pin.base, 0) + pin.shown
    weights = {base: sum(graph.sizes[n] for n in graph.reach([base])) for base in shown}
    return [
        p
        for p in graph.pins
        if weights[p.base] >= BIG and 2 * shown[p.base] <= weights[p.base]
    ]


def cut_views(shell: InteractiveShell, graph: Graph) -> None:
    """Add a cut for the base of every wasteful view that a name reaches."""
    pins: dict[int, list[Pin]] = {}
    for pin in wasteful(graph)[:MOST]:
        pins.setdefault(pin.view, []).append(pin)
    known: set[int] = set()
    for root, start in named(graph.slots):
        if len(known) == len(pins):
            break
        for view, path in shortest(graph, start, pins.keys() - known).items():
            steps = follow(shell, graph, root, path)
            if steps is None:
                continue
            known.add(view)
            for pin in pins[view]:
                label = f"{written(steps)}.base"
                slot = Slot("view", label)
                if slot in graph.cuts:
                    slot = Slot("view", f"{label}#{len(graph.cuts)}")
                graph.cuts[slot] = Cut(_source(pin, path), pin.base, root, tuple(path))


def _source(pin: Pin, path: list[int]) -> int:
    """What refers to the base: the view, or for a view that is its own base its holder."""
    if pin.base != pin.view:
        return pin.view
    return path[-2] if len(path) > 1 else NAME


def replaceable(graph: Graph, cut: Cut) -> int | None:
    """How far along the way to a view the object is that a copy can replace.

    It is of a class that can be copied exactly, and held by nothing but names and, at
    most, the list, the dictionary or the variable of xarray's before it; ``None``
    when there is no such.
    """
    for at in range(len(cut.path) - 1, -1, -1):
        node = cut.path[at]
        if not _is_copied(graph, node):
            continue
        known = sum(n == node and s.place == "name" for s, n in graph.slots.items())
        if at and _can_exchange(graph, cut.path[at - 1]):
            known += list(graph.edges[cut.path[at - 1]]).count(node)
        if known == graph.refs[node]:
            return at
    return None


def _can_exchange(graph: Graph, node: int) -> bool:
    """Can a part of this object be exchanged for another?"""
    kind = graph.kinds[node]
    return kind in _CONTAINERS or (graph.modules[node], kind) == VARIABLE


def _is_copied(graph: Graph, node: int) -> bool:
    library, kind = graph.modules[node].partition(".")[0], graph.kinds[node]
    return kind in _COPIED.get(library, ()) or (
        library == "pyarrow" and kind.endswith("Array")
    )
