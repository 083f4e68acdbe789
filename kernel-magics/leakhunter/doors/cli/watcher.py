"""A run seen from outside: the kernel's memory as the system tells it, and a line of progress."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from dataclasses import dataclass
from typing import IO

import psutil

from leakhunter.doors.text.layout import WIDTH, pad, plain
from leakhunter.format import clock_text, ellipsis, size_text
from leakhunter.record.limits import Limit, Limits

INTERVAL = 0.2
"""Seconds from one reading to the next: a kernel that is killed has said nothing itself."""

_SOURCE = 40
"""Columns for the first line of a cell."""


@dataclass(frozen=True)
class Reading:
    """Memory of the kernel at one moment, and the limit that applies."""

    at: float
    rss: int
    limit: Limit


class Watcher:
    """Reads the memory of a kernel while its notebook runs.

    Parameters
    ----------
    title
        What the line of progress begins with.
    cells
        How many there are to be run.
    stream
        Where progress is told, if it is a terminal.

    Attributes
    ----------
    last
        The last reading.
    highest
        The most memory that was read while cells ran.
    """

    def __init__(self, title: str, cells: int, stream: IO[str] | None = None) -> None:
        self._title = title
        self._cells = cells
        self._cell = 0
        self._line = ""
        self._checking = False
        self._stream = stream or sys.stderr
        self._shown = self._stream.isatty()
        self._limits = Limits()
        self._kills = self._limits.oom_kills()
        self._begun = time.monotonic()
        self._task: asyncio.Task[None] | None = None
        self.last: Reading | None = None
        self.highest: int | None = None

    def begin(self, pid: int | None) -> None:
        """Begin to read the memory of a process; ``None`` is one on another machine."""
        self._task = asyncio.ensure_future(self._watch(pid))

    def cell(self, first_line: str) -> None:
        """The next cell begins."""
        self._cell += 1
        self._line = first_line
        self._show()

    def check(self) -> None:
        """The cells have run, and what they left is looked at."""
        self._checking = True
        self._line = "checking"
        self._show()

    @property
    def killed_for_memory(self) -> bool | None:
        """Has the system killed a process for memory since; ``None`` where it does not say."""
        now = self._limits.oom_kills()
        return None if now is None or self._kills is None else now > self._kills

    def end(self) -> None:
        """Stop, and take the line of progress away."""
        if self._task is not None:
            self._task.cancel()
        self._limits.close()
        if self._shown:
            self._stream.write("\r" + " " * WIDTH + "\r")
            self._stream.flush()

    async def _watch(self, pid: int | None) -> None:
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(pid) if pid is not None else None
            while True:
                if process is not None:
                    self._read(process.memory_info().rss)
                self._show()
                await asyncio.sleep(INTERVAL)

    def _read(self, rss: int) -> None:
        if rss:  # a process that has ended and was not waited for has none
            self.last = Reading(time.time(), rss, self._limits.read(rss))
            if not self._checking:
                self.highest = max(self.highest or 0, rss)

    def _show(self) -> None:
        if not self._shown:
            return
        size = plain(size_text(self.last.rss)) if self.last else ""
        clock = clock_text(time.monotonic() - self._begun)
        tail = f"  {size:>8}  {clock}"
        head = f"{ellipsis(self._title, 20)}  {self._cell}/{self._cells}  "
        room = WIDTH - len(tail) - len(head)
        line = head + pad(ellipsis(self._line, min(room, _SOURCE)), room) + tail
        self._stream.write("\r" + line)
        self._stream.flush()
