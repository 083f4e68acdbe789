"""Ending a call that stopped half way, or forgetting the locals of a frame that was kept."""

from __future__ import annotations

import sys
import types
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from leakhunter.heap.cuts import suspended
from leakhunter.heap.graph import Graph
from leakhunter.heap.paths import follow
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = suspended.PLACE

_OPTIMIZED = 0x1
_SHARES = frozenset({"locals", "vars"})


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:
    """Close the generator or coroutine, or clear the frame, at the end of the way.

    Closing runs ``finally`` blocks of the user's, as deleting it would.  What
    they raise is dropped.
    """
    cut = graph.cuts[slot]
    steps = follow(shell, graph, cut.root, cut.path)
    if steps is None:
        return
    obj = steps[-1].obj
    # a call that runs right now cannot be ended, nor one whose code refuses to
    with suppress(Exception):
        if type(obj) is types.FrameType:
            _forget(obj)
        elif type(obj) is types.GeneratorType or type(obj) is types.CoroutineType:
            obj.close()


def _forget(frame: types.FrameType) -> None:
    """Clear a frame, and up to Python 3.12 the snapshot of locals that it may have."""
    frame.clear()
    code: Any = frame.f_code
    own = code.co_flags & _OPTIMIZED and _SHARES.isdisjoint(code.co_names)
    if own and sys.version_info < (3, 13):
        frame.f_locals  # noqa: B018 - reading it takes out of the snapshot what is gone
