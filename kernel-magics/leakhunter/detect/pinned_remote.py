"""Remote functions of ray that captured a reference: the object stays in ray's store until ray stops.

What the kernel has mapped of the store is shared memory.  As long as a
variable still leads to a reference, what it stands for may be in use.
"""

from __future__ import annotations

from collections.abc import Iterator

from leakhunter.detect import held
from leakhunter.detect.case import Candidate, Case, Grouped, Told
from leakhunter.detect.catalogue import Known, fits, of_kind
from leakhunter.format import size_text
from leakhunter.heap.graph import BIG
from leakhunter.model import Holder, Kind

_REFERENCE = "ObjectRef"


def candidates(case: Case, kind: Kind) -> Iterator[Candidate]:
    """Remote functions, where shared memory stays although no variable leads to a reference."""
    record = _record(case, kind)
    if record is None:
        return
    graph = case.graph
    slots = tuple(
        slot
        for slot, node in graph.slots.items()
        if slot.place == "name" and fits(record, graph.modules[node], graph.kinds[node])
    )
    size = case.facts.shared - sum(case.facts.segments.values())
    if not slots or size < BIG:
        return
    if any(graph.kinds[node] == _REFERENCE for node in case.reached):
        return
    names = [str(slot.key) for slot in slots]
    title = ", ".join(names)
    run = held.made_in(case, names[0]) or None
    yield Candidate(
        kind, slots, (kind, record.library, *names), title, False, size, run
    )


def tell(case: Case, group: Grouped, kind: Kind) -> Told:
    """Words for what remote functions pin."""
    names = [str(slot.key) for slot in group.slots]
    record = _record(case, kind)
    size = size_text(group.freed.bytes)
    return Told(
        verdict="suspect",
        label="Held",
        group="check",
        part="shared",
        title=", ".join(names[: held.SHOWN]),
        names=names[: held.SHOWN],
        path=[*names, "ray"],
        reason=f"Ray's object store keeps {size} though no variable has a reference; cannot tell whether {held.quoted(names)} captured one.",
        chain=[
            Holder(role="root", label="ray", note="this job"),
            Holder(role="link", label=held.quoted(names), note="remote", stuck=True),
            Holder(
                role="object",
                label="object store",
                note="shared memory",
                bytes=group.freed.bytes,
            ),
        ],
        facts=[
            *([record.reason, f"See {record.link}"] if record is not None else []),
            "Deleting the function alone frees nothing.",
            *held.facts_of(case, names),
        ][:4],
        breaks=["All objects in the store and all actors are lost."],
        fix=record.fix if record is not None else "ray.shutdown()",
        made_again=False,
        exact_remedy=False,
    )


def _record(case: Case, kind: Kind) -> Known | None:
    """What the catalogue says of remote functions."""
    found = of_kind(kind, case.facts.versions)
    return next((r for r in found if r.library == "ray"), None)
