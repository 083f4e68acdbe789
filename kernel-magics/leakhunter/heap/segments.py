"""Segments of shared memory that variables name, with their sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunter.heap.adapters import memory
from leakhunter.heap.peek.mapped import is_shared
from leakhunter.heap.roots import look
from leakhunter.heap.slots import Slot, user_names

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def segments(shell: InteractiveShell) -> dict[Slot, int]:
    """Open segments by the slot of their name, and ``mmap`` without a file that child processes share."""
    cls = look.module_globals("multiprocessing.shared_memory").get("SharedMemory")
    mmap = look.module_globals("mmap").get("mmap")
    if mmap is None:
        return {}
    found = {}
    for name, value in user_names(shell):
        size: object = None
        if type(value) is mmap:
            address, mapped = memory.mapped(value)
            size = mapped if mapped and is_shared(address) else None
        elif type(value) is cls and look.field(value, "_mmap") is not None:
            size = look.field(value, "_size")
        if type(size) is int:
            found[Slot("name", name)] = size
    return found
