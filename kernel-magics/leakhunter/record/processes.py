"""Facts about other processes: which descend from this one, and what memory is theirs alone.

Nothing is signalled or waited for, so a child that has ended stays for its
parent to collect.  :mod:`leakhunter.record.procfs` answers on Linux, psutil
elsewhere: it looks at all processes of the machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple, Protocol

import psutil

from leakhunter.heap import safe


class Resident(NamedTuple):
    """Resident memory by kind, in bytes."""

    all: int = 0
    anon: int = 0
    file: int = 0
    shmem: int = 0


class Held(NamedTuple):
    """Anonymous memory of a process, in bytes.

    Attributes
    ----------
    alone
        What no other process maps.
    share
        Of what others map too its share: a page of three processes counts a
        third to each.
    """

    alone: int
    share: int = 0


class Facts(NamedTuple):
    """One process at one moment.

    Attributes
    ----------
    begun
        Start time in the system's own unit.  With the number it names a
        process, although numbers are given again.
    started
        The same in seconds since the epoch.
    zombie
        It has ended and its parent has not collected it.
    forked
        It still runs its parent's program: what neither has written to since
        the fork they share.
    helper
        It serves the user's processes, as ``multiprocessing`` starts them.
    """

    pid: int
    parent: int
    begun: float
    started: float
    name: str
    zombie: bool
    forked: bool
    helper: bool
    resident: Resident


class System(Protocol):
    """What is asked of an operating system."""

    def epoch(self) -> float:
        """Where its clock of start times is zero, in seconds since the epoch."""

    def descendants(self, known: Mapping[int, float]) -> list[Facts]:
        """All below this process, and the ``known`` ones (number: begun) that lost their parent."""

    def seconds(self, facts: Facts) -> float:
        """How long :meth:`held` may take; 0 when the facts tell already."""

    def held(self, facts: Facts) -> Held | None:
        """What this process holds, at least; ``None``: not told."""

    def among(self, shares: int) -> int:
        """Bytes that all forks of this process hold together, and it does not.

        Parameters
        ----------
        shares
            Sum of what :meth:`held` said of them.
        """


class Elsewhere:
    """Asks psutil; children whose parent ended are lost from sight."""

    def epoch(self) -> float:
        """See :class:`System`."""
        return 0.0

    def descendants(self, known: Mapping[int, float]) -> list[Facts]:
        """See :class:`System`."""
        del known  # psutil finds a process through its parent only
        found = map(self._facts, psutil.Process().children(recursive=True))
        return [facts for facts in found if facts is not None]

    @staticmethod
    def _facts(process: psutil.Process) -> Facts | None:
        with suppress(psutil.Error), process.oneshot():
            zombie = process.status() == psutil.STATUS_ZOMBIE
            begun = process.create_time()
            return Facts(
                pid=process.pid,
                parent=process.ppid(),
                begun=begun,
                started=begun,
                name=safe.short(process.name()),
                zombie=zombie,
                forked=False,
                helper=False,
                resident=Resident(0 if zombie else process.memory_info().rss),
            )
        return None

    def seconds(self, facts: Facts) -> float:
        """See :class:`System`; as on Linux, for want of a measurement."""
        return 1e-3 + facts.resident.all * 1.5e-11

    def held(self, facts: Facts) -> Held | None:
        """The unique set size, where psutil may read it."""
        try:
            return Held(int(psutil.Process(facts.pid).memory_full_info().uss))
        except (psutil.Error, AttributeError):
            return None

    def among(self, shares: int) -> int:
        """See :class:`System`; not told here."""
        del shares
        return 0
