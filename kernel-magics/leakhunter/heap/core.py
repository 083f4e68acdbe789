"""The hot loops, in C where that was built and proves right, else in Python.

``LEAKHUNTER_CORE=python`` in the environment of a kernel chooses Python.
"""

from __future__ import annotations

import os
from array import array
from types import ModuleType
from typing import Any

from leakhunter.heap import twin, twin_dominators


def _load() -> tuple[Any, str]:
    """The native core, or ``None`` and why not."""
    if os.environ.get("LEAKHUNTER_CORE") == "python":
        return None, "asked for by `LEAKHUNTER_CORE`"
    try:
        from leakhunter import _native  # noqa: PLC0415 - it may not have been built
    except ImportError:
        return None, "the part in C was not built"
    if not _proves(_native):
        return None, "the part in C gave a wrong answer"
    return _native, ""


def _proves(core: ModuleType) -> bool:
    """Does it give right answers here?  Tried on a picture of six nodes."""
    edges = (
        array("q", [0, 0, 2, 4, 5, 6]),
        array("i", [0, 2, 2, 1, 1, 0]),
        array("i", [2, 3, 4, 2, 4, 1]),
    )
    eights = array("q", [8] * 6)
    refs = array("q", [0, 2, 2, 1, 2, 0])
    part: tuple[Any, ...] = ({1: 1}, [(3, 4)], [], {}, [5])
    try:
        return bool(
            core.reach(edges, [1]) == twin.reach(edges, [1])
            and core.turned(edges) == twin.turned(edges)
            and core.subtract(edges, refs, *part) == twin.subtract(edges, refs, *part)
            and core.dominators(edges, eights, [1])
            == twin_dominators.dominators(edges, eights, [1])
        )
    except Exception:  # noqa: BLE001 - then the twin does it
        return False


NATIVE, WHY_NOT = _load()
"""The native core, if there is one here; else ``None``, and why."""

reach = NATIVE.reach if NATIVE else twin.reach
turned = NATIVE.turned if NATIVE else twin.turned
subtract = NATIVE.subtract if NATIVE else twin.subtract
holders = NATIVE.holders if NATIVE else twin.holders
nearest = NATIVE.nearest if NATIVE else twin.nearest
paths = NATIVE.paths if NATIVE else twin.paths
tally = NATIVE.tally if NATIVE else twin.tally
above = NATIVE.above if NATIVE else twin.above
counts = NATIVE.counts if NATIVE else twin.counts
dominators = NATIVE.dominators if NATIVE else twin_dominators.dominators
by_kind = NATIVE.by_kind if NATIVE else twin_dominators.by_kind
sums = NATIVE.sums if NATIVE else twin_dominators.sums
below = NATIVE.below if NATIVE else twin_dominators.below


def about() -> str:
    """Which core is at work, in one line."""
    return "C" if NATIVE else f"Python ({WHY_NOT})"
