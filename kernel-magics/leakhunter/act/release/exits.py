"""Taking a callback out of ``atexit``: it will not run when the kernel ends."""

from __future__ import annotations

import atexit
import gc
from typing import TYPE_CHECKING

from leakhunter.heap.exits import FUNCTIONS, PLACE
from leakhunter.heap.graph import Graph
from leakhunter.heap.slots import Slot, namespace

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["PLACE", "release"]


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:
    """Unregister the function of the picture, or the one that the user's name stands for."""
    target = graph.cuts[slot].target
    if graph.kinds[target] in FUNCTIONS:
        known = graph.ids[target]
        found = [obj for obj in gc.get_objects() if id(obj) == known]
    else:
        name = str(slot.key).removesuffix("()")
        found = [v for n, v in namespace(shell).items() if n == name]
    for function in found:
        atexit.unregister(function)
