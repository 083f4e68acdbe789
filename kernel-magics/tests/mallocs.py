"""What the C library has given out: the truth about native memory, where it tells."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable
from typing import Any

import pytest
from heaps import picture, session_of, slots

from leakhunter.heap.graph import Graph
from leakhunter.heap.trial import Trial, trial

SMALL = 100_000
"""Bytes that do not matter: Python's small objects come from elsewhere, caches fill."""

_told: set[str] = set()

_FIELDS = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost"


class _Info(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in _FIELDS.split()]


def allocated() -> int:
    """Bytes that are in use, mapped blocks included."""
    gc.collect()
    ask: Any = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if ask is None:
        pytest.skip("this C library does not tell how much it has given out")
    ask.restype = _Info
    info = ask()
    return int(info.uordblks + info.hblkhd)


def held_outside(graph: Graph, found: Trial) -> dict[str, int]:
    """What something else holds and has a lot of memory, by its kind: never mere names and classes."""
    return {
        graph.kinds[node]: more
        for node, more in found.outside.items()
        if sum(graph.sizes[n] for n in graph.reach([node])) > SMALL
    }


def story(
    source: str, clear: str, keep: Callable[[dict[str, Any]], Any] | None = None
) -> tuple[Graph, Trial, int]:
    """The picture of a session, what clearing names is said to free, and what it frees.

    A story runs once before, since a library's first use fills its caches.
    """
    if source not in _told:
        _told.add(source)
        session_of(source)
    names = session_of(source)
    kept = keep(names) if keep is not None else None
    graph = picture(names)
    found = trial(graph, slots(*clear.split()))
    before = allocated()
    for name in clear.split():
        del names[name]
    truth = before - allocated()
    del kept
    return graph, found, truth
