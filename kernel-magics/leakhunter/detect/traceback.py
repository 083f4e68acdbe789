"""``traceback``: a failed call whose locals are still held.

The last exception sits in up to eight places (``sys.last_*``, IPython's
traceback formatters, the last result); deleting ``sys.last_*`` alone frees
nothing.  An exception that the user keeps in a list does the same through its
``__traceback__``, with what it was chained or grouped with, and so does a
traceback that the user keeps by itself: of that only the frames' locals go.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leakhunter.detect.case import Candidate, Case, Deed, Grouped, Told
from leakhunter.detect.suspended_frame import of_traceback
from leakhunter.detect.words import listed, plural
from leakhunter.heap.cuts.suspended import PLACE as SUSPENDED
from leakhunter.heap.slots import Slot
from leakhunter.model import CellRun, Holder, Kind

KIND: Kind = "traceback"

LAST = ("sys", "formatter", "error")
"""Places of the last exception."""

KEPT = ("raised", SUSPENDED)
"""Places of what the user keeps."""

_SHOWN = 4


def candidates(case: Case) -> Iterator[Candidate]:
    """The last exception, and the exceptions that each name keeps."""
    last = tuple(s for s in case.graph.slots if s.place in LAST)
    if last:
        run = failed(case)
        number = run.run if run is not None else 0
        count = f"[{run.execution_count}]" if run is not None else "the last error"
        yield Candidate(
            KIND, last, (KIND, "last", number), f"traceback of {count}", safe=True
        )
    kept: dict[str, list[Slot]] = {}
    for slot, cut in case.graph.cuts.items():
        if slot.place == "raised" or _is_frame(case, slot):
            kept.setdefault(str(cut.root.key), []).append(slot)
    for name, slots in kept.items():
        use = case.uses.get(name)
        made = use.made.run if use is not None and use.made is not None else 0
        yield Candidate(KIND, tuple(slots), (KIND, name, made), name, safe=True)


def _is_frame(case: Case, slot: Slot) -> bool:
    """Is it a local in a frame of a traceback that a variable leads to?"""
    cut = case.graph.cuts[slot]
    named = slot.place == SUSPENDED and cut.root.place == "name"
    return named and of_traceback(case.graph, slot)


def failed(case: Case) -> CellRun | None:
    """The last run that failed."""
    return next((r for r in reversed(case.runs) if r.error is not None), None)


def tell(case: Case, group: Grouped) -> Told:
    """Words for tracebacks."""
    mine = [m for m in group.members if m.kind == KIND]
    others = [m for m in group.members if m.kind != KIND]
    kept = [m for m in mine if m.slots[0].place in KEPT]
    frames = _frames(case, group)
    run = failed(case)
    titles = [m.title for m in mine]
    where = f"[{run.execution_count}]" if run is not None else "the last error"
    if kept:
        names = listed([f"`{m.title}`" for m in kept])
        count = sum(s.place == "raised" for m in kept for s in m.slots)
        what = plural(count, "exception", "exceptions") if count else "A traceback"
        reason = f"{what} in {names} {_keeps(count or 1)} {_locals(frames)}."
    else:
        reason = f"The failed run of {where} keeps {_locals(frames)}."
    return Told(
        verdict="leak",
        label="Hidden",
        group="safe" if all(m.safe for m in group.members) else "check",
        part="traceback",
        title=", ".join([*titles, *(m.title for m in others)]),
        names=titles,
        path=[*(s.label for s in group.slots), *(f"{f}()" for f, _ in frames)],
        reason=reason,
        chain=_chain(group, frames),
        facts=_facts(group, frames, where, kept=bool(kept)),
        breaks=_breaks(kept, last=len(kept) < len(mine)),
        fix=_fix(kept),
        made_again=False,
    )


def _keeps(count: int) -> str:
    return "keeps" if count == 1 else "keep"


def _frames(case: Case, group: Grouped) -> list[tuple[str, list[str]]]:
    """Functions whose frames go, with the names of the locals that are worth it, the biggest first."""
    graph = case.graph
    found: dict[str, tuple[int, list[str]]] = {}
    # frames that go, and those that only lose their locals
    emptied = {graph.cuts[s].source for s in group.slots if s.place == SUSPENDED}
    for node in (group.freed.freed | emptied) & graph.frames.keys():
        function, names = graph.frames[node]
        sizes = {
            name: sum(
                graph.sizes[n] for n in graph.reach([child]) if n in group.freed.freed
            )
            for child, name in names.items()
            if child in group.freed.freed
        }
        big = sorted((n for n in sizes if sizes[n] >= 10**6), key=lambda n: -sizes[n])
        weight, known = found.get(function, (0, []))
        merged = list(dict.fromkeys([*known, *big]))
        found[function] = (weight + sum(sizes[n] for n in big), merged)
    ranked = sorted(found.items(), key=lambda item: -item[1][0])
    return [(function, names) for function, (weight, names) in ranked if weight][
        :_SHOWN
    ]


def _locals(frames: list[tuple[str, list[str]]]) -> str:
    names = [f"`{n}`" for _, ns in frames for n in ns][:3]
    if not frames:
        return "the locals of the calls that failed"
    if not names:
        return f"the locals of `{frames[0][0]}()`"
    return f"{'its local' if len(names) == 1 else 'its locals'} {listed(names)} of `{frames[0][0]}()`"


def _chain(group: Grouped, frames: list[tuple[str, list[str]]]) -> list[Holder]:
    slots = group.slots
    labels = [f"`{s.label}`" for s in slots if s.label != "sys.last_type"]
    more = [f"{len(labels) - 1} more"] if len(labels) > 1 else []
    last = slots[0].place in LAST
    chain = [
        Holder(
            role="root",
            label="Last exception" if last else "Notebook variables",
            note="Python and IPython keep it for %debug" if last else "",
        ),
        Holder(role="link", label=listed([*labels[:1], *more]), note="", stuck=True),
    ]
    function, names = frames[0] if frames else ("the failed call", [])
    note = listed([f"`{n}`" for n in names[:3]])
    label = f"locals of {function}()" if frames else function
    return [
        *chain,
        Holder(role="object", label=label, note=note, bytes=group.freed.bytes),
    ]


def _facts(
    group: Grouped, frames: list[tuple[str, list[str]]], where: str, *, kept: bool
) -> list[str]:
    facts = []
    if not kept:
        facts.append(
            f"{where} raised; {plural(len(group.slots), 'place keeps', 'places keep')} what it raised."
        )
    facts += [
        f"`{f}()` failed with {listed([f'`{n}`' for n in ns[:3]])} alive."
        for f, ns in frames
        if ns
    ]
    if not kept:
        facts.append("A cell that works does not free it; the next error replaces it.")
    return facts[:_SHOWN]


def _breaks(kept: Sequence[Candidate], *, last: bool) -> list[str]:
    places = {s.place for m in kept for s in m.slots}
    breaks = []
    if last:
        breaks.append("`%debug` and `%tb` can no longer look into it.")
    if "raised" in places:
        breaks.append("The exceptions stay; where they were raised is forgotten.")
    if SUSPENDED in places:
        breaks.append("The locals of the kept frames can no longer be looked at.")
    return breaks


def _fix(kept: list[Candidate]) -> str | None:
    if not kept:
        return None
    if all(s.place != "raised" for m in kept for s in m.slots):
        return f"del {kept[0].title}"
    return "errors.append(error.with_traceback(None))   # or keep str(error)"


def does(members: Sequence[Candidate]) -> Deed:
    """What clearing does."""
    slots = [slot for m in members for slot in m.slots]
    last = [s for s in slots if s.place in LAST]
    raised = sum(s.place == "raised" for s in slots)
    frames = len(slots) - len(last) - raised
    does, did = [], []
    if last:
        places = plural(len(last), "place", "places")
        does.append(f"Forget the last exception in {places}; `%debug` ends.")
        did.append(f"last exception forgotten in {places}")
    if raised:
        kept = plural(raised, "exception was", "exceptions were")
        does.append(f"Forget where {kept} raised; the exceptions stay.")
        did.append(f"forgotten where {kept} raised")
    if frames:
        does.append("Forget the locals of frames that a traceback keeps.")
        did.append("locals of kept frames forgotten")
    return Deed(" ".join(does), "; ".join(did))
