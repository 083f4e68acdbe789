"""Readings of this process's memory: resident, private, and the exact peak of a run.

Costs on Linux, at any size: resident set and private memory 3 µs (one
``pread`` on a held file), with the kinds and the exact peak 10 µs.
Elsewhere psutil reads the resident set and no exact peak exists.
"""

from __future__ import annotations

import os
import re
from typing import NamedTuple

import psutil

_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_FIELD = re.compile(
    rb"^(VmHWM|VmRSS|RssAnon|RssFile|RssShmem):\s+(\d+) kB", re.MULTILINE
)
_TOGETHER = 256
"""Bytes of the five lines, which stand together: looking through all of them takes longer than reading them."""

_RESET_PEAK = b"5"


class Status(NamedTuple):
    """Memory by kind in bytes; ``None`` where the system does not tell."""

    rss: int
    anon: int | None
    file: int | None
    shmem: int | None
    peak: int | None


class Meter:
    """Reads this process's memory.

    Linux keeps a high-water mark of the resident set that a process may reset
    (``/proc/self/clear_refs``, proc_pid_clear_refs(5)); that makes the peak of
    one cell exact.  The reset also lowers what ``getrusage`` reports as
    ``ru_maxrss``, so it can be switched off (``exact_peak``).

    Attributes
    ----------
    exact : bool
        Whether exact peaks work here: probed once, at the first use.
    """

    def __init__(self, *, exact_peak: bool = True) -> None:
        self._pid = os.getpid()
        self._statm = self._open("statm", os.O_RDONLY)
        self._status = self._open("status", os.O_RDONLY)
        self._clear = self._open("clear_refs", os.O_WRONLY)
        self._process = psutil.Process()
        self.wanted = exact_peak
        self._works = self._clear is not None and self._probe()
        # gVisor says 0 for what is shared, and tells no kinds
        self._tells_kinds = self.status().anon is not None

    @staticmethod
    def _open(name: str, flags: int) -> int | None:
        try:
            return os.open(f"/proc/self/{name}", flags | os.O_CLOEXEC)
        except OSError:
            return None

    def _probe(self) -> bool:
        """Does a reset bring the mark down to the resident set?"""
        if not self._reset():
            return False
        status = self.status()
        return status.peak is not None and status.peak <= status.rss + 64 * _PAGE * 16

    def _reset(self) -> bool:
        try:
            return self._clear is not None and os.write(self._clear, _RESET_PEAK) == 1
        except OSError:
            return False

    @property
    def exact(self) -> bool:
        """Whether peaks are exact from here on."""
        return self._works and self.wanted and os.getpid() == self._pid

    def rss(self) -> int:
        """Resident set in bytes."""
        if self._statm is None:
            return int(self._process.memory_info().rss)
        try:
            return int(os.pread(self._statm, 128, 0).split()[1]) * _PAGE
        except (OSError, ValueError, IndexError):
            return int(self._process.memory_info().rss)

    def status(self) -> Status:
        """Resident set by kind and its high-water mark, in bytes."""
        found: dict[bytes, int] = {}
        if self._status is not None:
            try:
                text = os.pread(self._status, 8192, 0)
                at = text.find(b"VmHWM:")
                text = text if at < 0 else text[at : at + _TOGETHER]
                found = {key: int(value) * 1024 for key, value in _FIELD.findall(text)}
            except OSError:
                found = {}
        return Status(
            rss=found[b"VmRSS"] if b"VmRSS" in found else self.rss(),
            anon=found.get(b"RssAnon"),
            file=found.get(b"RssFile"),
            shmem=found.get(b"RssShmem"),
            peak=found.get(b"VmHWM"),
        )

    def level(self) -> Status:
        """Resident set and private memory, in bytes, at a third of the cost."""
        if self._statm is None or not self._tells_kinds:
            return self.status()
        try:
            _, rss, shared, *_ = os.pread(self._statm, 128, 0).split()
            size, others = int(rss) * _PAGE, int(shared) * _PAGE
        except (OSError, ValueError):
            return self.status()
        return Status(size, size - others, None, None, None)

    def arm(self) -> bool:
        """Reset the high-water mark; true when the next :meth:`status` has an exact peak."""
        return self.exact and self._reset()

    def close(self) -> None:
        """Give the file descriptors back."""
        for fd in (self._statm, self._status, self._clear):
            if fd is not None:
                os.close(fd)
        self._statm = self._status = self._clear = None
        self._works = False
