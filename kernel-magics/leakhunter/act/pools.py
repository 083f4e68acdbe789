"""Asking allocators to give freed memory back to the system."""

from __future__ import annotations

import ctypes
import sys


def trim() -> None:
    """Return what malloc and Arrow's pool hold free; about 60 ms on a fragmented heap.

    Where the C library has no ``malloc_trim`` (musl, macOS, Windows) only the
    pools are asked.
    """
    arrow = sys.modules.get("pyarrow")
    if arrow is not None:
        try:
            arrow.default_memory_pool().release_unused()
        except Exception:  # noqa: BLE001, S110 - an older Arrow without it: nothing to give back
            pass
    if sys.platform == "linux":
        try:
            ctypes.CDLL(None).malloc_trim(0)
        except (OSError, AttributeError):
            return
