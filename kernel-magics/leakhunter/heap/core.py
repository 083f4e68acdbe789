"""The hot loops, in C where that was built and proves right, else in Python.

``LEAKHUNTER_CORE=python`` in the environment of a kernel chooses Python.
"""

from __future__ import annotations

import os
from typing import Any

from leakhunter.heap import twin, twin_dominators
from leakhunter.heap.selftest import proves


def _load() -> tuple[Any, str]:
    """The native core, or ``None`` and why not."""
    if os.environ.get("LEAKHUNTER_CORE") == "python":
        return None, "asked for by `LEAKHUNTER_CORE`"
    try:
        from leakhunter import _native  # noqa: PLC0415 - it may not have been built
    except ImportError:
        return None, "the part in C was not built"
    if not proves(_native):
        return None, "the part in C gave a wrong answer"
    return _native, ""


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
weight = NATIVE.weight if NATIVE else twin.weight
mark = NATIVE.mark if NATIVE else twin.mark
positions = NATIVE.positions if NATIVE else twin.positions
dominators = NATIVE.dominators if NATIVE else twin_dominators.dominators
by_kind = NATIVE.by_kind if NATIVE else twin_dominators.by_kind
sums = NATIVE.sums if NATIVE else twin_dominators.sums
below = NATIVE.below if NATIVE else twin_dominators.below


def about() -> str:
    """Which core is at work, in one line."""
    return "C" if NATIVE else f"Python ({WHY_NOT})"
