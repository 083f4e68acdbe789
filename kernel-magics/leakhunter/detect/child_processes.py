"""``child-processes``: workers left running, with memory of their own beside the kernel's.

A pool that nobody closed, a loader's workers that persist, joblib's executor:
between two cells they wait, and keep what the last work left in them.  They
are told by what starts them.  A process that a cell started by itself is the
user's, and perhaps still needed.  Only memory that goes with them counts: what
a child holds alone, and what they hold together when all forks are told as
one.  Pages that they share with the kernel since the fork are no one's gain.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from leakhunter.detect.case import Candidate, Case, Deed, Grouped, Told
from leakhunter.detect.leftover import is_leftover
from leakhunter.detect.words import listed, plural
from leakhunter.format import size_text
from leakhunter.heap.graph import BIG
from leakhunter.heap.slots import CHILD, Slot
from leakhunter.model import Holder, Kind
from leakhunter.record.children import Child

KIND: Kind = "child-processes"

_LEAST = 10 * BIG
"""A fresh worker of Python has nearly as much."""

_POOLS = ("Pool", "DataLoader", "ProcessPoolExecutor", "_ReusablePoolExecutor")
"""What keeps workers waiting, by class."""

_LOKY = "loky"

_FIXES = {
    "Pool": "{0}.terminate()\n{0}.join()",
    "DataLoader": "{0}._iterator = None   # or del {0}",
    "ProcessPoolExecutor": "{0}.shutdown()",
    _LOKY: "from joblib.externals.loky import get_reusable_executor\n"
    "get_reusable_executor().shutdown(wait=True)",
    "Process": "{0}.terminate()",
    "Popen": "{0}.terminate()",
}


class _Owner(NamedTuple):
    """What stands for some children: the name that leads to it, and its kind."""

    name: str
    kind: str


def candidates(case: Case) -> Iterator[Candidate]:
    """The children of each owner as one."""
    for owner, children in _owned(case).items():
        size = sum(child.bytes or 0 for child in children) + _kin(case, children)
        if size < _LEAST or not _is_told(case, owner):
            continue
        runs = [child.run for child in children if child.run is not None]
        yield Candidate(
            KIND, (Slot(CHILD, owner.name),), (KIND, owner.name), owner.name,
            safe=False, bytes=size, run=max(runs, default=None),
        )  # fmt: skip


def _is_told(case: Case, owner: _Owner) -> bool:
    """Do they wait for work, or does no cell name what stands for them any more?"""
    use = case.uses.get(owner.name)
    if owner.kind in (*_POOLS, _LOKY):
        return use is None or use.next_reader is None
    return use is not None and is_leftover(use)


def _owned(case: Case) -> dict[_Owner, list[Child]]:
    """Running children by owner; helpers of multiprocessing belong to nobody."""
    found: dict[_Owner, list[Child]] = {}
    for child, node in case.facts.children:
        if child.alive and not child.helper:
            found.setdefault(_owner(case, child, node), []).append(child)
    return found


def _kin(case: Case, children: Sequence[Child]) -> int:
    """What these hold together and no other process does."""
    all_of_them = sum(child.kin for child, _ in case.facts.children if child.alive)
    these = sum(child.kin for child in children)
    return these if these == all_of_them else 0


def _owner(case: Case, child: Child, node: int | None) -> _Owner:
    if child.name.startswith("LokyProcess"):
        return _Owner(_LOKY, _LOKY)
    names = {} if node is None else _names(case, node)
    for name, kind in names.items():
        if kind in _POOLS:
            return _Owner(name, kind)
    if names and node is not None:
        return _Owner(next(iter(names)), _kind(case, node))
    pooled = "PoolWorker" in child.name
    return _Owner("Pool" if pooled else child.name, "Pool" if pooled else "")


def _names(case: Case, node: int) -> dict[str, str]:
    """Variables that lead to an object, with the kinds of their values."""
    graph = case.graph
    leading = graph.leading_to([node])
    return {
        str(slot.key): graph.kinds[n]
        for slot, n in graph.slots.items()
        if slot.place == "name" and n in leading
    }


def _kind(case: Case, node: int) -> str:
    return "Popen" if case.graph.kinds[node] == "Popen" else "Process"


def tell(case: Case, group: Grouped) -> Told:
    """Words for children that were left running."""
    name = group.members[0].title
    owner, children = next((o, c) for o, c in _owned(case).items() if o.name == name)
    size = size_text(group.freed.bytes)
    what = {
        "DataLoader": "loader", "Process": "process", "Popen": "program",
    }.get(owner.kind, "pool")  # fmt: skip
    workers = plural(len(children), "process", "processes")
    named = Slot("name", name) in case.graph.slots
    if owner.kind in (*_POOLS, _LOKY):
        workers = plural(len(children), "worker process", "worker processes")
        who = f"The {what} `{name}`" if named else f"A {what} that no variable names"
        if owner.kind == _LOKY:
            who = "joblib's executor"
        reason = f"{who} keeps {workers} waiting, with {size} of their own."
    else:
        reason = f"`{name}` left {workers} running, with {size} of memory of their own."
    facts = [
        f"{child.name} ({child.pid}) holds {size_text(child.bytes or 0)} alone."
        for child in children[:3]
    ]
    if kin := _kin(case, children):
        facts.append(
            f"Together they hold {size_text(kin)} that the kernel has changed since."
        )
    facts.append("Memory that they share with the kernel is not counted.")
    if owner.kind == _LOKY:
        facts.append("They end by themselves after 300 s without work.")
    exact = owner.kind == _LOKY or (owner.kind in _POOLS and named)
    fix = _FIXES.get(owner.kind) if named or owner.kind == _LOKY else None
    return Told(
        verdict="leak" if owner.kind in (*_POOLS, _LOKY) else "suspect",
        label="Open",
        group="check",
        part="libraries",
        title=name,
        names=[name],
        path=[
            name,
            *(["joblib", "get_reusable_executor"] if owner.kind == _LOKY else []),
        ],
        reason=reason,
        chain=[
            Holder(role="root", label=f"`{name}`", note=owner.kind),
            Holder(role="link", label=workers, note="wait for work", stuck=True),
            Holder(
                role="object",
                label=listed(sorted({child.name for child in children})[:2]),
                note="memory outside of the kernel",
                bytes=group.freed.bytes,
            ),
        ],
        facts=facts,
        breaks=[f"Work that `{name}` has not finished is lost."],
        fix=fix.format(name) if fix is not None else None,
        made_again=True,
        exact_remedy=exact,
    )


def does(members: Sequence[Candidate]) -> Deed:
    """What ending workers does."""
    names = listed([f"`{m.title}`" for m in members])
    return Deed(f"End the worker processes of {names}.", "workers ended")
