"""Where an object is, as a person would write it: ``model.parts[3]``, ``logging.root.handlers``.

Only right after a capture, while the ids of the picture still tell which
object is which.  Cost: one walk over the picture, 0.3 µs a reference, and 20 µs
a way.
"""

from __future__ import annotations

import types
from array import array
from typing import TYPE_CHECKING, Any

from leakhunter.heap import safe
from leakhunter.heap.graph import Graph
from leakhunter.heap.held import follow_held
from leakhunter.heap.paths import Step, written
from leakhunter.heap.roots import look
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

LONGEST = 60
"""Characters up to which a way is worth reading."""

_UNKNOWN, _START = -2, -1


class Whereabouts:
    """Ways from the slots of a picture to its objects.

    Parameters
    ----------
    shell, graph
        The session and its newest picture.
    """

    def __init__(self, shell: InteractiveShell, graph: Graph) -> None:
        self._shell = shell
        self._graph = graph
        self._nodes = {key: node for node, key in enumerate(graph.ids) if key}
        self._by_node: dict[int, list[Slot]] = {}
        for slot, node in graph.slots.items():
            self._by_node.setdefault(node, []).append(slot)
        self._before = self._nearest()

    def node(self, obj: Any) -> int | None:
        """The node of an object; ``None`` when it is not in the picture."""
        return self._nodes.get(id(obj))

    def slots(self, node: int | None) -> list[Slot]:
        """The slots that hold a node."""
        return self._by_node.get(node, []) if node is not None else []

    def way(self, obj: Any) -> str:
        """How to get to an object; empty when it cannot be written as code."""
        if safe.is_kind(obj, types.ModuleType):
            name = look.namespace(obj).get("__name__")
            return safe.short(name) if type(name) is str else ""
        if look.is_class(obj):
            module = safe.module_of(obj)
            name = safe.type_name(obj)
            return name if module in ("__main__", "builtins") else f"{module}.{name}"
        at = self._nodes.get(id(obj))
        if at is None or self._before[at] == _UNKNOWN:
            return ""
        path = [at]
        while self._before[path[-1]] != _START:
            path.append(self._before[path[-1]])
        root = self._by_node[path[-1]][0]
        steps = follow_held(self._shell, self._graph, root, path[::-1])
        if steps is None or not _spelled(steps) or steps[-1].obj is not obj:
            return ""
        text = written(steps)
        return text if len(text) <= LONGEST else ""

    def step(self, holder: Any, obj: Any) -> str:
        """The attribute of an instance that an object is; empty without one."""
        for base in safe.mro(type(holder)):
            for name, slot in look.type_dict(base).items():
                if type(slot) is types.MemberDescriptorType and type(name) is str:
                    try:
                        if slot.__get__(holder) is obj:
                            return safe.short(name)
                    except AttributeError:  # never assigned
                        continue
        own = look.attributes(holder)
        return next((safe.short(k) for k, v in own.items() if v is obj), "")

    def _nearest(self) -> array[int]:
        """For each node the one before it on a shortest way; names come before registries."""
        graph = self._graph
        before = array("i", [_UNKNOWN]) * len(graph.edges)
        names = {n for slot, n in graph.slots.items() if slot.place == "name"}
        for starts in (names, set(graph.slots.values())):
            todo = [n for n in starts if before[n] == _UNKNOWN]
            for node in todo:
                before[node] = _START
            for node in todo:
                for child in graph.edges[node]:
                    if before[child] == _UNKNOWN:
                        before[child] = node
                        todo.append(child)
        return before


def _spelled(steps: list[Step]) -> bool:
    """Does a path as code lead to its end?  The attributes of an instance need no step of their own."""
    return all(step.label or look.attributes(step.holder) is step.obj for step in steps)
