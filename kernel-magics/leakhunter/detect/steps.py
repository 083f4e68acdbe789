"""Joins leftovers that are steps of one computation into one finding.

``raw`` read only to make ``clean``, ``clean`` read only to make ``features``,
and none of them read after that: one cause, one row.  Each can still be
cleared by itself.  A chain is as safe to clear as its freshest step, so older
steps stay by themselves when they would have to wait for a smaller fresh one.
"""

from __future__ import annotations

from leakhunter.detect import leftover
from leakhunter.detect.case import Case, Grouped
from leakhunter.heap.trial import trial

MOST = 6
"""Names in one finding; a longer chain would hide what it is made of."""


def steps(case: Case, groups: list[Grouped]) -> list[Grouped]:
    """Groups with the chains among them joined, the earliest step first."""
    chains = [[g] for g in groups]
    for group in groups:
        maker = next(
            (g for g in groups if g is not group and _leads_to(case, group, g)), None
        )
        if maker is None:
            continue
        mine = next(c for c in chains if group in c)
        other = next(c for c in chains if maker in c)
        if mine is not other and sum(len(g.members) for g in [*mine, *other]) <= MOST:
            other[:0] = mine
            chains.remove(mine)
    return [joined for chain in chains for joined in _join(case, chain)]


def _leads_to(case: Case, first: Grouped, second: Grouped) -> bool:
    """Was the first read only to make the second (or another part of itself)?"""
    members = [*first.members, *second.members]
    if any(m.kind != leftover.KIND for m in members):
        return False
    uses = [case.uses[m.title] for m in members]
    if any(u.doubt is not None for u in uses):
        return False
    made = {u.made.run for u in uses if u.made is not None}
    own = {u.made.run for u in uses[: len(first.members)] if u.made is not None}
    readers = {r.run for u in uses[: len(first.members)] for r in u.readers}
    return bool(readers - own) and readers <= made


def _join(case: Case, chain: list[Grouped]) -> list[Grouped]:
    """One group of a chain, or two: what is safe already and what is not."""
    fresh = [g for g in chain if not all(m.safe for m in g.members)]
    settled = [g for g in chain if g not in fresh]
    if sum(g.freed.bytes for g in fresh) < sum(g.freed.bytes for g in settled):
        return [_one(case, part) for part in (settled, fresh) if part]
    return [_one(case, chain)]


def _one(case: Case, chain: list[Grouped]) -> Grouped:
    if len(chain) == 1:
        return chain[0]
    members = tuple(m for group in chain for m in group.members)
    freed = trial(case.graph, [slot for m in members for slot in m.slots])
    return Grouped(members, freed, tuple(chain))
