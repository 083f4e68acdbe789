"""Emptying the slots of a clearing one by one, each guarded by itself.

What was done is told from what the slots hold afterwards, not from where an
exception or an interrupt came.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from leakhunter.act import proof
from leakhunter.act.order import phase
from leakhunter.act.slots import empty
from leakhunter.act.standing import Standing, standing
from leakhunter.heap.held import held_in
from leakhunter.heap.slots import GONE, SESSION, Slot

if TYPE_CHECKING:
    from leakhunter.act.interrupts import Interrupts
    from leakhunter.act.preview import Plan
    from leakhunter.act.unpin import Unpinned
    from leakhunter.detect.find import Found
    from leakhunter.hunter import Hunter

_FOLLOW = frozenset({"hidden", "displayhook", "result", "sys", "formatter", "error"})
"""Places of the session that nobody knows of: they follow the others without a word."""


class Emptying:
    """Empties slots, and remembers what became of each.

    Parameters
    ----------
    hunter, plan
        Whose slots, and what was previewed.
    interrupts
        Tells whether to stop.
    children
        Does the memory of child processes count?

    Attributes
    ----------
    emptied
        Slots that are empty now.
    unpinned
        Copies that took the place of views.
    skipped
        By id of the finding, sentences about what was left alone.
    drops
        By id of the finding, bytes by which memory shrank while its slots were emptied.
    """

    def __init__(
        self, hunter: Hunter, plan: Plan, interrupts: Interrupts, children: bool
    ) -> None:
        self._hunter = hunter
        self._watched = plan.watched
        self._graph = plan.checkup.case.graph
        self._interrupts = interrupts
        self._children = children
        self.emptied: list[Slot] = []
        self.unpinned: dict[Slot, Unpinned] = {}
        self.skipped: dict[str, list[str]] = {}
        self.drops: dict[str, int] = {}

    def empty(self, found: Sequence[Found]) -> None:
        """Empty all slots of these, in an order that loses nothing."""
        work = sorted(
            ((one, slot) for one in found for slot in one.slots),
            key=lambda step: (phase(step[1]), found.index(step[0])),
        )
        before = {slot: self._standing(slot) for _, slot in work}
        same = [slot for slot, state in before.items() if state == "same"]
        self._hunter.recorder.letting_go(same)
        last = proof.resident(self._hunter, self._children)
        begun: set[tuple[str, int]] = set()
        for at, (one, slot) in enumerate(work):
            # an object that is in several places goes from all of them or from none
            whole = (one.finding.id, self._graph.slots.get(slot, at - len(work)))
            if self._interrupts.came and whole not in begun:
                self._not_come_to(one, slot)
                continue
            begun.add(whole)
            if before[slot] == "same":
                self._empty(one, slot)
            else:
                self._changed(one, slot, before[slot])
            if at + 1 == len(work) or work[at + 1][0] is not one:
                now = proof.resident(self._hunter, self._children)
                known = self.drops.get(one.finding.id, 0)
                self.drops[one.finding.id] = known + max(last - now, 0)
                last = now

    def emptied_any(self, one: Found) -> bool:
        """Is any slot of a finding empty now?"""
        return not set(self.emptied).isdisjoint(one.slots)

    def _standing(self, slot: Slot) -> Standing:
        return standing(self._hunter.shell, slot, self._graph, self._watched)

    def _empty(self, one: Found, slot: Slot) -> None:
        """Empty one slot; an exception is one line of the receipt."""
        # the keys of a registry move while things are taken out: its release knows them by id
        session = slot.place in SESSION and slot not in self._graph.cuts
        if session and not self._replaced(slot):
            now = self._standing(slot)
            if now == "other":
                self._changed(one, slot, now)
            if now != "same":
                # gone: an earlier step has let go of it
                return
        try:
            # a copy that takes the place of a view is put everywhere or nowhere
            with self._interrupts.let_through(slot.place != "view"):
                copy = empty(self._hunter.shell, slot, self._graph)
        except KeyboardInterrupt:
            if slot.place in SESSION:
                # an object in several places may have gone from some: finish it
                empty(self._hunter.shell, slot, self._graph)
            else:
                self._skip(one, f"Interrupted while `{slot.label}` was let go.")
        except Exception as error:  # noqa: BLE001 - a library's close(): its own slot stays, the others go on
            kind = type(error).__name__[:40]
            self._skip(one, f"`{slot.label}` could not be let go: {kind}.")
            return
        else:
            if copy is not None:
                self.unpinned[slot] = copy
        if self._is_empty(slot):
            self.emptied.append(slot)
        else:
            self._left(one, slot)

    def _replaced(self, slot: Slot) -> bool:
        """Does a name hold a copy that we have put there?"""
        mine = [name for copy in self.unpinned.values() for name in copy.names]
        return slot.place == "name" and slot.key in mine

    def _is_empty(self, slot: Slot) -> bool:
        """Does a slot of the session no longer hold what it held?  The others cannot be asked."""
        node = self._graph.slots.get(slot)
        if slot.place not in SESSION or node is None:
            return True
        value = held_in(self._hunter.shell, slot)
        return value is GONE or id(value) != self._graph.ids[node]

    def _skip(self, one: Found, sentence: str) -> None:
        """Name what was left alone, once."""
        lines = self.skipped.setdefault(one.finding.id, [])
        if sentence not in lines:
            lines.append(sentence)

    def _left(self, one: Found, slot: Slot) -> None:
        self._skip(one, f"Interrupted: `{slot.label}` was left as it is.")

    def _changed(self, one: Found, slot: Slot, state: Standing) -> None:
        if slot.place not in _FOLLOW:
            what = "is gone" if state == "gone" else "has changed"
            self._skip(
                one, f"`{slot.label}` {what} since the preview; it was left as it is."
            )

    def _not_come_to(self, one: Found, slot: Slot) -> None:
        """Name what an interrupt has spared, if it is still there."""
        if slot.place in SESSION and held_in(self._hunter.shell, slot) is GONE:
            return
        if slot.place not in _FOLLOW:
            self._left(one, slot)
