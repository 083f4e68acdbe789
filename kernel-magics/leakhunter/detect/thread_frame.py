"""``thread-frame``: what other threads were started with, and the locals of what they run.

A thread cannot be ended from outside, and its frame cannot be cleared while it
runs: so this is always advice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leakhunter.detect import held
from leakhunter.detect.case import Candidate, Case, Deed, Grouped, Told
from leakhunter.detect.words import listed, plural
from leakhunter.format import size_text
from leakhunter.heap.roots.threads import PLACE
from leakhunter.heap.slots import Slot, named
from leakhunter.model import Holder, Kind

KIND: Kind = "thread-frame"

_STARTED_WITH = frozenset({"target", "args", "kwargs", "call"})


def candidates(case: Case) -> Iterator[Candidate]:
    """What each thread holds on a way to something heavy; a walk begins at each of its parts."""
    threads: dict[str, list[Slot]] = {}
    for slot, node in case.graph.slots.items():
        if slot.place == PLACE and node in case.graph.ways.nodes:
            threads.setdefault(_thread(slot), []).append(slot)
    for thread, slots in threads.items():
        yield Candidate(KIND, tuple(slots), (KIND, thread), thread, safe=False)


def _thread(slot: Slot) -> str:
    return str(slot.key).rpartition(": ")[0]


def _local(slot: Slot) -> tuple[str, str]:
    """Name of a local and of its function, both empty for what is none."""
    part = str(slot.key).rpartition(": ")[2]
    name, _, function = part.removeprefix("local ").partition(" of ")
    return (name, function.partition("(")[0]) if function else ("", "")


def tell(case: Case, group: Grouped) -> Told:
    """Words for threads."""
    mine = [m for m in group.members if m.kind == KIND]
    threads = [m.title for m in mine]
    slots = [s for m in mine for s in m.slots if case.graph.slots[s] in _kept(group)]
    found = [_local(s) for s in slots]
    functions = list(dict.fromkeys(f for _, f in found if f))
    names = list(dict.fromkeys(n for n, _ in found if n))
    parts = [str(s.key).rpartition(": ")[2] for s in slots]
    attributes = [p for p in parts if " " not in p and p not in _STARTED_WITH]
    if names:
        keeps = f"its local {held.quoted(names)}"
    elif attributes:
        keeps = f"its attribute {held.quoted(attributes)}"
    else:
        keeps = "what it was started with"
    variables = _variables(case, slots)
    runs = f" runs `{functions[0]}()` and" if functions else ""
    reason = (
        f"Thread `{threads[0]}`{runs} keeps {keeps}, {size_text(group.freed.bytes)}."
    )
    if len(threads) > 1:
        size = size_text(group.freed.bytes)
        reason = f"{len(threads)} threads keep {'locals' if names else 'arguments'} of {listed(functions[:2]) or 'theirs'}, {size}."
    return Told(
        verdict="suspect" if _kept(group) & case.reached else "leak",
        label="Held",
        group="check",
        part="hidden",
        title=", ".join(threads),
        names=functions[:1] or threads[:1],
        path=[*threads, *functions, *names, *attributes, *variables],
        reason=reason + held.too(group, KIND),
        chain=[
            Holder(role="root", label="Running threads", note=""),
            Holder(role="link", label=held.quoted(threads), note=""),
            Holder(
                role="link",
                label=f"{functions[0]}()" if functions else "arguments",
                note="has not ended",
                stuck=True,
            ),
            _object(case, group, names),
        ],
        facts=[
            *held.let_go_facts(case, group.freed.gone),
            *([f"{held.quoted(variables)} is that thread."] if variables else []),
            "A thread keeps its locals for as long as it runs.",
        ],
        breaks=[],
        fix=_fix(threads[0], variables),
        made_again=False,
        exact_remedy=False,
    )


def _variables(case: Case, slots: Sequence[Slot]) -> list[str]:
    """Variables that hold the thread whose parts these are."""
    graph = case.graph
    parts = {graph.slots[s] for s in slots}
    found = []
    for slot, node in named(graph.slots):
        if graph.modules[node] != "builtins":
            near = [*graph.edges[node]]
            near += [
                m for n in near if graph.kinds[n] == "dict" for m in graph.edges[n]
            ]
            if node not in parts and not parts.isdisjoint(near):
                found.append(str(slot.key))
    return found


def _fix(thread: str, variables: Sequence[str]) -> str:
    timer = thread.endswith("(Timer)")
    if variables and timer:
        return f"{variables[0]}.cancel()"
    end = "# let their function return, then: for t in threads: t.join()"
    return (
        "import threading\n"
        f"threads = [t for t in threading.enumerate() if t.name.startswith({thread.partition(' ')[0]!r})]\n"
        f"{'for t in threads: t.cancel()' if timer else end}"
    )


def _kept(group: Grouped) -> set[int]:
    return group.freed.freed


def _object(case: Case, group: Grouped, names: Sequence[str]) -> Holder:
    kind, shape = held.biggest(case, group.freed.gone)
    label = f"local {held.quoted(names[:1])}" if names else kind
    return Holder(
        role="object",
        label=label,
        note=f"{kind} {shape}".strip() if names else shape,
        bytes=group.freed.bytes,
    )


def does(members: Sequence[Candidate]) -> Deed:
    """What would free it."""
    count = plural(len(members), "thread", "threads")
    return Deed(f"Let {count} end.", f"{count} ended")
