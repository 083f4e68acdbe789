"""Work for the main thread, done between the user's cells.

A wish arrives in another thread and waits here.  It is worked on only when no
cell is open (while a cell awaits, the event loop is free too, so a free loop
proves nothing), in slices of some milliseconds with a turn of the event loop between
them, and it starts again from the beginning when a cell comes in between.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

SLICE = 0.010
"""Seconds of work between two turns of the event loop."""

PAUSE = 0.001
"""Seconds for the event loop after each."""

UNASKED = 0.004
"""Seconds of work where nobody waits: a step takes up to 12 ms, and no cell is to wait for more than 20."""

WAY = 0.004
"""Seconds for the event loop there: a message takes it some turns, and each would wait for a slice."""


@dataclass
class Errand:
    """One piece of work: a generator function that yields where it may be left.

    ``acting`` is set from where on it can no longer be taken back.  With
    ``runs_cells`` it runs code of the user's: one step a turn, and it ends
    where a cell comes in between.  ``unasked``: nobody waits for it.
    """

    name: str
    steps: Callable[[], Generator[None, None, None]]
    refuse: Callable[[str], None]
    acting: bool = False
    runs_cells: bool = False
    unasked: bool = False


class Errands:
    """The queue.

    Parameters
    ----------
    loop
        The kernel's main event loop (tornado).
    busy
        Tells whether a cell is open.
    """

    def __init__(self, loop: Any, busy: Callable[[], bool]) -> None:
        self._loop = loop
        self._busy = busy
        self._waiting: deque[Errand] = deque()
        self._current: Errand | None = None
        self._steps: Generator[None, None, None] | None = None
        self._timers: dict[str, Any] = {}
        self._dropped: set[str] = set()
        self._closed = False
        self._inside = False
        self._next: Any = None

    def add(self, errand: Errand) -> None:
        """Queue work; may be called from any thread."""
        self._waiting.append(errand)
        self.kick()

    def replace(self, errand: Errand) -> None:
        """Queue work unless the same is waiting already."""
        if not any(e.name == errand.name for e in list(self._waiting)):
            self.add(errand)

    def cancel(self, name: str) -> bool:
        """Take back work that has not been done; true when there was some.

        Work that has begun and may still be left is let go of by the main
        thread at its next turn.
        """
        current = self._current
        if current is not None and current.name == name and not current.acting:
            self._dropped.add(name)
            return True
        for errand in list(self._waiting):
            if errand.name == name:
                self._waiting.remove(errand)
                return True
        return False

    def commit(self) -> bool:
        """From here on the current work cannot be taken back; false when it has been already."""
        if self._current is None or self._current.name in self._dropped:
            return False
        self._current.acting = True
        return True

    def kick(self) -> None:
        """See soon whether there is something to do."""
        if not self._closed and (self._waiting or self._steps is not None):
            self._loop.add_callback(self._turn)

    def soon(self, seconds: float, then: Callable[[], None]) -> None:
        """The same as :meth:`later`, from any thread."""
        if not self._closed:
            self._loop.add_callback(self.later, seconds, then)

    def later(
        self, seconds: float, then: Callable[[], None], name: str = "check"
    ) -> None:
        """Call back once after so long; a new call of the same name replaces the old."""
        self._forget_timer(name)
        if not self._closed:
            self._timers[name] = self._loop.call_later(seconds, then)

    def _forget_timer(self, name: str) -> None:
        timer = self._timers.pop(name, None)
        if timer is not None:
            self._loop.remove_timeout(timer)

    def interrupt(self) -> None:
        """A cell starts: let go of everything; what was begun waits for its end."""
        if self._inside:
            return
        self._forget_timer("check")
        begun = self._let_go()
        if begun is not None and self._is_to_wait(begun):
            self._waiting.appendleft(begun)
        self._dropped.clear()

    def pause(self) -> None:
        """Let go of what was begun, and begin it again later: it holds what it has looked at."""
        if self._inside:
            return
        begun = self._let_go()
        if begun is not None:
            if self._is_to_wait(begun):
                self._waiting.appendleft(begun)
            # a cell may check any number of times before the loop turns again
            self.kick()

    def _is_to_wait(self, begun: Errand) -> bool:
        return not begun.runs_cells and begun.name not in self._dropped

    def _let_go(self) -> Errand | None:
        """Stop working on what was begun; returns it."""
        begun, self._current = self._current, None
        steps, self._steps = self._steps, None
        if steps is not None:
            steps.close()
        return begun

    def _turn(self) -> None:
        if self._closed or self._busy():
            return
        if self._current is not None and self._current.name in self._dropped:
            self._dropped.discard(self._current.name)
            self._let_go()
        if self._steps is None:
            if not self._waiting:
                return
            self._current = self._waiting.popleft()
            self._steps = self._current.steps()
        try:
            self._inside = True
            self._work(self._steps)
        except StopIteration:
            self._steps = self._current = None
        except Exception as error:  # noqa: BLE001 - a fault of ours must not end the kernel's loop
            failed, self._steps, self._current = self._current, None, None
            if failed is not None:
                what = (
                    "This failed half way; look again to see what was changed"
                    if failed.acting
                    else "The check failed; nothing was changed"
                )
                failed.refuse(f"{what}: {type(error).__name__}.")
        finally:
            self._inside = False
        # one turn ahead, however often somebody kicked: the loop reads messages only between two
        if self._next is None and (self._steps is not None or self._waiting):
            unasked = self._current is not None and self._current.unasked
            self._next = self._loop.call_later(WAY if unasked else PAUSE, self._again)

    def _again(self) -> None:
        self._next = None
        self._turn()

    def _work(self, steps: Generator[None, None, None]) -> None:
        """One slice."""
        current = self._current
        unasked = current is not None and current.unasked
        end = time.perf_counter() + (UNASKED if unasked else SLICE)
        while time.perf_counter() < end:
            next(steps)
            if current is not None and current.runs_cells:
                return

    def close(self) -> None:
        """Drop all work."""
        self._closed = True
        for name in list(self._timers):
            self._forget_timer(name)
        self.interrupt()
        self._waiting.clear()
