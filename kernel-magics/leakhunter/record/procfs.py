"""Reads ``/proc``: the processes below this one on Linux.

Costs: that there are none, 2 µs; who they are, 8 µs a thread of their parent; facts about one
process, 20 µs; what a forked process holds alone takes a walk over its page
tables, up to 15 µs for each resident MB.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil

from leakhunter.heap import safe
from leakhunter.record.processes import Facts, Held, Resident

_STATE, _PARENT, _FLAGS, _BEGUN = 0, 1, 6, 19
"""Fields of ``stat``, counted after the program's name: that can hold blanks and brackets."""

_FORKED = 0x40
"""PF_FORKNOEXEC in a process's flags."""

_CHUNK = 65536
_GONE = (FileNotFoundError, ProcessLookupError, PermissionError)
_KINDS = re.compile(rb"^(VmRSS|RssAnon|RssFile|RssShmem):\s+(\d+) kB", re.MULTILINE)
_ORDER = (b"VmRSS", b"RssAnon", b"RssFile", b"RssShmem")
_ROLLUP = re.compile(
    rb"^(Private_Dirty|Anonymous|Pss_Anon|Pss_Shmem):\s+(\d+) kB", re.MULTILINE
)
_ANONYMOUS = b"Anonymous"
_SERVES = re.compile(rb"from (?:\w+\.)*(resource_tracker|forkserver) import main")


def _read(path: str) -> bytes:
    """A file in ``/proc``, whole; empty when its process is gone or not ours to read."""
    found = []
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            while part := os.read(fd, _CHUNK):
                found.append(part)
        finally:
            os.close(fd)
    except _GONE:
        return b""
    return b"".join(found)


class Linux:
    """Reads ``/proc``.

    Start times are rounded down to hundredths of a second.
    """

    def __init__(self) -> None:
        self._ticks = os.sysconf("SC_CLK_TCK")
        self._lists = Path("/proc/thread-self/children").exists()

    def epoch(self) -> float:
        """See :class:`System`."""
        return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)

    def descendants(self, known: Mapping[int, float]) -> list[Facts]:
        """See :class:`System`; one that comes or goes meanwhile may be missing."""
        if not known and not _any():
            return []
        epoch = self.epoch()
        children = _listed if self._lists else _scan()
        found: dict[int, Facts] = {}

        def walk(parents: list[int]) -> None:
            for parent in parents:
                for pid in children(parent):
                    facts = None if pid in found else self._facts(pid, epoch)
                    # The number of one that has ended may be a stranger's by now.
                    if facts is not None and facts.parent == parent:
                        found[pid] = facts
                        parents.append(pid)

        walk([int(Path("/proc/self").readlink().name)])
        for pid, begun in known.items():
            facts = None if pid in found else self._facts(pid, epoch)
            if facts is not None and facts.begun == begun:
                found[pid] = facts
                walk([pid])
        return list(found.values())

    def _facts(self, pid: int, epoch: float) -> Facts | None:
        """Facts about one process; ``None`` when it is gone."""
        stat = _read(f"/proc/{pid}/stat")
        status = _read(f"/proc/{pid}/status")
        if not stat or not status:
            return None
        own = stat[stat.index(b"(") + 1 : stat.rindex(b")")]
        fields = _fields(stat)
        begun = int(fields[_BEGUN])
        forked = bool(int(fields[_FLAGS]) & _FORKED)
        # A forked one has the command of its parent.
        command = b"" if forked else _read(f"/proc/{pid}/cmdline")
        name, helper = _program(own, command)
        return Facts(
            pid=pid,
            parent=int(fields[_PARENT]),
            begun=begun,
            started=epoch + begun / self._ticks,
            name=name,
            zombie=fields[_STATE] in b"ZXx",
            forked=forked,
            helper=helper,
            resident=_resident(status),
        )

    def seconds(self, facts: Facts) -> float:
        """See :class:`System`: 15 µs a MB in pages of 4 kB, a tenth of it in huge ones."""
        return 2e-4 + facts.resident.all * 1.5e-11 if facts.forked else 0

    def held(self, facts: Facts) -> Held | None:
        """See :class:`System`.

        Shared memory that nobody else maps looks like its own, so that is
        taken off; so are files' pages, which the system can drop.
        """
        if not facts.forked:
            # A new program has nothing of its parent's; without the kinds it is not told.
            return Held(facts.resident.anon) if facts.resident.anon else None
        found = _rollup(facts.pid)
        stat = _read(f"/proc/{facts.pid}/stat")
        if not stat or int(_fields(stat)[_BEGUN]) != facts.begun:
            return None
        if facts.resident == _resident(_read(f"/proc/{facts.parent}/status")):
            return Held(
                0
            )  # vfork: until it runs a program it borrows its parent's memory
        return _held(found, facts.resident.shmem)

    def among(self, shares: int) -> int:
        """See :class:`System`.

        Of the pages that a process and its forks share, those that it maps
        itself stay when the forks end.  The shares of all add up to the pages
        that any of them maps; what is more than those of this process is
        mapped by forks only.  It changed them since, or let go of them.
        """
        found = _rollup(os.getpid())
        own = _held(found, 0)
        if own is None or _ANONYMOUS not in found:
            return 0
        return max(shares + own.share - (found[_ANONYMOUS] - own.alone), 0)


def _rollup(pid: int) -> dict[bytes, int]:
    """Sums over the mappings of a process, in bytes; empty when it is gone or not ours to read."""
    text = _read(f"/proc/{pid}/smaps_rollup")
    return {key: int(value) * 1024 for key, value in _ROLLUP.findall(text)}


def _held(rollup: Mapping[bytes, int], shmem: int) -> Held | None:
    if b"Private_Dirty" not in rollup:
        return None
    own = max(rollup[b"Private_Dirty"] - rollup.get(b"Pss_Shmem", shmem), 0)
    alone = min(own, rollup.get(_ANONYMOUS, own))
    return Held(alone, max(rollup.get(b"Pss_Anon", alone) - alone, 0))


def _fields(stat: bytes) -> list[bytes]:
    return stat[stat.rindex(b")") + 1 :].split()


def _resident(status: bytes) -> Resident:
    """Resident memory in a ``status`` file; none in that of a process that has ended."""
    kinds = {key: int(value) * 1024 for key, value in _KINDS.findall(status)}
    return Resident(*(kinds.get(key, 0) for key in _ORDER))


def _any() -> bool:
    """Has this process a child, one that has ended and was not waited for included?  Takes nobody's end away."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _listed(pid: int) -> list[int]:
    """The children of a process: each of its threads has a list."""
    try:
        threads = os.listdir(f"/proc/{pid}/task")  # noqa: PTH208 - paths would cost more than the reading
    except _GONE:
        return []
    lists = (_read(f"/proc/{pid}/task/{thread}/children") for thread in threads)
    return [int(child) for text in lists for child in text.split()]


def _scan() -> Callable[[int], list[int]]:
    """The children of every process, for a Linux that keeps no lists; 10 µs a process of the machine."""
    found: dict[int, list[int]] = {}
    for pid in psutil.pids():
        stat = _read(f"/proc/{pid}/stat")
        if stat:
            found.setdefault(int(_fields(stat)[_PARENT]), []).append(pid)
    return lambda pid: found.get(pid, [])


def _program(own: bytes, command: bytes) -> tuple[str, bool]:
    """A program's name, and whether it serves; arguments can be secrets, so only a script's name is shown."""
    name = own.decode(errors="replace")
    words = command.split(b"\0")
    for word in words[1:]:
        served = _SERVES.match(word)
        if served:
            return served[1].decode(), True
    if len(words) > 1 and words[1].endswith(b".py"):
        script = words[1].rpartition(b"/")[2]
        name = f"{name} {script.decode(errors='replace')}"
    return safe.short(name), False
