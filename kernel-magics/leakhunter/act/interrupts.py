"""Ctrl-C while slots are emptied: heard between two of them, never in the middle of one.

And while garbage is collected: callbacks of the collector (`gc.callbacks`, where
ipykernel 6 has one) and finalizers are the first code that runs then, and what
is raised in them is dropped.

Only where Python's own handler is in place and in the main thread; a kernel
ignores the signal between its cells anyway.  While a library closes something
of its own the interrupt is let through: that may take for ever.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


class Interrupts:
    """A context in which an interrupt is only noted.

    Parameters
    ----------
    once
        Note only the first one: a second raises, as something hangs.

    Attributes
    ----------
    came
        Was there one?
    """

    def __init__(self, *, once: bool = False) -> None:
        self.came = False
        self._once = once
        self._through = False
        self._before: Any = None

    def __enter__(self) -> Interrupts:  # noqa: PYI034 - never derived from
        main = threading.current_thread() is threading.main_thread()
        if main and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
            self._before = None

    @contextmanager
    def let_through(self, through: bool) -> Iterator[None]:
        """Inside, an interrupt raises :class:`KeyboardInterrupt` as usual, if that is wanted."""
        self._through = through
        try:
            yield
        finally:
            self._through = False

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        again, self.came = self.came, True
        if self._through or (self._once and again):
            raise KeyboardInterrupt
