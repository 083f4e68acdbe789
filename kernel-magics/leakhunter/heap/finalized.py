"""Which object each ``weakref.finalize`` waits for."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from leakhunter.heap.roots import finalizers, look
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from leakhunter.heap.graph import Graph


def awaited(shell: InteractiveShell, graph: Graph) -> dict[Slot, int]:
    """The nodes of the objects that finalizers wait for.

    Parameters
    ----------
    shell, graph
        The session and its newest picture.
    """
    reference = look.type_dict(look.type_dict(weakref.finalize)["_Info"])["weakref"]
    ids = {
        key: id(reference.__get__(info)()) for key, info in finalizers.entries(shell)
    }
    nodes = graph.nodes_of(ids.values())
    return {
        Slot(finalizers.PLACE, key): nodes[one]
        for key, one in ids.items()
        if one in nodes
    }
