"""Collecting garbage, all generations, until nothing more is found."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from leakhunter.heap.graph import Graph
from leakhunter.heap.slots import GARBAGE, Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = GARBAGE.place

PASSES = 3
"""Collections at most: the last one that finds something is rarely the third."""


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:  # noqa: ARG001 - the interface of a release
    """Collect; this runs the ``__del__`` and the weak callbacks of what goes.

    What a ``__del__`` or a library lets go of may be garbage only then.
    """
    for _ in range(PASSES):
        if not gc.collect():
            return
