"""``async-task``: tasks that wait for ever, and finished ones that keep an exception or a result.

A pending task keeps all locals of its coroutines.  It ends by being cancelled,
and only when the event loop runs next: so that is advice, except where
deleting one unread variable takes the task with it.  A task that failed keeps
the frames of the failure through its exception, as an exception in a list does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leakhunter.detect import held
from leakhunter.detect.case import Candidate, Case, Deed, Grouped, Told
from leakhunter.detect.leftover import is_leftover
from leakhunter.detect.words import listed
from leakhunter.format import size_text
from leakhunter.heap.cuts import suspended
from leakhunter.heap.graph import BIG, Cut
from leakhunter.heap.slots import Slot
from leakhunter.model import Holder, Kind

KIND: Kind = "async-task"

_KINDS = frozenset({"Task", "Future", "_GatheringFuture"})
_MODULES = frozenset(
    {"_asyncio", "asyncio.tasks", "asyncio.futures", "concurrent.futures._base"}
)
_HALF = 0.5
_NO_RESULTS = suspended.KINDS | {"traceback", "builtin_function_or_method", "Context"}
"""Of what a task refers to: its call, its failure, and who waits for it."""


def candidates(case: Case) -> Iterator[Candidate]:
    """Pending tasks by their function, failed ones and results by the variable that leads to them."""
    yield from _pending(case)
    failed: dict[str, list[Slot]] = {}
    for slot, cut in case.graph.cuts.items():
        raised = slot.place == "raised" or case.graph.kinds[cut.source] == "frame"
        if raised and _tasks_on(case, cut):
            failed.setdefault(str(cut.root.key), []).append(slot)
    for name, slots in failed.items():
        key = (KIND, "failed", name, held.made_in(case, name))
        yield Candidate(KIND, tuple(slots), key, name, safe=False)
    yield from _results(case)


def _tasks_on(case: Case, cut: Cut) -> list[int]:
    return [n for n in cut.path if _is_task(case, n)]


def _is_task(case: Case, node: int) -> bool:
    return case.graph.kinds[node] in _KINDS and case.graph.modules[node] in _MODULES


def _pending(case: Case) -> Iterator[Candidate]:
    graph = case.graph
    by_function: dict[str, list[Slot]] = {}
    for slot, cut in graph.cuts.items():
        if cut.source in graph.suspended and _tasks_on(case, cut):
            function = graph.suspended[cut.source].function
            by_function.setdefault(function, []).append(slot)
    for function, slots in by_function.items():
        alone = _only_name(case, slots)
        own = tuple(slots) if alone is None else (alone,)
        yield Candidate(KIND, own, (KIND, "pending", function), function, safe=False)


def _only_name(case: Case, slots: Sequence[Slot]) -> Slot | None:
    """The variable that alone keeps these tasks, if no cell reads it any more."""
    graph = case.graph
    holders = {graph.ways.holder.get(graph.cuts[s].source, 0) for s in slots}
    names = graph.ways.names.get(next(iter(holders)), []) if len(holders) == 1 else []
    use = case.uses.get(str(names[0].key)) if len(names) == 1 else None
    return names[0] if use is not None and is_leftover(use) else None


def _results(case: Case) -> Iterator[Candidate]:
    """Variables that hold results through finished tasks, and little else."""
    ways = case.graph.ways
    tasks = {
        n for n in ways.kinds(_KINDS) if _is_task(case, n) and _has_result(case, n)
    }
    for node, slots in ways.names.items() if tasks else ():
        alone = ways.alone(node)
        through = ways.weight(ways.through(node, tasks))
        if through >= BIG and through > _HALF * ways.weight(alone):
            for slot in slots:
                name = str(slot.key)
                key = (KIND, "result", name, held.made_in(case, name))
                yield Candidate(KIND, (slot,), key, name, safe=False)


def _has_result(case: Case, task: int) -> bool:
    """Is it done, and leads to something heavy that is neither its call, nor its failure, nor what waits for it?"""
    graph, ways = case.graph, case.graph.ways
    if any(n == task for s, n in graph.slots.items() if s.place == "task"):
        return False
    return any(
        n in ways.nodes
        and not _is_task(case, n)
        and n not in graph.exceptions
        and _NO_RESULTS.isdisjoint(_kinds_near(case, n))
        for n in graph.edges[task]
    )


def _kinds_near(case: Case, node: int) -> set[str]:
    """Kinds of an object and, for a list of callbacks, of what is in its tuples."""
    graph = case.graph
    kinds = {graph.kinds[node]}
    if kinds <= {"list", "tuple"}:
        inside = [n for n in graph.edges[node] if n in graph.ways.nodes]
        kinds |= {graph.kinds[n] for n in inside}
        kinds |= {graph.kinds[m] for n in inside for m in graph.edges[n]}
    return kinds


def tell(case: Case, group: Grouped) -> Told:
    """Words for tasks: pending ones first, then what finished ones keep."""
    mine = [m for m in group.members if m.kind == KIND]
    sorts = {str(m.key[1]) for m in mine}
    names = held.names_of(group.members, KIND)
    size = size_text(group.freed.bytes)
    if "pending" in sorts:
        link = Holder(role="link", label="asyncio task", note="waits", stuck=True)
        local = _locals(case, group)
        what = f"its local {held.quoted(local[:1])}, {size}" if local else size
        count = len(_calls(case, group))
        who = f"{count} tasks" if count > 1 else "A task"
        verb = "wait and keep" if count > 1 else "waits and keeps"
        reason = f"{who} of `{names[0]}()` still {verb} {what}."
        path = [*_ways(case, group), *names, *local]
        fix = f"for task in asyncio.all_tasks():\n    if task.get_coro().__name__ == {names[0]!r}:\n        task.cancel()"
    elif "failed" in sorts:
        link = Holder(role="link", label="exception", note="of a task", stuck=True)
        reason = f"A failed task in {held.quoted(names)} keeps the locals of its call, {size}."
        path = [*names, *_functions(case, mine)]
        fix = f"del {names[0]}   # once its exception has been looked at"
    else:
        link = Holder(role="link", label="result", note="of a task", stuck=True)
        reason = f"Finished tasks in {held.quoted(names)} keep their results, {size}."
        path = names
        fix = f"del {names[0]}   # once the results have been taken"
    exact = not any(
        case.graph.cuts[slot].source in case.graph.suspended
        for m in mine
        for slot in m.slots
        if slot in case.graph.cuts
    )
    keys = [*names, *(str(s.key) for s in group.slots)]
    variables = list(dict.fromkeys(n for n in keys if n in case.uses))
    return Told(
        verdict="suspect" if _reached(case, group) else "leak",
        label="Held",
        group="check",
        part="hidden",
        title=", ".join(names),
        names=list(dict.fromkeys([*names, *variables])),
        path=list(dict.fromkeys(path)),
        reason=reason + held.too(group, KIND),
        chain=held.chain(
            names, link, held.biggest(case, group.freed.gone), group.freed.bytes
        ),
        facts=[
            *held.let_go_facts(case, group.freed.gone),
            *held.facts_of(case, variables),
        ][:4],
        breaks=_breaks(sorts, names, exact=exact),
        fix=fix,
        made_again=False,
        exact_remedy=exact,
    )


def _reached(case: Case, group: Grouped) -> bool:
    """Does a variable lead to it?"""
    ways = case.graph.ways
    return any(ways.to(n) for n in group.freed.freed if n in ways.nodes)


def _calls(case: Case, group: Grouped) -> list[int]:
    return [n for n in case.graph.suspended if n in group.freed.freed]


def _locals(case: Case, group: Grouped) -> list[str]:
    """Names of the locals that go, the biggest first."""
    graph = case.graph
    sizes = {
        name: graph.sizes[child]
        for call in _calls(case, group)
        for child, name in graph.suspended[call].names.items()
        if child in group.freed.freed and child in graph.ways.nodes
    }
    return sorted(sizes, key=lambda name: -sizes[name])


def _functions(case: Case, mine: Sequence[Candidate]) -> list[str]:
    """Functions whose locals are kept."""
    frames, cuts = case.graph.frames, case.graph.cuts
    starts = {cuts[s].source for m in mine for s in m.slots if s in cuts}
    inside = case.graph.reach(starts)
    return [frames[n].function for n in inside if n in frames and frames[n].names]


def _ways(case: Case, group: Grouped) -> list[str]:
    """Variables through which the tasks can be reached."""
    calls = set(_calls(case, group))
    roots = [c.root for c in case.graph.cuts.values() if c.source in calls]
    return list(dict.fromkeys(str(r.key) for r in roots if r.place == "name"))


def _breaks(sorts: set[str], names: Sequence[str], *, exact: bool) -> list[str]:
    breaks = []
    if "pending" in sorts and exact:
        breaks.append(f"The task of `{names[0]}()` ends; asyncio logs that.")
    if "failed" in sorts:
        breaks.append("The exceptions stay; where they were raised is forgotten.")
    return breaks


def does(members: Sequence[Candidate]) -> Deed:
    """What clearing does."""
    names = [f"`{s.label}`" for m in members for s in m.slots if s.place == "name"]
    does, did = [], []
    if names:
        does.append(f"Delete {listed(names)}; the tasks go with it.")
        did.append(f"{listed(names)} deleted")
    if any(m.key[1] == "failed" for m in members):
        does.append("Forget the locals of the calls that failed.")
        did.append("locals of failed calls forgotten")
    if not does:
        return Deed("Cancel the tasks.", "tasks cancelled")
    return Deed(" ".join(does), "; ".join(did))
