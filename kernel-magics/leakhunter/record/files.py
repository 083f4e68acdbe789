"""Small files of the system's that are read again and again."""

from __future__ import annotations

import os
import threading

_ROOM = 65536


class Held:
    """A file that is opened at its first reading and kept open: a reading costs a fifth.

    Parameters
    ----------
    path
        Where it is.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._fd: int | None = None
        # the sampler reads too: of two that open it one would be lost
        self._opening = threading.Lock()

    def text(self) -> str:
        """What it says now; empty where it cannot be read."""
        try:
            return os.pread(self._open(), _ROOM, 0).decode(errors="replace")
        except OSError:
            self.close()
            return ""

    def _open(self) -> int:
        with self._opening:
            if self._fd is None:
                self._fd = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
            return self._fd

    def number(self) -> int | None:
        """The number that it says, if it says one."""
        text = self.text().strip()
        return int(text) if text.isdigit() else None

    def close(self) -> None:
        """Give the file back; a later reading opens it again."""
        fd, self._fd = self._fd, None
        if fd is not None:
            os.close(fd)
