"""Ends of tasks: when the user asks for it, and when others leave them behind."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from typing import Any


class Stopper:
    """Ctrl-C and the request to end, heard once: the kernel is ended in peace."""

    def __init__(self) -> None:
        self.asked = False
        self._task: asyncio.Task[Any] | None = None

    def listen(self) -> None:
        """Cancel the task that calls this when the process is asked to stop."""
        self._task = asyncio.current_task()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError, RuntimeError):
                loop.add_signal_handler(number, self._hear)

    def _hear(self) -> None:
        if not self.asked and self._task is not None:
            self.asked = True
            self._task.cancel()


@contextlib.asynccontextmanager
async def own_tasks() -> AsyncIterator[None]:
    """End the tasks that are begun inside: nbclient leaves one behind that takes our messages."""
    before = asyncio.all_tasks()
    try:
        yield
    finally:
        left = asyncio.all_tasks() - before
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
