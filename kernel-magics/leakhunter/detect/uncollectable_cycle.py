"""``uncollectable-cycle``: garbage that no collection frees.

One reference of the cycle is out of the collector's sight, in an array of
objects or in C code, so it takes the cycle for something held from outside.
Nothing leads to it; only breaking the cycle frees it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leakhunter.detect.case import Candidate, Case, Deed, Grouped, Told
from leakhunter.detect.ref_cycle import telling
from leakhunter.detect.words import listed, plural
from leakhunter.format import size_text
from leakhunter.heap.slots import STUCK
from leakhunter.model import Holder, Kind

KIND: Kind = "uncollectable-cycle"

_SHOWN = 2


def candidates(case: Case) -> Iterator[Candidate]:
    """All that is stuck, as one."""
    if case.graph.stuck:
        title = plural(len(case.graph.stuck), "object", "objects")
        yield Candidate(KIND, (STUCK,), (KIND,), title, safe=False)


def tell(case: Case, group: Grouped) -> Told:
    """Words for a cycle that no collection frees."""
    graph = case.graph
    names = telling(graph, graph.stuck)[:_SHOWN]
    of = listed([f"`{n}`" for n in names]) or "objects"
    size = size_text(group.freed.bytes)
    kinds = {graph.kinds[n] for n in graph.stuck}
    where = "an array of objects" if "ndarray" in kinds else "native code"
    exact = "ndarray" in kinds
    return Told(
        verdict="leak",
        label="Stuck",
        group="check",
        part="garbage",
        title=", ".join(names) or group.members[0].title,
        names=names or ["garbage"],
        path=[*names, "garbage"],
        reason=f"{of} hold each other through {where}: `gc.collect()` cannot free {size}.",
        chain=[
            Holder(role="root", label="Nothing", note="no variable and no registry"),
            Holder(role="link", label="reference cycle", note=where, stuck=True),
            Holder(
                role="object",
                label="garbage",
                note=plural(len(graph.stuck), "object", "objects"),
                bytes=group.freed.bytes,
            ),
        ],
        facts=[
            f"The collector does not see the reference in {where}.",
            "Nothing else refers to them: they stay until the kernel ends.",
        ],
        breaks=[],
        fix="import weakref\n# in the array: weakref.ref(obj) in place of obj"
        if exact
        else None,
        made_again=False,
        exact_remedy=exact,
    )


def does(members: Sequence[Candidate]) -> Deed:  # noqa: ARG001 - the interface of a detector
    """What breaking the cycle does."""
    return Deed(
        "Empty the arrays that close the cycles; nothing of yours refers to them.",
        "cycles broken",
    )
