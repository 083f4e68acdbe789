"""Breaking cycles that no collection frees: the arrays of objects in them are emptied.

Nothing refers to such an array but the cycle, so nobody sees it empty; what was
in it goes as it would have gone by itself.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

from leakhunter.heap.graph import Graph
from leakhunter.heap.referents import referents
from leakhunter.heap.roots import look
from leakhunter.heap.slots import STUCK, Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = STUCK.place


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:  # noqa: ARG001 - the interface of a release
    """Empty every array of objects that is stuck, then collect."""
    array = look.module_globals("numpy").get("ndarray")
    if array is None:
        return
    for obj in _of({graph.ids[node] for node in graph.stuck}):
        if (
            type(obj) is array
            and obj.dtype.hasobject
            and obj.dtype.names is None
            and obj.flags.writeable
        ):
            obj.fill(None)
    # a reference of ours would keep the last one from the collection
    obj = None
    gc.collect()


def _of(stuck: set[int]) -> list[Any]:
    """The stuck objects.

    The collector does not list an array, nor a dictionary or tuple with nothing but
    arrays: they are known only by what refers to them.
    """
    found = [obj for obj in gc.get_objects() if id(obj) in stuck]
    known = set(map(id, found))
    for obj in found:
        for child in referents(obj):
            if id(child) in stuck and id(child) not in known:
                known.add(id(child))
                found.append(child)
    return found
