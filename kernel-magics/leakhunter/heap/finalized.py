"""Which object each ``weakref.finalize`` waits for."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from typing import TYPE_CHECKING

from leakhunter.heap.roots import finalizers, look
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def awaited(shell: InteractiveShell, nodes: Mapping[int, int]) -> dict[Slot, int]:
    """The nodes of the objects that finalizers wait for.

    Parameters
    ----------
    shell
        The shell of the session.
    nodes
        Nodes of the picture by the ``id`` of their object.
    """
    reference = look.type_dict(look.type_dict(weakref.finalize)["_Info"])["weakref"]
    found = {}
    for key, info in finalizers.entries(shell):
        node = nodes.get(id(reference.__get__(info)()))
        if node is not None:
            found[Slot(finalizers.PLACE, key)] = node
    return found
