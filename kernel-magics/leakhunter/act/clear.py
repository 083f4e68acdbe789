"""Clearing what a preview listed, and proving it.

What can be brought back is saved first; then every slot is looked at again,
and one that no longer holds what it held is left alone and named.  The rest is
emptied one by one (:mod:`leakhunter.act.order`); whatever a library's close
raises costs its own slot only.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Generator, Sequence
from itertools import count
from typing import TYPE_CHECKING

from leakhunter.act import proof
from leakhunter.act.emptying import Emptying
from leakhunter.act.interrupts import Interrupts
from leakhunter.act.keep import Kept, Tell, keeping, nothing_kept
from leakhunter.act.pools import trim
from leakhunter.act.preview import CHANGED, Plan
from leakhunter.act.promise import renewing
from leakhunter.act.receipts import Taken
from leakhunter.act.refusal import Refusal
from leakhunter.act.survivors import survivors
from leakhunter.heap.slots import GARBAGE, KEPT
from leakhunter.heap.trial import Trial, trial
from leakhunter.heap.walk.picture import OBJECTS_ASKED, picturing
from leakhunter.model import Receipt, Receipts, Survivor, Unsaved
from leakhunter.slices import at_once

if TYPE_CHECKING:
    from leakhunter.detect.find import Found
    from leakhunter.hunter import Hunter

_numbers = count(1)

_ENOUGH = 0.9
"""Share of the promise that must have come back, or a collection is tried."""


def clear(
    hunter: Hunter, plan: Plan, ids: Sequence[str], *, save: bool = False
) -> Receipts:
    """Clear findings of a plan at once; :func:`clearing` does it in steps.

    Parameters
    ----------
    hunter
        Whose shell is changed.
    plan
        What was previewed.
    ids
        Which findings of the plan to clear.
    save
        Save first what can be brought back.

    Returns
    -------
    Receipts
        One receipt a finding; measured bytes add up to the total.

    Raises
    ------
    Refusal
        When a cell ran since the preview, or what was to be saved could not
        be; nothing is cleared then.
    """
    receipts = at_once(clearing(hunter, plan, ids, save=save))
    if receipts is None:
        msg = "Nothing was cleared."
        raise Refusal(msg)
    return receipts


def clearing(  # noqa: PLR0913 - what to clear, and how to tell of it
    hunter: Hunter,
    plan: Plan,
    ids: Sequence[str],
    *,
    save: bool,
    commit: Callable[[], bool] = lambda: True,
    tell: Tell = lambda _done, _total: None,
) -> Generator[None, None, Receipts | None]:
    """The same in steps, which may be dropped until ``commit`` has been asked.

    Parameters
    ----------
    hunter, plan, ids, save
        As for :func:`clear`.
    commit
        Asked once, before anything is changed: false when it was taken back.
    tell
        Told how many bytes of how many have been saved.

    Raises
    ------
    Refusal
        As for :func:`clear`.
    """
    plan = yield from _renewed(hunter, plan, ids)
    found = plan.of(ids)
    if save:
        kept = yield from keeping(hunter, plan, found, tell)
    else:
        kept = nothing_kept(hunter, plan, found)
    spill = kept.spill
    try:
        _fresh(hunter, plan)
        if not commit():
            return None
        receipts, done = _cleared(hunter, plan, found, kept.unsaved)
        taken = _taken(hunter, found, done, kept)
        if spill is not None and taken is not None:
            receipts = hunter.book.keep(receipts, taken, spill, hunter.settings)
            spill = None
        hunter.book.add(receipts)
        return receipts
    finally:
        if spill is not None:
            spill.close()


def _fresh(hunter: Hunter, plan: Plan) -> None:
    if plan.preview.after_run != hunter.recorder.last_run:
        raise Refusal(CHANGED)


def _renewed(
    hunter: Hunter, plan: Plan, ids: Sequence[str]
) -> Generator[None, None, Plan]:
    """The plan, or the same from a new picture when something unrecorded has run since."""
    _fresh(hunter, plan)
    plan.of(ids)
    if plan.opened == hunter.recorder.opened or not plan.words:
        return plan
    return (yield from renewing(hunter, plan.words, ids))


def _cleared(
    hunter: Hunter, plan: Plan, found: Sequence[Found], unsaved: list[Unsaved]
) -> tuple[Receipts, Emptying]:
    """Empty the slots, measure, and write the receipts; nothing interrupts the writing."""
    graph = plan.checkup.case.graph
    results = [trial(graph, one.slots) for one in found]
    slots = [s for one in found for s in one.slots]
    union = trial(graph, slots)
    watched = proof.watch(graph, slots, union)
    # asking a pool that nothing goes from would bring what is none of clearing's
    kept = any(slot.place == KEPT.place for slot in slots)
    pools = None if kept else proof.concerned(graph, union)
    if not kept:
        trim(pools)
    children = any(one.finding.kind == "child-processes" for one in found)
    before, rss_before = proof.resident(hunter, children), hunter.meter.rss()
    given = proof.given_out()
    with Interrupts() as interrupts:
        done = Emptying(hunter, plan, interrupts, children)
        done.empty(found)
        seen = before - proof.resident(hunter, children)
        collects = proof.alive(watched) or seen < _ENOUGH * union.bytes
        if collects:
            gc.collect()
        trim(pools)
        promised = union.bytes + sum(one.beyond for one in found)
        fell = proof.settled(
            lambda: before - proof.resident(hunter, children), promised, pools
        )
        total = max(fell, 0)
        if pools is not None and proof.in_heaps(pools, found):
            total = proof.brought(total, promised, given - proof.given_out())
        waiting = 0
        if collects:
            waiting = trial(graph, [*slots, GARBAGE]).bytes - union.bytes
        garbage = max(min(total - promised, waiting), 0)
        total -= garbage
        left = _left(hunter, plan, found, results, watched)
        receipts = _receipts(found, results, done, left, total)
        lost = sum(s.bytes for some in left for s in some)
        whole = Receipts(
            id=f"r{next(_numbers)}",
            at=time.time(),
            receipts=receipts,
            predicted=promised,
            measured=total,
            freed=max(union.bytes - lost, 0)
            + min(sum(o.beyond for o in found), max(total - union.bytes, 0)),
            rss_before=rss_before,
            rss_after=hunter.meter.rss(),
            garbage=garbage,
            undo_until=None,
            undo_bytes=0,
            unsaved=unsaved,
        )
        return whole, done


def _left(
    hunter: Hunter,
    plan: Plan,
    found: Sequence[Found],
    results: Sequence[Trial],
    watched: proof.Watched,
) -> list[list[Survivor]]:
    """Survivors of each finding; a new picture is taken only when there are some."""
    if not proof.alive(watched):
        return [[] for _ in found]
    now = at_once(picturing(hunter.shell, hunter.affordable(OBJECTS_ASKED)))
    then, known = plan.checkup.case.graph, plan.checkup.found
    return [
        survivors(one, proof.of(watched, result), then, now, known)
        for one, result in zip(found, results, strict=True)
    ]


def _receipts(
    found: Sequence[Found],
    results: Sequence[Trial],
    done: Emptying,
    left: Sequence[list[Survivor]],
    total: int,
) -> list[Receipt]:
    promised = [r.bytes + o.beyond for r, o in zip(results, found, strict=True)]
    drops = [done.drops.get(one.finding.id, 0) for one in found]
    measured = proof.share(total, drops, promised)
    return [
        Receipt(
            id=one.finding.id,
            title=one.finding.title,
            predicted=promise,
            measured=got,
            freed=max(result.bytes - sum(s.bytes for s in some), 0)
            + min(one.beyond, max(got - result.bytes, 0)),
            did=_did(one, done),
            survivors=some,
            skipped=done.skipped.get(one.finding.id, []),
        )
        for one, result, promise, got, some in zip(
            found, results, promised, measured, left, strict=True
        )
    ]


def _did(one: Found, done: Emptying) -> str:
    untouched = one.finding.id in done.skipped and not done.emptied_any(one)
    return "left as it is" if untouched else one.did


def _taken(
    hunter: Hunter, found: Sequence[Found], done: Emptying, kept: Kept
) -> Taken | None:
    """What undo has to know of what was emptied and saved; ``None`` when that is nothing."""
    saved = set() if kept.spill is None else set(kept.spill.slots)
    of = {slot: one.finding for one in found for slot in one.slots}
    emptied = {slot: of[slot] for slot in done.emptied if slot in saved}
    if not emptied:
        return None
    return Taken(
        slots=emptied,
        unpinned={s: u for s, u in done.unpinned.items() if s in saved},
        run=hunter.recorder.last_run,
        finders=kept.finders,
        again=kept.again,
    )
