"""A thread that reads memory while a cell runs and somebody looks.

It sleeps without a timer otherwise: nothing is measurable while nobody looks,
and an idle kernel stays idle.  A cell that begins while it still waits for the
last one does not wake it: in a row of short cells it costs next to nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress

INTERVAL = 0.5
"""Seconds between two samples: at most twice a second."""


class Sampler:
    """Calls a function every half second between :meth:`begin` and :meth:`end`.

    The thread starts with the first :meth:`begin` and ends with :meth:`close`.
    """

    def __init__(self, sample: Callable[[], None], interval: float = INTERVAL) -> None:
        self._sample = sample
        self._interval = interval
        self._active = False
        self._asleep = False
        self._due = 0.0
        self._wake = threading.Event()
        self._closed = False
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """Start sampling; what has begun goes on."""
        if self._active:
            return
        self._due = time.monotonic() + self._interval
        self._active = True
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._run, name="leakhunter-sampler", daemon=True
            )
            self._thread.start()
        elif self._asleep:
            self._wake.set()

    def end(self) -> None:
        """Stop sampling; the thread finds out when the next sample is due."""
        self._active = False

    def close(self) -> None:
        """End the thread."""
        self._closed = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=5)
            self._thread = None

    def _run(self) -> None:
        while not self._closed:
            wait = self._due - time.monotonic()
            if wait > 0:
                self._wait(wait)
            elif self._active:
                self._due = time.monotonic() + self._interval
                # a thread that fails writes a traceback into the user's cell
                with suppress(Exception):
                    self._sample()
            else:
                self._sleep()

    def _sleep(self) -> None:
        """Wait for the next beginning; it looks at ``_asleep`` last, so that one that comes just now is seen."""
        self._asleep = True
        if not (self._active or self._closed):
            self._wait()
        self._asleep = False

    def _wait(self, seconds: float | None = None) -> None:
        self._wake.wait(seconds)
        self._wake.clear()
