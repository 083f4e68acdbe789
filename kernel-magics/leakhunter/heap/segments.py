"""Segments of shared memory that variables name, with their sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunter.heap import safe
from leakhunter.heap.adapters import memory
from leakhunter.heap.peek.mapped import is_shared
from leakhunter.heap.roots import look
from leakhunter.heap.slots import Slot, user_names

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def segments(shell: InteractiveShell) -> dict[Slot, int]:
    """Open segments by the slot of their name, and other memory that child processes share.

    That is ``mmap`` without a file, and arrays and structures of ``multiprocessing``.
    """
    cls = look.module_globals("multiprocessing.shared_memory").get("SharedMemory")
    mmap = look.module_globals("mmap").get("mmap")
    if mmap is None:
        return {}
    lent = look.module_globals("multiprocessing.heap").get("BufferWrapper")
    locked = look.module_globals("multiprocessing.sharedctypes").get("SynchronizedBase")
    found = {}
    for name, value in user_names(shell):
        size: object = None
        if type(value) is mmap:
            address, mapped = memory.mapped(value)
            size = mapped if mapped and is_shared(address) else None
        elif type(value) is cls and look.field(value, "_mmap") is not None:
            size = look.field(value, "_size")
        elif lent is not None:
            inner = value
            if locked is not None and safe.is_kind(value, locked):
                inner = look.field(value, "_obj")
            size = _lent(look.field(inner, "_wrapper"), lent)
        if type(size) is int:
            found[Slot("name", name)] = size
    return found


def _lent(wrapper: object, cls: type) -> int | None:
    """Bytes that ``multiprocessing`` lent from its heap."""
    state = look.field(wrapper, "_state") if type(wrapper) is cls else None
    size = state[1] if type(state) is tuple and len(state) == _STATE else None
    return size if type(size) is int else None


_STATE = 2
"""A block of the heap, and the bytes that were asked for."""
