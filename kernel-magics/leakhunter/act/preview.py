"""What clearing a set would do, before anything is touched."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from leakhunter.detect.words import listed
from leakhunter.heap.held import held_in
from leakhunter.heap.holders import holders_of
from leakhunter.heap.slots import GONE, Slot
from leakhunter.heap.trial import trial
from leakhunter.model import Preview, PreviewItem, Totals, UndoPlan, Unsaved

if TYPE_CHECKING:
    from leakhunter.detect.case import Case
    from leakhunter.detect.find import Found
    from leakhunter.hunter import Checkup, Hunter

_numbers = count(1)


class Refusal(Exception):  # noqa: N818 - an answer, not an error
    """A wish that cannot be granted; its text is one sentence for the user."""


@dataclass(frozen=True)
class Plan:
    """A preview together with what it would do, and the picture it was made from."""

    preview: Preview
    found: tuple[Found, ...]
    checkup: Checkup


def plan(hunter: Hunter, checkup: Checkup, found: list[Found]) -> Plan:
    """Preview clearing these findings, as of this check.

    Raises
    ------
    Refusal
        When one of them is gone already.
    """
    for one in found:
        if one.finding.remedy.action != "clear":
            msg = f"{one.finding.title} cannot be cleared exactly; paste its fix instead: {one.finding.fix}"
            raise Refusal(msg)
        standing = [s for s in one.slots if s in checkup.case.graph.slots]
        if standing and all(held_in(hunter.shell, s) is GONE for s in standing):
            msg = f"{one.finding.title} is gone already; nothing was cleared."
            raise Refusal(msg)
    case = checkup.case
    slots = {s for one in found for s in one.slots}
    result = trial(case.graph, slots)
    beyond = sum(one.beyond for one in found)
    rss = hunter.meter.rss()
    ids = [one.finding.id for one in found]
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
        breaks=[],
        totals=Totals(
            ids=ids,
            frees=result.bytes + beyond,
            exact=result.exact and not beyond,
            rss=rss,
            rss_after=max(rss - result.bytes - _inside(found), 0),
            held=_held(case, found),
            undo=_undo(case, found),
        ),
    )
    return Plan(preview, tuple(found), checkup)


def _inside(found: list[Found]) -> int:
    """Bytes beyond the picture that are the kernel's own, not a child's."""
    return sum(o.beyond for o in found if o.finding.kind != "child-processes")


def _held(case: Case, found: list[Found]) -> list[str]:
    """Sentences about what stays, because something else holds it."""
    lines = []
    for one in found:
        cleared: set[Slot] = set(one.slots)
        result = trial(case.graph, cleared)
        if not result.outside or result.bytes:
            continue
        who = holders_of(case.graph, cleared, result)
        if who:
            lines.append(
                f"`{one.finding.title}` is also held by {listed(who)}: clearing it frees 0 B."
            )
    return lines


def _undo(case: Case, found: list[Found]) -> UndoPlan:
    """What cannot be brought back, and which cells make it again."""
    unsaved = []
    for one in found:
        cell = one.finding.cell if one.finding.made_again else None
        run = case.run_of_count(cell.execution_count) if cell is not None else None
        unsaved.append(
            Unsaved(
                item=one.finding.id,
                title=one.finding.title,
                reason="it is not saved",
                cell=cell,
                seconds=None if run is None else run.seconds,
            )
        )
    return UndoPlan(
        bytes=0,
        seconds=0,
        free_disk=None,
        minutes=0,
        unsaved=unsaved,
        refused="Cannot be undone.",
    )
