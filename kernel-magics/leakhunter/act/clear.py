"""Clearing what a preview listed, and proving it.

Memory is measured as private plus shared resident bytes, after asking the
allocators to give freed memory back, before as well as after: so the
difference is what clearing brought and not what lay around.
"""

from __future__ import annotations

import gc
import time
import weakref
from itertools import count
from typing import TYPE_CHECKING, Any

from leakhunter.act.pools import trim
from leakhunter.act.preview import Plan, Refusal
from leakhunter.act.slots import empty
from leakhunter.heap.graph import Graph
from leakhunter.heap.held import held_in
from leakhunter.heap.holders import holders_of
from leakhunter.heap.slots import GONE, KEPT
from leakhunter.heap.trial import Trial, trial
from leakhunter.heap.walk.picture import picturing
from leakhunter.model import Receipt, Receipts, Survivor
from leakhunter.slices import at_once

if TYPE_CHECKING:
    from leakhunter.detect.find import Found
    from leakhunter.hunter import Hunter

OBJECTS = 600_000
"""Objects looked at to find out who holds what should have gone."""

_numbers = count(1)

_ENOUGH = 0.9
"""Share of the promise that must have come back, or a collection is tried."""


def verify(hunter: Hunter, found: list[Found], plan: Plan) -> None:
    """Refuse when a slot no longer holds what the preview was made for.

    Raises
    ------
    Refusal
        One sentence; nothing has been changed.
    """
    graph = plan.checkup.case.graph
    for one in found:
        for slot in one.slots:
            value = held_in(hunter.shell, slot)
            node = graph.slots.get(slot)
            if (
                value is GONE
                and slot.place == "name"
                and str(slot.key) in one.finding.names
            ):
                msg = f"{one.finding.title} is gone already; nothing was cleared."
                raise Refusal(msg)
            if value is not GONE and node is not None and id(value) != graph.ids[node]:
                msg = f"{slot.label} has changed since the preview; look again, nothing was cleared."
                raise Refusal(msg)


def clear(hunter: Hunter, plan: Plan, ids: list[str]) -> Receipts:
    """Clear findings of a plan.

    Parameters
    ----------
    hunter
        Whose shell is changed.
    plan
        What was previewed.
    ids
        Which findings of the plan to clear.

    Returns
    -------
    Receipts
        One receipt a finding; measured bytes add up to the total.

    Raises
    ------
    Refusal
        When something changed since the preview; nothing is cleared then.
    """
    found = [one for one in plan.found if one.finding.id in ids]
    verify(hunter, found, plan)
    graph = plan.checkup.case.graph
    results = [trial(graph, one.slots) for one in found]
    union = trial(graph, [s for one in found for s in one.slots])
    watched = _watch(plan, union)
    if all(slot.place != KEPT.place for one in found for slot in one.slots):
        trim()
    children = any(one.finding.kind == "child-processes" for one in found)
    before, rss_before = _resident(hunter, children), hunter.meter.rss()
    hunter.recorder.letting_go(slot for one in found for slot in one.slots)
    drops, last = [], before
    for one in found:
        for slot in one.slots:
            empty(hunter.shell, slot, graph)
        now = _resident(hunter, children)
        drops.append(max(last - now, 0))
        last = now
    if _alive(watched) or before - last < _ENOUGH * union.bytes:
        gc.collect()
    trim()
    after = _resident(hunter, children)
    total = max(before - after, 0)
    promised = [r.bytes + o.beyond for r, o in zip(results, found, strict=True)]
    measured = _share(total, drops, promised)
    still = at_once(picturing(hunter.shell, OBJECTS)) if _alive(watched) else None
    survivors = [
        [] if still is None else _survivors(one, r, watched, still)
        for one, r in zip(found, results, strict=True)
    ]
    receipts = [
        Receipt(
            id=one.finding.id,
            title=one.finding.title,
            predicted=result.bytes + one.beyond,
            measured=got,
            freed=max(result.bytes - sum(s.bytes for s in left), 0)
            + min(one.beyond, max(got - result.bytes, 0)),
            did=one.did,
            survivors=left,
        )
        for one, result, got, left in zip(
            found, results, measured, survivors, strict=True
        )
    ]
    lost = sum(s.bytes for left in survivors for s in left)
    return Receipts(
        id=f"r{next(_numbers)}",
        at=time.time(),
        receipts=receipts,
        predicted=union.bytes + sum(one.beyond for one in found),
        measured=total,
        freed=max(union.bytes - lost, 0)
        + min(sum(o.beyond for o in found), max(total - union.bytes, 0)),
        rss_before=rss_before,
        rss_after=hunter.meter.rss(),
        undo_until=None,
        undo_bytes=0,
        unsaved=plan.preview.totals.undo.unsaved,
    )


def _resident(hunter: Hunter, children: bool) -> int:
    """Private and shared resident bytes, the children's too where they are asked for.

    Mapped files come and go by themselves.
    """
    status = hunter.meter.status()
    own = status.rss if status.anon is None else status.anon + (status.shmem or 0)
    return own + (hunter.held_by_children() if children else 0)


def _watch(plan: Plan, result: Trial) -> dict[int, tuple[weakref.ref[Any], int]]:
    """Weak references to the big objects that should go, by node; what is only emptied stays."""
    graph = plan.checkup.case.graph
    slots = [slot for one in plan.found for slot in one.slots if slot in graph.cuts]
    emptied = {c.source for c in map(graph.cuts.get, slots) if c and c[0] == c[1]}
    return {
        big.node: (big.ref, big.bytes)
        for big in graph.bigs
        if big.node in result.freed - emptied and big.ref is not None
    }


def _alive(watched: dict[int, tuple[weakref.ref[Any], int]]) -> bool:
    return any(ref() is not None for ref, _ in watched.values())


def _share(total: int, drops: list[int], predicted: list[int]) -> list[int]:
    """Spread the measured total over the findings.

    Each gets the drop seen when it was cleared; what came back only at the end
    (cycles, memory held by the allocators) goes where it is missing.
    """
    seen = sum(drops)
    if seen >= total:
        return [drop * total // seen for drop in drops] if seen else drops
    missing = [max(p - d, 0) for p, d in zip(predicted, drops, strict=True)]
    rest, lack = total - seen, sum(missing)
    if not lack:
        missing, lack = (
            [max(p, 1) for p in predicted],
            sum(max(p, 1) for p in predicted),
        )
    return [d + rest * m // lack for d, m in zip(drops, missing, strict=True)]


def _survivors(
    found: Found,
    result: Trial,
    watched: dict[int, tuple[weakref.ref[Any], int]],
    now: Graph,
) -> list[Survivor]:
    """What should have gone with a finding and is still there, and who holds it now."""
    objects = [(watched[n][0](), watched[n][1]) for n in result.freed if n in watched]
    alive = {id(obj): size for obj, size in objects if obj is not None}
    if not alive:
        return []
    nodes = [node for node, key in enumerate(now.ids) if key in alive]
    held = Trial(outside=dict.fromkeys(nodes, 1))
    holders = holders_of(now, set(), held)
    size = sum(alive.values())
    return [Survivor(name=found.finding.title, bytes=size, holders=holders)]
