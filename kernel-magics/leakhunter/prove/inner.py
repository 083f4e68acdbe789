"""An event loop for cells that await, run where the kernel's own loop runs and stands still meanwhile.

Only for runs whose names are put back: what such a cell binds belongs to this
loop, and would be of no use in another one.  What the cell shares with the
kernel's loop (a task, a connection) raises in here, as asyncio does for what
belongs to another loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from IPython.core.async_helpers import _asyncio_runner

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_GRACE = 1.0
"""Seconds for what is cancelled to come to its end."""


def by_asyncio(shell: InteractiveShell) -> bool:
    """Is it asyncio that runs what the shell's cells await, and not trio or curio?"""
    return shell.trio_runner is None and shell.loop_runner is _asyncio_runner


class Inner:
    """One event loop for some runs; made with the first."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None

    @contextmanager
    def over(self, shell: InteractiveShell) -> Iterator[None]:
        """Have cells that await run here, if a loop runs in this thread; without one IPython has its own."""
        if asyncio._get_running_loop() is None:  # noqa: SLF001 - the public way raises
            yield
            return
        before = shell.loop_runner
        shell.loop_runner = self.run
        try:
            yield
        finally:
            shell.loop_runner = before

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run until it ends.

        Raises
        ------
        BaseException
            Whatever it raises, and an interrupt: then it is cancelled.
        """
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            # what it would log belongs to no cell
            self._loop.set_exception_handler(lambda *_: None)
        with _standing_still():
            task = self._loop.create_task(work)
            try:
                return self._loop.run_until_complete(task)
            except BaseException:
                _cancel(self._loop, {task} if not task.done() else set())
                raise

    def close(self) -> None:
        """End it, and what cells have left in it."""
        loop, self._loop = self._loop, None
        if loop is None:
            return
        with _standing_still():
            _cancel(loop, asyncio.all_tasks(loop))
            with suppress(Exception):
                loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()


def _cancel(loop: asyncio.AbstractEventLoop, tasks: set[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        with suppress(Exception):
            loop.run_until_complete(asyncio.wait(tasks, timeout=_GRACE))


@contextmanager
def _standing_still() -> Iterator[None]:
    """Have this thread look as if no loop ran in it."""
    running = asyncio._get_running_loop()  # noqa: SLF001 - the public way raises
    # since Python 3.12, and needed since 3.14: a thread has one current task
    swap: Any = getattr(asyncio.tasks, "_swap_current_task", None)
    # where there is none, 3.12 raises
    task = None if swap is None or running is None else asyncio.current_task(running)
    if task is not None:
        swap(running, None)
    asyncio._set_running_loop(None)  # noqa: SLF001 - there is no public way
    try:
        yield
    finally:
        asyncio._set_running_loop(running)  # noqa: SLF001
        if task is not None:
            swap(running, task)
