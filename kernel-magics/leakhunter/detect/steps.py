"""Joins leftovers that are steps of one computation into one finding.

``raw`` read only to make ``clean``, ``clean`` read only to make ``features``,
and none of them read after that: one cause, one row.  Each can still be
cleared by itself.  A chain is as safe to clear as its freshest step, so older
steps stay by themselves when they would have to wait for a smaller fresh one.
"""

from __future__ import annotations

from typing import NamedTuple

from leakhunter.detect import leftover
from leakhunter.detect.case import Case, Grouped
from leakhunter.heap.trial import trial

MOST = 6
"""Names in one finding; a longer chain would hide what it is made of."""


class _Step(NamedTuple):
    """Runs that made a group's variables, and those that read them."""

    made: frozenset[int]
    readers: frozenset[int]

    @property
    def later(self) -> frozenset[int]:
        """Runs that read them and did not make them: what comes next was made there."""
        return self.readers - self.made


def steps(case: Case, groups: list[Grouped]) -> list[Grouped]:
    """Groups with the chains among them joined, the earliest step first."""
    known = [_step(case, group) for group in groups]
    made_in: dict[int, list[int]] = {}
    for at, step in enumerate(known):
        for run in step.made if step is not None else ():
            made_in.setdefault(run, []).append(at)
    chains = [[at] for at in range(len(groups))]
    chain_of = [*chains]
    for at, step in enumerate(known):
        maker = _maker(at, step, known, made_in)
        if maker is None:
            continue
        mine, other = chain_of[at], chain_of[maker]
        members = sum(len(groups[n].members) for n in [*mine, *other])
        if mine is not other and members <= MOST:
            for one in mine:
                chain_of[one] = other
            other[:0] = mine
            mine.clear()
    return [
        joined
        for chain in chains
        if chain
        for joined in _join(case, [groups[at] for at in chain])
    ]


def _maker(
    at: int,
    step: _Step | None,
    known: list[_Step | None],
    made_in: dict[int, list[int]],
) -> int | None:
    """The first other group that was made in all runs that read this one later."""
    if step is None or not step.later:
        return None
    for other in made_in.get(min(step.later), ()):
        second = known[other]
        if other != at and second is not None and step.later <= second.made:
            return other
    return None


def _step(case: Case, group: Grouped) -> _Step | None:
    """A group of variables of which it is sure who reads them."""
    if any(m.kind != leftover.KIND for m in group.members):
        return None
    uses = [case.uses[m.title] for m in group.members]
    if any(u.doubt is not None for u in uses):
        return None
    made = frozenset(u.made.run for u in uses if u.made is not None)
    return _Step(made, frozenset(r.run for u in uses for r in u.readers))


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
