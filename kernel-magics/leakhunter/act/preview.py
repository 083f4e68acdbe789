"""What clearing a set would do, before anything is touched."""

from __future__ import annotations

import time
import weakref
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Any

import msgspec

from leakhunter.act.breaks import breaks
from leakhunter.act.held import stays
from leakhunter.act.keep import Seen, looking, undo_plan
from leakhunter.act.lasting import Lasting, beyond
from leakhunter.act.refusal import Refusal
from leakhunter.act.standing import watch
from leakhunter.act.undo.survey import Survey
from leakhunter.heap.held import held_in
from leakhunter.heap.slots import GONE, Slot
from leakhunter.heap.trial import trial
from leakhunter.model import Preview, PreviewItem, Totals, UndoPlan
from leakhunter.slices import at_once

if TYPE_CHECKING:
    from leakhunter.detect.find import Found
    from leakhunter.hunter import Checkup, Hunter

CHANGED = "Changed since the preview: look again; nothing was cleared."

_numbers = count(1)

_NOTHING = Totals(
    ids=[],
    frees=0,
    exact=True,
    rss=0,
    rss_after=0,
    held=[],
    undo=UndoPlan(bytes=0, seconds=0, free_disk=None, minutes=0, unsaved=[]),
)

_UNSEEN = Seen(Survey(0, {}), 0)


@dataclass(frozen=True)
class Plan:
    """A preview together with what it would do, and the picture it was made from.

    Attributes
    ----------
    words
        What each item was asked for by, to find it again in a newer picture.
    opened
        Cells that had begun: nothing has run since while that is the same.
    watched
        Weak references to what the slots held.
    beyond
        Nodes that variables and outputs reach without any slot of the preview.
    seen
        What of it can be saved.
    """

    preview: Preview
    found: tuple[Found, ...]
    checkup: Checkup
    words: Mapping[str, str] = field(default_factory=dict)
    opened: int = 0
    watched: Mapping[Slot, weakref.ref[Any]] = field(default_factory=dict)
    beyond: frozenset[int] = frozenset()
    seen: Seen = _UNSEEN

    def of(self, ids: Iterable[str]) -> list[Found]:
        """The findings with these ids, in the order of the preview.

        Raises
        ------
        Refusal
            When one was not in the preview, or none is named.
        """
        wanted = set(ids)
        found = [one for one in self.found if one.finding.id in wanted]
        if not found or len({one.finding.id for one in found}) < len(wanted):
            msg = "This was not in the preview; look again, nothing was cleared."
            raise Refusal(msg)
        return found

    def lasting(self, hunter: Hunter, found: Sequence[Found]) -> Lasting:
        """Tells what lives on when these are cleared."""
        graph = self.checkup.case.graph
        slots = {s for one in found for s in one.slots}
        spared = {s for one in self.found for s in one.slots} - slots
        freed = trial(graph, slots).freed
        return Lasting(hunter.shell, graph, slots, freed, self.beyond, spared)


def chosen(
    hunter: Hunter, checkup: Checkup, words: Iterable[str]
) -> dict[str, tuple[str, Found]]:
    """What words mean, each part of a finding by itself: by id, with the word.

    Raises
    ------
    Refusal
        When a word means nothing that was handed out, or not any more.
    """
    found = {}
    for word in words:
        meant = hunter.meant(checkup, word)
        if not meant:
            msg = "Something listed is gone or in use again; look again, nothing was cleared."
            raise Refusal(msg)
        for one in meant:
            for part in one.parts or (one,):
                found[part.finding.id] = (word, part)
    return found


def plan(
    hunter: Hunter,
    checkup: Checkup,
    found: Sequence[Found],
    words: Mapping[str, str] | None = None,
) -> Plan:
    """Preview clearing these findings, as of this check.

    Raises
    ------
    Refusal
        When one of them is gone already, or cannot be cleared exactly.
    """
    return at_once(planning(hunter, checkup, found, words))


def planning(
    hunter: Hunter,
    checkup: Checkup,
    found: Sequence[Found],
    words: Mapping[str, str] | None = None,
) -> Generator[None, None, Plan]:
    """The same in slices: what can be saved may take a second to look at."""
    for one in found:
        _possible(hunter, checkup, one)
    graph = checkup.case.graph
    slots = [s for one in found for s in one.slots]
    preview = Preview(
        id=f"p{next(_numbers)}",
        at=time.time(),
        after_run=checkup.report.after_run,
        items=[
            PreviewItem(
                id=one.finding.id,
                title=one.finding.title,
                part=one.finding.part,
                frees=one.finding.frees,
                does=one.finding.does,
                slots=[slot.label for slot in one.slots],
            )
            for one in found
        ],
        readers=list(dict.fromkeys(b for one in found for b in one.finding.breaks)),
        breaks=breaks(checkup.case, slots),
        totals=_NOTHING,
    )
    draft = Plan(
        preview,
        tuple(found),
        checkup,
        words=words or {},
        opened=hunter.recorder.opened,
        watched=watch(hunter.shell, graph, slots),
        beyond=frozenset(beyond(graph, slots)),
    )
    yield
    lasting = draft.lasting(hunter, found)
    seen = yield from looking(hunter, checkup.case, found, lasting)
    draft = replace(draft, seen=seen)
    whole = totals(hunter, draft, [one.finding.id for one in found])
    return replace(draft, preview=msgspec.structs.replace(preview, totals=whole))


def _possible(hunter: Hunter, checkup: Checkup, one: Found) -> None:
    if one.finding.remedy.action != "clear":
        msg = f"{one.finding.title} cannot be cleared exactly; paste its fix instead: {one.finding.fix}"
        raise Refusal(msg)
    standing = [s for s in one.slots if s in checkup.case.graph.slots]
    if standing and all(held_in(hunter.shell, s) is GONE for s in standing):
        msg = f"{one.finding.title} is gone already; nothing was cleared."
        raise Refusal(msg)


def totals(hunter: Hunter, plan: Plan, ids: Sequence[str]) -> Totals:
    """What clearing some items of a plan would do, from its picture: no new walk.

    Raises
    ------
    Refusal
        When something has run since, or an id was not in the preview.
    """
    if plan.preview.after_run != hunter.recorder.last_run:
        raise Refusal(CHANGED)
    found = plan.of(ids)
    case = plan.checkup.case
    result = trial(case.graph, {s for one in found for s in one.slots})
    more = sum(one.beyond for one in found)
    rss = hunter.meter.rss()
    return Totals(
        ids=[one.finding.id for one in found],
        frees=result.bytes + more,
        exact=result.exact and more <= 0,
        rss=rss,
        rss_after=max(rss - result.bytes - _inside(found), 0),
        held=stays(case.graph, found, result),
        undo=undo_plan(hunter, case, found, plan.lasting(hunter, found), plan.seen),
    )


def _inside(found: Sequence[Found]) -> int:
    """Bytes beyond the picture that are the kernel's own, not a child's."""
    return sum(o.beyond for o in found if o.finding.kind != "child-processes")
