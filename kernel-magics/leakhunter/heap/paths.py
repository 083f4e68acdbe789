"""From a slot to an object inside what it holds, and how a person would write the way.

The picture has no objects in it.  Right after a capture, before anything else
runs, its ids tell which object is which; later a path may no longer be there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from leakhunter.heap import core, safe
from leakhunter.heap.adapters import Adapters
from leakhunter.heap.graph import Graph
from leakhunter.heap.referents import referents
from leakhunter.heap.roots import look
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
    return core.paths(graph.edges.arrays, [start], list(goals))


def follow(
    shell: InteractiveShell, graph: Graph, root: Slot, path: Sequence[int]
) -> list[Step] | None:
    """The objects along a path; ``None`` when one is no longer there.

    ``path`` begins with the node that ``root`` holds.
    """
    value = value_in(shell, root)
    if value is GONE:
        return None
    return follow_from(value, root.label, graph, path)


def follow_from(
    value: Any, label: str, graph: Graph, path: Sequence[int]
) -> list[Step] | None:
    """The same, from an object at hand."""
    if not path or id(value) != graph.ids[path[0]]:
        return None
    steps = [Step(None, label, value)]
    adapters = Adapters()
    for node in path[1:]:
        holder = steps[-1].obj
        child = _child(adapters, holder, graph.ids[node])
        if child is GONE:
            return None
        owner = steps[-2].obj if len(steps) > 1 else None
        steps.append(Step(holder, label_of(holder, child, owner), child))
    return steps


def _child(adapters: Adapters, holder: Any, wanted: int) -> Any:
    """What a holder refers to, by its ``id``.

    Naming an attribute makes Python build the instance's dictionary (3.11 and
    later keep it packed until then), which then stands in between.  From 3.13
    on the collector lists neither such a dictionary nor what is in it.
    """
    seen = adapters.look(holder)
    children = [*referents(holder), *(seen.objects if seen else ())]
    children += holder.values() if type(holder) is dict else ()
    between = [v for c in children if type(c) is dict for v in c.values()]
    found = next((c for c in [*children, *between] if id(c) == wanted), GONE)
    if found is not GONE:
        return found
    own = look.attributes(holder)
    return own if id(own) == wanted else GONE


def written(steps: Sequence[Step]) -> str:
    """A path as code: ``errors[0]``, ``model.history['loss']``."""
    return "".join(step.label for step in steps)


def spelled(steps: Sequence[Step]) -> bool:
    """Does a path as code lead to its end?  The attributes of an object need no writing, unless they are the end."""
    between = (
        step.label or are_attributes(step.obj, step.holder) for step in steps[:-1]
    )
    return bool(steps[-1].label) and all(between)


def label_of(holder: Any, child: Any, owner: Any) -> str:
    """How a holder refers to a child; empty for a step that code does not show.

    The holder may be the attributes of its ``owner``.
    """
    kind = type(holder)
    if kind is list or kind is tuple:
        index = next((i for i, item in enumerate(holder) if item is child), None)
        return "" if index is None else f"[{index}]"
    if kind is dict:
        key = next((k for k, value in holder.items() if value is child), None)
        if key is None or (type(key) is str and are_attributes(holder, owner)):
            return "" if key is None else f".{safe.short(key)}"
        return f"[{safe.short(key)!r}]" if type(key) is str else f"[{safe.short(key)}]"
    own = look.attributes(holder)
    name = next((n for n, value in own.items() if value is child), None)
    return f".{safe.short(name)}" if type(name) is str else ""


def are_attributes(obj: Any, owner: Any) -> bool:
    """Is this the dictionary of the attributes of an instance or a class?"""
    if type(obj) is not dict or owner is None:
        return False
    if look.is_class(owner):
        return any(r is obj for r in referents(owner))
    return look.attributes(owner) is obj
