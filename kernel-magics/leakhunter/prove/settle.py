"""Waiting for threads that a cell has started: what runs still holds what it works on."""

from __future__ import annotations

import threading
import time

PATIENCE = 0.5
"""Seconds; who still runs then is no part of a run, and counts as what stays."""


class Threads:
    """The threads of this process at one moment."""

    def __init__(self) -> None:
        self._known = set(map(id, threading.enumerate()))

    def wait(self) -> None:
        """Wait a little for those that have come since."""
        until = time.monotonic() + PATIENCE
        for thread in threading.enumerate():
            left = until - time.monotonic()
            if id(thread) not in self._known and left > 0:
                # not the method of a class of the user's
                threading.Thread.join(thread, left)
