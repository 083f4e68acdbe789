"""Emptying what a handler of logging has gathered; the handler stays and goes on.

What a ``MemoryHandler`` with a target holds back is handed on to it, as it
would be when the handler is full.
"""

from __future__ import annotations

import io
import logging
from collections import deque
from typing import TYPE_CHECKING

from leakhunter.heap import safe
from leakhunter.heap.cuts.logged import PLACE
from leakhunter.heap.graph import Graph
from leakhunter.heap.held import held_in
from leakhunter.heap.roots import look
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["PLACE", "release"]


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:
    """Empty the list or the stream, if it is the one of the picture."""
    cut = graph.cuts[slot]
    held = held_in(shell, cut.root)
    if id(held) != graph.ids[cut.source]:
        return
    if type(held) is io.StringIO:
        held.seek(0)
        held.truncate(0)
    elif type(held) is list or type(held) is deque:
        _hand_on(held)
        held.clear()


def _hand_on(buffer: object) -> None:
    """Flush the ``MemoryHandler`` whose buffer this is, if it has a target."""
    cls = look.module_globals("logging.handlers").get("MemoryHandler")
    for ref in list(logging._handlerList):  # type: ignore[attr-defined]  # noqa: SLF001 - no other list of all handlers
        handler = ref()
        held = look.attributes(handler)
        if (
            cls is not None
            and safe.is_kind(handler, cls)
            and held.get("buffer") is buffer
            and held.get("target") is not None
        ):
            cls.flush(handler)
