"""``suspended-frame``: calls that stopped half way, and frames that somebody kept.

A generator that was not used up, a coroutine that nobody awaited to its end
and a frame object in a list keep all locals of their function.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leakhunter.detect import held
from leakhunter.detect.case import Candidate, Case, Deed, Grouped, Told
from leakhunter.detect.words import listed, plural
from leakhunter.format import size_text
from leakhunter.heap.cuts.suspended import INSIDE, PLACE
from leakhunter.heap.graph import Graph
from leakhunter.heap.slots import Slot
from leakhunter.model import Holder, Kind

KIND: Kind = "suspended-frame"

_WORDS = {
    "generator": ("generator", "generators"),
    "coroutine": ("coroutine", "coroutines"),
    "async_generator": ("async generator", "async generators"),
    "frame": ("frame", "frames"),
}
_LEAST = 0.02
"""Share of what is held from which on a local is worth its name."""


def of_traceback(graph: Graph, slot: Slot) -> bool:
    """Does a traceback lead to this frame?"""
    cut = graph.cuts.get(slot)
    return cut is not None and any(graph.kinds[n] == "traceback" for n in cut.path)


def candidates(case: Case) -> Iterator[Candidate]:
    """Variables that lead to calls which have not ended; those of a traceback are told as that."""
    for name, found in held.cuts_by_name(case, PLACE).items():
        slots = [s for s in found if not of_traceback(case.graph, s)]
        if not slots:
            continue
        key = (KIND, name, held.made_in(case, name))
        yield Candidate(KIND, tuple(slots), key, name, safe=False)


def tell(case: Case, group: Grouped) -> Told:
    """Words for calls that stopped half way."""
    graph = case.graph
    names = held.names_of(group.members, KIND)
    slots = [s for m in group.members if m.kind == KIND for s in m.slots]
    calls = list(dict.fromkeys(graph.cuts[s].source for s in slots))
    kinds = {graph.kinds[n] for n in calls}
    functions = list(dict.fromkeys(_function(case, n) for n in calls))
    local = _locals(case, group, calls)
    size = size_text(group.freed.bytes)
    what = f"local{'' if len(local) == 1 else 's'} {held.quoted(local)}"
    keeps = f"{what if local else 'its locals'}, {size}"
    if len(calls) > 1:
        count = plural(len(calls), *_WORDS[min(kinds)])
        reason = f"{count} of `{functions[0]}()` in {held.quoted(names)} keep {keeps}."
    elif kinds == {"frame"}:
        reason = (
            f"{held.quoted(names)} keeps a frame of `{functions[0]}()` with {keeps}."
        )
    else:
        word = _WORDS[min(kinds)][0]
        reason = f"{word.capitalize()} `{slots[0].label}` has not ended; `{functions[0]}()` keeps {keeps}."
    return Told(
        verdict="suspect",
        label="Held",
        group="check",
        part="hidden",
        title=", ".join(names),
        names=names,
        path=[*dict.fromkeys(s.label for s in slots), *functions, *local],
        reason=reason + held.too(group, KIND),
        chain=held.chain(
            names,
            Holder(
                role="link",
                label=listed([f"{f}()" for f in functions[:2]]),
                note="a kept frame" if kinds == {"frame"} else "has not ended",
                stuck=True,
            ),
            (f"local {held.quoted(local)}" if local else "locals", ""),
            group.freed.bytes,
        ),
        facts=[
            *held.let_go_facts(case, group.freed.gone),
            *held.facts_of(case, names),
        ][:4],
        breaks=_breaks(slots, kinds),
        fix=_fix(slots, kinds),
        made_again=False,
        exact_remedy="async_generator" not in kinds,
    )


def _function(case: Case, node: int) -> str:
    graph = case.graph
    known = graph.suspended.get(node) or graph.frames.get(node)
    return known.function if known is not None else "a call"


def _locals(case: Case, group: Grouped, calls: Sequence[int]) -> list[str]:
    """Names of the locals that keep most, the biggest first."""
    graph = case.graph
    sizes: dict[str, int] = {}
    for node in calls:
        known = graph.suspended.get(node) or graph.frames.get(node)
        for child, name in known.names.items() if known is not None else ():
            size = sum(
                graph.sizes[n] for n in graph.reach([child]) if n in group.freed.freed
            )
            sizes[name] = sizes.get(name, 0) + size
    least = _LEAST * group.freed.bytes
    return sorted((n for n in sizes if sizes[n] > least), key=lambda n: -sizes[n])


def _breaks(slots: Sequence[Slot], kinds: set[str]) -> list[str]:
    ended = list(dict.fromkeys(s.label for s in slots))
    if kinds == {"frame"}:
        return ["The locals of the kept frames can no longer be looked at."]
    return [
        f"{held.quoted(ended)} {'gives' if len(ended) == 1 else 'give'} no more values; `finally` blocks run."
    ]


def _fix(slots: Sequence[Slot], kinds: set[str]) -> str:
    way = slots[0].label
    if INSIDE in way:
        return f"del {way.partition(' ')[0].partition('[')[0].partition('.')[0]}"
    if kinds == {"frame"}:
        return f"{way.partition(':')[0]}.clear()   # forgets the locals of the frame"
    if "async_generator" in kinds:
        return f"await {way}.aclose()"
    return f"{way}.close()"


def does(members: Sequence[Candidate]) -> Deed:
    """What clearing does."""
    count = len({s.label.partition(":")[0] for m in members for s in m.slots})
    calls = plural(count, "call", "calls")
    return Deed(
        f"End {calls} that stopped half way, or forget the locals of kept frames.",
        f"{calls} ended",
    )
