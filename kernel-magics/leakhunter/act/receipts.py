"""The receipts of a kernel, and what undo needs beside what was saved.

Receipts are light and kept for the life of the kernel.  What was saved is kept
in the vault until its time has come; no object of the user's is held here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from leakhunter.act.refusal import Refusal
from leakhunter.act.undo.vault import Vault

if TYPE_CHECKING:
    from leakhunter.act.lasting import Finder
    from leakhunter.act.undo.spill import Spill
    from leakhunter.act.unpin import Unpinned
    from leakhunter.heap.slots import Slot
    from leakhunter.model import Finding, Receipts, Settings

MOST = 100
"""Receipts kept; at about 2 kB each."""


@dataclass(frozen=True)
class Taken:
    """What a clearing took and saved.

    Attributes
    ----------
    slots
        What was emptied, with the finding it was of.
    unpinned
        Copies that views became.
    run
        The last run before.
    finders
        Find what was not saved, since something else holds it.
    again
        Slots that stand for what finders of earlier clearings look for, and
        that this one took.
    """

    slots: Mapping[Slot, Finding] = field(default_factory=dict)
    unpinned: Mapping[Slot, Unpinned] = field(default_factory=dict)
    run: int = 0
    finders: Sequence[Finder] = ()
    again: Mapping[Slot, Finder] = field(default_factory=dict)


class Book:
    """The receipts of one kernel; to be asked from any thread.

    Attributes
    ----------
    alarm
        Is told after how many seconds something is to be forgotten.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._receipts: dict[str, Receipts] = {}
        self._taken: dict[str, Taken] = {}
        self._vault = Vault()
        self.alarm: Callable[[float], None] = lambda _seconds: None

    def add(self, receipts: Receipts) -> None:
        """Keep receipts."""
        with self._lock:
            self._receipts[receipts.id] = receipts
            while len(self._receipts) > MOST:
                self._forget(next(iter(self._receipts)))

    def keep(
        self, receipts: Receipts, taken: Taken, spill: Spill, settings: Settings
    ) -> Receipts:
        """Keep what was saved until its time has come; returns the receipts that say so."""
        seconds = settings.undo_minutes * 60
        until = time.time() + seconds
        size = spill.bytes
        with self._lock:
            self._vault.put(receipts.id, spill, until)
            self._taken[receipts.id] = taken
        self.alarm(self.next_end() or seconds)
        return msgspec.structs.replace(receipts, undo_until=until, undo_bytes=size)

    def all(self) -> list[Receipts]:
        """The receipts, the newest first."""
        with self._lock:
            return list(reversed(self._receipts.values()))

    def get(self, identity: str | None) -> Receipts:
        """Receipts by id; without one the newest that can be undone, or the newest.

        Raises
        ------
        Refusal
            When there are none.
        """
        known = self.all()
        if identity is not None:
            known = [r for r in known if r.id == identity]
        if not known:
            msg = (
                "Nothing has been cleared yet."
                if identity is None
                else "There is no such receipt; `%leakcheck receipts` lists them."
            )
            raise Refusal(msg)
        return next((r for r in known if self.undoable(r)), known[0])

    def undoable(self, receipts: Receipts) -> bool:
        """Can this still be undone?"""
        until = receipts.undo_until
        return not receipts.undone and until is not None and until > time.time()

    def take(self, receipts: Receipts) -> tuple[Spill, Taken]:
        """What was saved, which from now on is the caller's to close.

        Raises
        ------
        Refusal
            When there is nothing any more, in one sentence.
        """
        with self._lock:
            self._in_order(receipts)
            spill = self._vault.take(receipts.id) if self.undoable(receipts) else None
            taken = self._taken.pop(receipts.id, Taken())
        if spill is None:
            raise Refusal(_why_not(receipts))
        return spill, taken

    def next_end(self) -> float | None:
        """Seconds until the next undo ends; ``None`` when there is none to end."""
        now = time.time()
        ends = [r.undo_until or 0 for r in self.all() if self.undoable(r)]
        return max(min(ends) - now, 0) if ends else None

    def _in_order(self, receipts: Receipts) -> None:
        """Refuse where a later clearing took what this one relied on, and can be undone first."""
        missing = [f for f in self._finders(receipts.id) if f() is None]
        for other, taken in self._taken.items():
            later = self._receipts.get(other)
            took = any(f is m for f in taken.again.values() for m in missing)
            if later is not None and took and self.undoable(later):
                msg = f"Undo {other} first: it took what this shares. Nothing was changed."
                raise Refusal(msg)

    def _finders(self, identity: str) -> Sequence[Finder]:
        return self._taken.get(identity, Taken()).finders

    def finders(self) -> list[Finder]:
        """All that find what a clearing did not save."""
        with self._lock:
            return [f for taken in self._taken.values() for f in taken.finders]

    def put_back(self, receipts: Receipts, spill: Spill, taken: Taken) -> None:
        """Undo could not be done now: keep it for another try."""
        with self._lock:
            self._vault.put(receipts.id, spill, receipts.undo_until or 0)
            self._taken[receipts.id] = taken

    def undone(self, receipts: Receipts) -> None:
        """Write down that this has been undone."""
        with self._lock:
            if receipts.id in self._receipts:
                self._receipts[receipts.id] = msgspec.structs.replace(
                    receipts, undone=True
                )

    def forget_old(self) -> None:
        """Let go of what was saved and whose time has come; from any thread."""
        with self._lock:
            self._vault.forget_old(time.time())
            for one in self._receipts.values():
                if not self.undoable(one):
                    self._taken.pop(one.id, None)

    def _forget(self, identity: str) -> None:
        """Forget receipts, and what was saved with them."""
        spill = self._vault.take(identity)
        if spill is not None:
            spill.close()
        self._taken.pop(identity, None)
        del self._receipts[identity]

    def close(self) -> None:
        """Let go of all that was saved."""
        with self._lock:
            self._vault.close()
            self._taken.clear()


def _why_not(receipts: Receipts) -> str:
    if receipts.undone:
        return "This has been undone already."
    if receipts.undo_until is None:
        return "Nothing of this was saved, so it cannot be undone."
    return "The time for undoing this has ended."
