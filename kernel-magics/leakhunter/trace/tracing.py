"""tracemalloc, on only while somebody asked for it.

Its cost follows the number of frames kept with each block: with 16 a loop
over small objects is some 30 to 150 times slower, large arrays cost nothing.
"""

from __future__ import annotations

import tracemalloc

DEPTH = 16
"""Frames kept with each block: the calls of pandas from a cell to its allocations are 7 to 15 deep."""

MOST = 64
"""A deeper trace would take minutes for a second of work."""


class Tracing:
    """Has allocations traced.

    What was on before stays on: it is somebody else's.

    Parameters
    ----------
    depth
        Frames kept with each block; what is on already has its own.

    Attributes
    ----------
    ours
        Whether this started it, and will stop it.
    depth
        Frames that are kept.
    """

    def __init__(self, depth: int = DEPTH) -> None:
        self.depth = depth
        self.ours = False

    def start(self) -> None:
        """Begin, if nobody has."""
        if tracemalloc.is_tracing():
            self.depth = tracemalloc.get_traceback_limit()
            return
        self.ours = True
        tracemalloc.start(self.depth)

    def stop(self) -> None:
        """End it if we began it; a second call does nothing."""
        if self.ours:
            # in this order: an interrupt between the two must not leave it on
            tracemalloc.stop()
            self.ours = False
