"""Undo: names and outputs come back from what was saved, and nothing that is there is overwritten.

A variable whose name has been bound again comes back beside it, as
``df_restored``.  An output comes back where it was; ``_``, ``__`` and ``___``
only while they still hold the blank that clearing left.  Where a small view
became a copy, the names that still hold that copy get the view back.  A list
that was emptied is filled again while it is empty.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import TYPE_CHECKING, Any

from leakhunter.act.refusal import Refusal
from leakhunter.act.undo.spill import Damaged
from leakhunter.act.unpin import Unpinned
from leakhunter.format import size_text
from leakhunter.heap.cuts import containers
from leakhunter.heap.slots import (
    GONE,
    UNDERSCORES,
    Attribute,
    Slot,
    is_output_name,
    namespace,
    place_of,
    value_in,
)
from leakhunter.model import Finding, Receipts, Restored, Undone, Unsaved
from leakhunter.record.names import names_of

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from leakhunter.act.receipts import Taken
    from leakhunter.act.undo.spill import Spill
    from leakhunter.hunter import Hunter


def undo(hunter: Hunter, identity: str | None = None) -> Undone:
    """Bring back what a clearing took.

    Parameters
    ----------
    hunter
        Whose shell is changed.
    identity
        Id of the receipts; ``None``: the newest that can be undone.

    Returns
    -------
    Undone
        What came back and where, and what could not.

    Raises
    ------
    Refusal
        When there is nothing to bring back, no memory for it, or when what was
        saved is damaged; nothing has been changed.
    """
    book = hunter.book
    book.forget_old()
    receipts = book.get(identity)
    begun, rss_before = time.perf_counter(), hunter.meter.rss()
    if book.undoable(receipts):
        _check_memory(hunter, receipts)
    spill, taken = book.take(receipts)
    values, why = _loaded(spill)
    if values is None:
        if why is None:
            book.put_back(receipts, spill, taken)
            why = "There is not enough memory to bring this back."
        else:
            spill.close()
        raise Refusal(f"{why} Nothing was changed.")
    spill.close()
    for slot, finder in taken.again.items():
        if slot in values:
            finder.aim(values[slot])
    rebound = lambda name: _rebound(hunter, taken.run, name)  # noqa: E731
    restoring = Restoring(hunter.shell, values, taken, rebound)
    restored = list(restoring.all())
    book.undone(receipts)
    return Undone(
        receipt=receipts.id,
        at=time.time(),
        restored=restored,
        lost=[*receipts.unsaved, *restoring.lost],
        seconds=time.perf_counter() - begun,
        rss_before=rss_before,
        rss_after=hunter.meter.rss(),
    )


def _loaded(spill: Spill) -> tuple[dict[Slot, Any] | None, str | None]:
    """What was saved, or why it cannot be read; neither when memory ran out."""
    try:
        return spill.load(), None
    except Damaged as damaged:
        return None, str(damaged)
    except MemoryError:
        return None, None


def _rebound(hunter: Hunter, run: int, name: str) -> bool:
    """Has a run since this one bound a name?"""
    since = [e for e in hunter.recorder.runs() if e.record.run > run]
    return any(name in e.names or name in names_of(e.source).bound for e in since)


def _check_memory(hunter: Hunter, receipts: Receipts) -> None:
    """Refuse what would not fit below the limit: the kernel would be killed.

    Raises
    ------
    Refusal
        One sentence; undo can be asked for again.
    """
    memory = hunter.memory()
    if memory.limit is None:
        return
    free = max(memory.limit - (memory.limit_used or memory.rss), 0)
    if receipts.undo_bytes > free:
        need = size_text(receipts.undo_bytes)
        msg = f"This needs {need}, and {size_text(free)} of memory are free: clear something else first."
        raise Refusal(msg)


class Restoring:
    """Puts values back into slots.

    Parameters
    ----------
    shell
        Whose slots.
    values
        What was in them.
    taken
        Which of them were emptied, and of which finding they are.
    rebound
        Has a name been bound again since?

    Attributes
    ----------
    lost
        What could not be put back.
    """

    def __init__(
        self,
        shell: InteractiveShell,
        values: Mapping[Slot, Any],
        taken: Taken,
        rebound: Callable[[str], bool],
    ) -> None:
        self._shell = shell
        self._rebound = rebound
        self._values = values
        self._taken = taken
        self.lost: list[Unsaved] = []

    def all(self) -> Iterator[Restored]:
        """Put everything back, the names first; tells of each variable and output once."""
        outputs: dict[int, list[Slot]] = {}
        for slot, finding in self._taken.slots.items():
            value = self._values.get(slot, GONE)
            if value is GONE:
                self._lose(slot, finding)
            elif slot.place == "view":
                yield from self._view(slot, finding, value)
            elif slot.place == "items":
                yield from self._items(slot, value)
            elif slot.place == "name" and not is_output_name(str(slot.key)):
                yield self._name(str(slot.key), value)
            else:
                outputs.setdefault(id(value), []).append(slot)
        for slots in outputs.values():
            yield from self._output(slots)

    def _lose(self, slot: Slot, finding: Finding, reason: str = "") -> None:
        if slot.place in ("name", "out", "view", "items"):
            # of several names each may have been made by another cell
            alone = finding.made_again and len(finding.names) <= 1
            self.lost.append(
                Unsaved(
                    item=finding.id,
                    title=slot.label,
                    reason=reason or "what else held it has let go of it meanwhile",
                    cell=finding.cell if alone else None,
                    seconds=None,
                )
            )

    def _name(self, name: str, value: Any) -> Restored:
        """Bind a name, or the next free one beside it."""
        names = namespace(self._shell)
        if name not in names:
            names[name] = value
            return Restored(title=name, name=name, note=None)
        if names[name] is value:
            note = f"`{name}` holds it already."
            return Restored(title=name, name=name, note=note)
        free = _free(names, name)
        names[free] = value
        note = f"`{name}` is bound again, so it came back as `{free}`."
        return Restored(title=name, name=free, note=note)

    def _output(self, slots: list[Slot]) -> Iterator[Restored]:
        """Put a shown value back into its places, where they are free."""
        value = self._values[slots[0]]
        shown = [s for s in slots if s.place == "out"] or slots[:1]
        back = [s for s in slots if str(s.key) not in UNDERSCORES]
        blank = [n for n in UNDERSCORES if self._is_blank(n)]
        back += [s for s in slots if str(s.key) in blank]
        put = [s for s in back if self._put(s, value)]
        if not put:
            self._lose(shown[0], self._taken.slots[shown[0]], "its places hold others")
            return
        for slot in shown:
            yield Restored(title=slot.label, name=slot.label, note=None)

    def _is_blank(self, name: str) -> bool:
        """Is this underscore empty in the namespace and for IPython, so that both stay the same?"""
        places = (Slot("name", name), Slot("displayhook", name))
        held = [value_in(self._shell, slot) for slot in places]
        return all(type(value) is str and value == "" for value in held)

    def _put(self, slot: Slot, value: Any) -> bool:
        """Fill a slot that is empty; false when something else is there."""
        place = place_of(self._shell, slot)
        if place is None or place[0] is None:
            return False
        holder, key = place
        if type(key) is Attribute:
            setattr(holder, key.name, value)
        elif key in holder and str(slot.key) not in UNDERSCORES:
            return False
        else:
            holder[key] = value
        return True

    def _view(self, slot: Slot, finding: Finding, value: Any) -> Iterator[Restored]:
        """Bind names to a view again that still hold the copy that took its place."""
        copied = self._taken.unpinned.get(slot, Unpinned((), None))
        copy = None if copied.copy is None else copied.copy()
        names = namespace(self._shell)
        mine = [n for n in copied.names if copy is not None and names.get(n) is copy]
        for name in mine:
            names[name] = value
            yield Restored(title=slot.label, name=name, note="It is a view again.")
        if not mine:
            self._lose(slot, finding, "no name holds the copy any more")

    def _items(self, slot: Slot, value: Any) -> Iterator[Restored]:
        """Fill a container again that is still empty; else what was in it comes back beside it."""
        name = str(slot.key)
        now = namespace(self._shell).get(name, GONE)
        if self._rebound(name) or not containers.fill(now, value):
            yield self._name(name, value)
            return
        yield Restored(title=name, name=name, note=None)


def _free(names: Mapping[str, Any], name: str) -> str:
    """The first of ``df_restored``, ``df_restored_2`` ... that is not bound."""
    first = f"{name}_restored"
    others = (f"{first}_{n}" for n in count(2))
    return first if first not in names else next(n for n in others if n not in names)
