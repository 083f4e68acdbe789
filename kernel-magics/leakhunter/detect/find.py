"""From candidates to ranked findings."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass, replace
from itertools import count
from types import ModuleType

import msgspec

from leakhunter.cells import ref_of
from leakhunter.detect import DETECTORS, leftover, output_history
from leakhunter.detect.case import Candidate, Case, Deed, Grouped, Told
from leakhunter.detect.fingerprint import apart, fingerprint
from leakhunter.detect.made import imports, risen, rose, unsaid
from leakhunter.detect.steps import steps
from leakhunter.heap.graph import BIG
from leakhunter.heap.marks import Marks
from leakhunter.heap.slots import Slot
from leakhunter.heap.trial import joining, trial
from leakhunter.model import CellRef, Finding, Remedy
from leakhunter.slices import at_once

LEAST = BIG
"""Bytes below which nothing is worth a finding."""


@dataclass(frozen=True)
class Found:
    """A finding with the slots that clearing it empties.

    ``did`` says on a receipt what was done.  ``parts`` can be cleared one by
    one; a finding that frees only as a whole has none.  ``beyond`` are bytes
    that go too and are not in the picture: other processes, allocators; less
    what copies take that are put in the place of what goes.
    """

    finding: Finding
    slots: tuple[Slot, ...]
    did: str
    parts: tuple[Found, ...] = ()
    beyond: int = 0


class Ids:
    """Ids of findings, unique in the kernel's life: the same thing keeps its id."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], str] = {}
        self._next = count(1)

    def of(self, key: tuple[object, ...]) -> str:
        """The id of what has this key."""
        if key not in self._known:
            self._known[key] = f"f{next(self._next)}"
            while len(self._known) > 10_000:  # noqa: PLR2004 - far beyond what a session finds
                del self._known[next(iter(self._known))]
        return self._known[key]

    def given(self, identity: str) -> bool:
        """Was this id ever handed out?"""
        return identity in self._known.values()


def named(case: Case, ids: Ids, name: str) -> Found | None:
    """A variable that the user names, whether it is a finding or not."""
    slot = Slot("name", name)
    use = case.uses.get(name)
    if use is None or slot not in case.graph.slots:
        return None
    made = use.made.run if use.made is not None else 0
    member = Candidate(leftover.KIND, (slot,), ("named", name, made), name, safe=False)
    return _found(case, Grouped((member,), trial(case.graph, [slot])), ids)


def shown(case: Case, ids: Ids, label: str) -> Found | None:
    """An output that the user names as ``Out[6]``, whether it is a finding or not."""
    for slots in case.outputs:
        if any(s.place == "out" and s.label == label for s in slots):
            key = ("shown", label)
            member = Candidate(
                output_history.KIND, tuple(slots), key, label, safe=False
            )
            return _found(case, Grouped((member,), trial(case.graph, slots)), ids)
    return None


def groups(case: Case) -> Generator[None, None, list[Grouped]]:
    """Candidates of all detectors, joined where they free their memory only together; in slices."""
    candidates = yield from _unclaimed(case)
    measured = [c for c in candidates if c.bytes is not None]
    worth = []
    for candidate in candidates:
        if candidate.bytes is None:
            yield
            if _may_matter(case, candidate):
                worth.append(candidate)
    yield
    joined = yield from joining(case.graph, [list(c.slots) for c in worth], LEAST)
    found = []
    for indexes in joined:
        yield
        members = tuple(worth[i] for i in indexes)
        freed = trial(case.graph, [slot for m in members for slot in m.slots])
        if freed.bytes >= LEAST:
            found.append(Grouped(_lean(case, members, freed.bytes), freed))
    once = yield from _once(case, found)
    return [
        *once,
        *(
            Grouped(
                (c,),
                replace(trial(case.graph, c.slots), bytes=c.bytes or 0, exact=False),
            )
            for c in measured
            if (c.bytes or 0) >= LEAST
        ),
    ]


def _unclaimed(case: Case) -> Generator[None, None, list[Candidate]]:
    """Candidates of all detectors; a slot belongs to the first that names it."""
    taken: set[Slot] = set()
    found: list[Candidate] = []
    for detector in DETECTORS:
        mine = [c for c in _candidates(case, detector) if taken.isdisjoint(c.slots)]
        taken.update(slot for c in mine for slot in c.slots)
        found += mine
        yield
    return found


def _candidates(case: Case, detector: ModuleType) -> list[Candidate]:
    """What a detector points at; nothing from one that fails."""
    try:
        return list(detector.candidates(case))
    except Exception:  # noqa: BLE001 - the others' answers stay right
        case.broken.add(detector.KIND)
        return []


def _rank(group: Grouped) -> int:
    """Place of a group's kind among the detectors."""
    kinds = {m.kind for m in group.members}
    return next(i for i, d in enumerate(DETECTORS) if d.KIND in kinds)


def _once(case: Case, found: list[Grouped]) -> Generator[None, None, list[Grouped]]:
    """Groups without those whose memory an earlier kind frees too: nothing is told twice."""
    told = Marks(case.graph.sizes)
    kept = []
    for group in sorted(found, key=_rank):
        yield
        if told.fresh(group.freed.gone) * 2 >= group.freed.bytes:
            told.add(group.freed.gone)
            kept.append(group)
    return kept


def _may_matter(case: Case, candidate: Candidate) -> bool:
    """Does the candidate reach enough bytes at all?"""
    reached = case.graph.reach(case.graph.starts(candidate.slots))
    return case.graph.weight(reached) >= LEAST


def _lean(
    case: Case, members: tuple[Candidate, ...], frees: int
) -> tuple[Candidate, ...]:
    """Drop members without which just as much is freed."""
    kept = list(members)
    for member in sorted(members, key=lambda m: len(m.slots)):
        rest = [s for m in kept if m is not member for s in m.slots]
        if len(kept) > 1 and frees - trial(case.graph, rest).bytes < LEAST // 100:
            kept.remove(member)
    return tuple(kept)


def findings(case: Case, ids: Ids) -> list[Found]:
    """Findings of all detectors, with fingerprints of their own."""
    return at_once(finding(case, ids))


def finding(case: Case, ids: Ids) -> Generator[None, None, list[Found]]:
    """The same in slices."""
    found = []
    for group in steps(case, (yield from groups(case))):
        one = _told(case, group, ids)
        if one is not None:
            found.append(one)
        yield
    signs = apart(one.finding.fingerprint for one in found)
    return [_signed(one, sign) for one, sign in zip(found, signs, strict=True)]


def ranked(found: Iterable[Found]) -> list[Found]:
    """In the order of the screen: by group, the biggest first."""
    order = {"safe": 0, "check": 1, "not-a-leak": 2, "expected": 3}
    return sorted(
        found, key=lambda f: (order[f.finding.group], -f.finding.frees, f.finding.id)
    )


def _signed(found: Found, sign: str) -> Found:
    finding = msgspec.structs.replace(found.finding, fingerprint=sign)
    return replace(found, finding=finding)


def _told(case: Case, group: Grouped, ids: Ids) -> Found | None:
    """The finding; ``None`` where the detector cannot put it into words."""
    try:
        return _found(case, group, ids)
    except Exception:  # noqa: BLE001 - the others' answers stay right
        case.broken.update(m.kind for m in group.members)
        return None


def _found(case: Case, group: Grouped, ids: Ids) -> Found:
    detector = DETECTORS[_rank(group)]
    told = detector.tell(case, group)
    cell = _born(case, group)
    key = tuple(m.key for m in group.members)
    identity = ids.of(key)
    copies = sum(m.copies for m in group.members)
    frees = group.freed.bytes - copies
    finding = Finding(
        id=identity,
        fingerprint=fingerprint(case, detector.KIND, told.names, cell),
        kind=detector.KIND,
        verdict=told.verdict,
        label=told.label,
        group=told.group,
        part=told.part,
        title=told.title,
        type=told.chain[-1].label,
        bytes=group.freed.bytes,
        frees=frees,
        exact=group.freed.exact,
        cell=cell,
        names=told.names,
        path=told.path,
        reason=told.reason,
        chain=told.chain,
        facts=told.facts,
        breaks=told.breaks,
        fix=told.fix,
        does=_deed(group).does,
        made_again=told.made_again,
        remedy=_remedy(group, identity, told, frees),
    )
    parts = [_part(finding, part, i) for i, part in enumerate(group.parts, 1)]
    beyond = sum(_beyond(case, m) for m in group.members) - copies
    return Found(finding, tuple(group.slots), _deed(group).did, tuple(parts), beyond)


def _beyond(case: Case, member: Candidate) -> int:
    """Bytes that a candidate frees beyond what the picture says."""
    if member.bytes is None:
        return 0
    return max(member.bytes - trial(case.graph, member.slots).bytes, 0)


def _remedy(group: Grouped, identity: str, told: Told, frees: int) -> Remedy:
    if told.exact_remedy and all(m.exact for m in group.members):
        return Remedy(
            action="clear", code=f"%leakcheck clear {identity} --yes", frees=frees
        )
    return Remedy(action="advice", code=told.code or told.fix, frees=frees)


def _part(whole: Finding, part: Grouped, number: int) -> Found:
    """One part of a finding, to be previewed and cleared by itself."""
    names = [m.title for m in part.members]
    finding = msgspec.structs.replace(
        whole,
        id=f"{whole.id}.{number}",
        title=", ".join(names),
        bytes=part.freed.bytes,
        frees=part.freed.bytes,
        exact=part.freed.exact,
        names=names,
        does=_deed(part).does,
        breaks=[b for b in whole.breaks if any(f"`{n}`" in b for n in names)],
    )
    return Found(finding, tuple(part.slots), _deed(part).did)


def _deed(group: Grouped) -> Deed:
    """What clearing a group does, one sentence a kind."""
    deeds = []
    for detector in DETECTORS:
        mine = [m for m in group.members if m.kind == detector.KIND]
        if mine:
            deeds.append(detector.does(mine))
    return Deed(" ".join(d.does for d in deeds), "; ".join(d.did for d in deeds))


def _counted(case: Case, group: Grouped) -> bool:
    """Is most of it numpy's, of which the run is known that made it?"""
    graph = case.graph
    biggest = max(group.freed.gone, key=lambda n: graph.sizes[n], default=0)
    return graph.modules[biggest].partition(".")[0] == "numpy"


def _born(case: Case, group: Grouped) -> CellRef | None:
    """The cell that made most of what is held."""
    known = [m.run for m in group.members if m.run is not None]
    told = case.run(known[0]) if known else None
    if told is not None:
        return ref_of(told)
    weight: dict[int, int] = {}
    for node in case.births.keys() & group.freed.gone:
        number = case.births[node]
        weight[number] = weight.get(number, 0) + case.graph.sizes[node]
    born = case.run(max(weight, key=lambda run: weight[run])) if weight else None
    if born is None:
        shown = [s.execution_count for s in group.slots if s.execution_count]
        uses = [case.uses[str(s.key)] for s in group.slots if str(s.key) in case.uses]
        made = [use.made.count for use in uses if use.made is not None]
        born = case.run_of_count(next(iter([*shown, *made]), None))
    if born is None or not rose(born, group.freed.bytes):
        born = risen(case, group.freed.bytes) or born
    elif imports(case, born) and not _counted(case, group):
        born = unsaid(case, group.freed.bytes) or born
    return None if born is None else ref_of(born)
