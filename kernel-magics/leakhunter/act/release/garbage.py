"""Collecting garbage: one collection of all generations."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from leakhunter.heap.graph import Graph
from leakhunter.heap.slots import GARBAGE, Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = GARBAGE.place


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:  # noqa: ARG001 - the interface of a release
    """Collect; this runs the ``__del__`` and the weak callbacks of what goes."""
    gc.collect()
