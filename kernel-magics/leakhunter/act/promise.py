"""What a preview promised, kept while a cell runs, to clear when the cell ends.

A picture is let go of before a cell, since it takes memory.  Who said "clear"
while the cell ran gets exactly what was previewed: the same slots with the
same objects in them, the same bytes, nothing more that breaks or cannot be
saved.  Otherwise nothing is cleared.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leakhunter.act.preview import CHANGED, Plan, chosen, planning
from leakhunter.act.refusal import Refusal
from leakhunter.act.standing import Watched
from leakhunter.heap import safe
from leakhunter.heap.held import held_in
from leakhunter.heap.slots import Slot
from leakhunter.heap.walk.picture import OBJECTS_ASKED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from IPython.core.interactiveshell import InteractiveShell

    from leakhunter.hunter import Hunter
    from leakhunter.model import Preview, PreviewItem

_SHARE, _BYTES = 0.01, 1_000_000
"""By so much of it, or so many bytes, what is freed may differ."""


@dataclass(frozen=True)
class Promise:
    """A plan without its picture: some kB, and nothing of the user's.

    Attributes
    ----------
    preview, words
        As of the plan.
    watched
        Weak references to what the slots held, where it takes one.
    held
        Address and type of what they held, for the others.
    """

    preview: Preview
    words: Mapping[str, str]
    watched: Watched
    held: Mapping[Slot, tuple[int, str]]

    @classmethod
    def of(cls, planned: Plan) -> Promise:
        """The promise of a plan."""
        graph = planned.checkup.case.graph
        slots = {s for one in planned.found for s in one.slots}
        nodes = {s: graph.slots[s] for s in slots if s in graph.slots}
        held = {s: (graph.ids[n], graph.kinds[n]) for s, n in nodes.items()}
        return cls(planned.preview, planned.words, planned.watched, held)

    def same(self, shell: InteractiveShell) -> bool:
        """Do the slots still hold what they held?"""
        return all(self._holds(shell, slot) for slot in self.held)

    def _holds(self, shell: InteractiveShell, slot: Slot) -> bool:
        value = held_in(shell, slot)
        if slot in self.watched:
            return self.watched[slot]() is value
        return self.held[slot] == (id(value), safe.type_name(type(value)))


def renewing(
    hunter: Hunter, words: Mapping[str, str], ids: Sequence[str]
) -> Generator[None, None, Plan]:
    """The plan for these items from a new picture.

    Raises
    ------
    Refusal
        When one of them is gone, or means something else by now.
    """
    checkup = yield from hunter.checking(OBJECTS_ASKED)
    asked = {word: None for i, word in words.items() if i in ids}
    found = chosen(hunter, checkup, asked)
    if not set(ids) <= found.keys():
        raise Refusal(CHANGED)
    return (
        yield from planning(
            hunter,
            checkup,
            [found[i][1] for i in ids],
            {i: word for i, (word, _) in found.items()},
        )
    )


def keeping_word(
    hunter: Hunter, promise: Promise, ids: Sequence[str]
) -> Generator[None, None, Plan]:
    """A plan that does what was promised of these items, or none at all.

    Raises
    ------
    Refusal
        When anything differs from the preview.
    """
    before = {item.id: item for item in promise.preview.items}
    if not set(ids) <= before.keys() or not promise.same(hunter.shell):
        raise Refusal(CHANGED)
    planned = yield from renewing(hunter, promise.words, ids)
    now = {item.id: item for item in planned.preview.items}
    old, new = promise.preview, planned.preview
    kept = (
        all(_is_as(before[i], now[i]) for i in ids)
        and _adds_nothing(old.readers, new.readers)
        and _adds_nothing(map(repr, old.breaks), map(repr, new.breaks))
        and _adds_nothing(
            (one.title for one in old.totals.undo.unsaved),
            (one.title for one in new.totals.undo.unsaved),
        )
    )
    if not kept:
        raise Refusal(CHANGED)
    return planned


def _is_as(old: PreviewItem, new: PreviewItem) -> bool:
    close = abs(old.frees - new.frees) <= max(_SHARE * old.frees, _BYTES)
    return close and (old.does, old.slots) == (new.does, new.slots)


def _adds_nothing(old: Iterable[object], new: Iterable[object]) -> bool:
    return set(new) <= set(old)
