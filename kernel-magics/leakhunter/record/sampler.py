"""A thread that reads memory while a cell runs and somebody looks.

It sleeps without a timer otherwise: nothing is measurable while nobody looks,
and an idle kernel stays idle.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

INTERVAL = 0.5
"""Seconds between two samples: at most twice a second."""


class Sampler:
    """Calls a function every half second between :meth:`begin` and :meth:`end`.

    The thread starts with the first :meth:`begin` and ends with :meth:`close`.
    """

    def __init__(self, sample: Callable[[], None], interval: float = INTERVAL) -> None:
        self._sample = sample
        self._interval = interval
        self._active = threading.Event()
        self._pause = threading.Event()
        self._closed = False
        self._thread: threading.Thread | None = None

    @property
    def active(self) -> bool:
        """Is it sampling?"""
        return self._active.is_set()

    def begin(self) -> None:
        """Start sampling."""
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._run, name="leakhunter-sampler", daemon=True
            )
            self._thread.start()
        self._pause.clear()
        self._active.set()

    def end(self) -> None:
        """Stop sampling; the thread goes on sleeping."""
        self._active.clear()
        self._pause.set()

    def close(self) -> None:
        """End the thread."""
        self._closed = True
        self._active.set()
        self._pause.set()
        if self._thread is not None:
            self._thread.join(timeout=5)
            self._thread = None

    def _run(self) -> None:
        while not self._closed:
            self._active.wait()
            self._pause.wait(self._interval)
            if self._active.is_set() and not self._closed:
                self._sample()
