"""From a slot to an object inside what it holds, and how a person would write the way.

The picture has no objects in it.  Right after a capture, before anything else
runs, its ids tell which object is which; later a path may no longer be there.
"""

from __future__ import annotations

import gc
import types
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from leakhunter.heap import safe
from leakhunter.heap.adapters import Adapters
from leakhunter.heap.graph import Graph
from leakhunter.heap.slots import GONE, Slot, value_in

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


class Step(NamedTuple):
    """One object on a path: who holds it, and how that is written (``[3]``, ``.data``)."""

    holder: Any
    label: str
    obj: Any


def shortest(graph: Graph, start: int, goals: set[int]) -> dict[int, list[int]]:
    """Shortest paths from a node to each of some others, both ends included."""
    parents = {start: start}
    todo = [start]
    missing = set(goals)
    for node in todo:
        missing.discard(node)
        if not missing:
            break
        for child in graph.edges[node]:
            if child not in parents:
                parents[child] = node
                todo.append(child)
    found = {}
    for goal in goals & parents.keys():
        path = [goal]
        while path[-1] != start:
            path.append(parents[path[-1]])
        found[goal] = path[::-1]
    return found


def follow(
    shell: InteractiveShell, graph: Graph, root: Slot, path: Sequence[int]
) -> list[Step] | None:
    """The objects along a path; ``None`` when one is no longer there.

    ``path`` begins with the node that ``root`` holds.
    """
    value = value_in(shell, root)
    if value is GONE or not path or id(value) != graph.ids[path[0]]:
        return None
    steps = [Step(None, root.label, value)]
    adapters = Adapters()
    for node in path[1:]:
        holder = steps[-1].obj
        child = _child(adapters, holder, graph.ids[node])
        if child is GONE:
            return None
        steps.append(Step(holder, _label(holder, child), child))
    return steps


def _child(adapters: Adapters, holder: Any, wanted: int) -> Any:
    """What a holder refers to, by its ``id``.

    Naming an attribute makes Python build the instance's dictionary (3.11 and
    later keep it packed until then), which then stands in between.
    """
    seen = adapters.look(holder)
    children = [*gc.get_referents(holder), *(seen.objects if seen else ())]
    between = [v for c in children if type(c) is dict for v in c.values()]
    return next((c for c in [*children, *between] if id(c) == wanted), GONE)


def written(steps: Sequence[Step]) -> str:
    """A path as code: ``errors[0]``, ``model.history['loss']``."""
    return "".join(step.label for step in steps)


def _label(holder: Any, child: Any) -> str:
    """How a holder refers to a child; empty for a step that code does not show."""
    kind = type(holder)
    if kind is list or kind is tuple:
        index = next((i for i, item in enumerate(holder) if item is child), None)
        return "" if index is None else f"[{index}]"
    if kind is dict:
        for key, value in holder.items():
            if value is child:
                return (
                    f"[{safe.short(key)!r}]"
                    if type(key) is str
                    else f"[{safe.short(key)}]"
                )
        return ""
    if kind is types.CellType:
        return ""
    own = safe.own_dict(holder) if safe.module_of(kind) != "__main__" else None
    for name, value in (own or {}).items():
        if value is child and type(name) is str:
            return f".{safe.short(name)}"
    return ""
