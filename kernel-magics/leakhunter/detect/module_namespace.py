"""``module-namespace``: data that lives on in a script's or a module's globals.

``%run`` copies a script's globals into the notebook, and IPython keeps the
script's own too: deleting the name frees nothing.  A module of the user's keeps
its data for as long as the kernel runs, whether a cell still reads it or not.
What a library's module or class holds is told only when it was the user's:
when a variable named it that is gone, or when a cell put it there.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial

from leakhunter.detect import patched
from leakhunter.detect.case import Candidate, Case, Deed, Grouped, Told
from leakhunter.detect.leftover import is_leftover
from leakhunter.detect.made import chip
from leakhunter.detect.patched import Patches
from leakhunter.detect.words import listed
from leakhunter.format import size_text
from leakhunter.heap.cuts.containers import is_container
from leakhunter.heap.slots import Slot
from leakhunter.model import CellRun, Holder, Kind

KIND: Kind = "module-namespace"

PLACES = ("module", "class")
_RUN = "%run "


def candidates(case: Case) -> Iterator[Candidate]:
    """The globals of each script as one, those of each module that no cell uses, each attribute put on others'."""
    put = Patches(case).over()
    for slot, patch in put.items():
        yield Candidate(
            KIND, (slot,), (KIND, *slot), patch.written, safe=False, run=patch.made.run or None
        )  # fmt: skip
    spaces: dict[str, list[Slot]] = {}
    # a module has many globals, and cells take long to parse
    over = cache(partial(_is_over, case))
    for slot, node in case.graph.slots.items():
        if slot.place in PLACES and slot not in put:
            owner = _owner(case, slot, node, over)
            if owner is not None:
                spaces.setdefault(owner, []).append(slot)
    for owner, slots in spaces.items():
        run = _maker(case, owner)
        yield Candidate(
            KIND, tuple(slots), (KIND, owner), owner, safe=False,
            run=run.run if run is not None else None,
        )  # fmt: skip


def _owner(
    case: Case, slot: Slot, node: int, over: Callable[[str], bool]
) -> str | None:
    """The script or module whose global this is, if it should be told."""
    key = str(slot.key)
    if key.startswith(_RUN):
        return key[len(_RUN) :].partition(": ")[0]
    if _was_named(case, node):
        return key.rpartition(".")[0] or key
    module = _module(case, key) if slot.place == "module" else None
    return module if module is not None and over(module) else None


def _was_named(case: Case, node: int) -> bool:
    """Did a variable name this, or what it holds, that is gone?"""
    let_go = case.facts.let_go
    return bool(let_go) and not let_go.keys().isdisjoint(case.graph.reach([node]))


def _module(case: Case, key: str) -> str | None:
    """The module of the user's whose global this is, attributes of classes included."""
    parts = key.split(".")
    heads = (".".join(parts[:end]) for end in range(len(parts) - 1, 0, -1))
    return next((head for head in heads if head in case.facts.own_modules), None)


def _imports(case: Case, module: str) -> set[str]:
    """Names that the cells bound by importing from a module."""
    last = module.rpartition(".")[2]
    return {
        name
        for source in case.sources.values()
        if "import" in source and last in source
        for imported, name in _imported(source)
        if imported == module
    }


def _imported(source: str) -> Iterator[tuple[str, str]]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                yield alias.name, bound
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield node.module, alias.asname or alias.name
                yield f"{node.module}.{alias.name}", alias.asname or alias.name


def _is_over(case: Case, module: str) -> bool:
    """Did a cell import it, and does none read what came from it any more?"""
    names = _imports(case, module)
    uses = [case.uses[name] for name in names if name in case.uses]
    return bool(names) and "*" not in names and all(map(is_leftover, uses))


def _maker(case: Case, owner: str) -> CellRun | None:
    """The last run that ran or imported it."""
    for run in reversed(case.runs):
        source = case.sources.get(run.run, "")
        if owner in source and ("%run" in source or "import" in source):
            return run
    return None


def tell(case: Case, group: Grouped) -> Told:
    """Words for what a namespace keeps."""
    put = Patches(case).over()
    if not put.keys().isdisjoint(group.slots):
        return patched.tell(case, group, put)
    mine = [m for m in group.members if m.kind == KIND]
    others = [m.title for m in group.members if m.kind == "leftover-variable"]
    owner = mine[0].title
    slots = [s for m in mine for s in m.slots if _weighs(case, s, group)]
    slots = slots or list(mine[0].slots)
    keys = [str(s.key) for s in slots]
    script = keys[0].startswith(_RUN)
    names = [k.rpartition(": ")[2] if script else k for k in keys]
    shown = listed([f"`{n}`" for n in names[:2]])
    size = size_text(group.freed.bytes)
    gone = [v.name for n, v in case.facts.let_go.items() if n in group.freed.freed]
    if script:
        reason = (
            f"IPython keeps the globals of the last `%run {owner}`: {shown}, {size}."
        )
        facts = ["`%run` copies a script's names: deleting the copy frees nothing."]
    else:
        reason = f"`{owner}` keeps {shown}, {size}; no cell reads it any more."
        facts = ["A module keeps its globals for as long as the kernel runs."]
    facts += [f"`{name}` named it and is gone." for name in gone[:2]]
    if others:
        facts.append(f"{listed([f'`{n}`' for n in others])} is read by no cell either.")
    # what fills a container fails without one
    empties = not script and is_container(case.graph, case.graph.slots[slots[0]])
    named = not script and not case.uses.keys().isdisjoint(_imports(case, owner))
    return Told(
        verdict="suspect" if named and not gone else "leftover" if others else "leak",
        label=chip(case, group.freed.gone),
        group="check",
        part="registry",
        title=owner,
        names=[owner, *others],
        path=[*(["get_ipython()._main_mod_cache"] if script else []), *keys[:4]],
        reason=reason,
        chain=[
            Holder(
                role="root",
                label="IPython" if script else "sys.modules",
                note="keeps each script that ran" if script else "keeps each module",
            ),
            Holder(role="link", label=f"`{keys[0]}`", note="", stuck=True),
            Holder(
                role="object",
                label=case.what(slots[0])[0],
                note=case.what(slots[0])[1],
                bytes=group.freed.bytes,
            ),
        ],
        facts=facts,
        breaks=[
            f"`{keys[0]}` becomes empty."
            if empties
            else f"Functions of {owner} that read {shown} fail until it runs again."
        ],
        fix=_fix(keys[0], script=script, empties=empties),
        exact_remedy=script and all("." not in n for n in names),
    )


def _fix(key: str, *, script: bool, empties: bool) -> str:
    if script:
        return "get_ipython().clear_main_mod_cache()   # all scripts"
    return f"{key}.clear()" if empties else f"{key} = None"


def _weighs(case: Case, slot: Slot, group: Grouped) -> bool:
    """Does this slot hold a part of what would be freed that is worth naming?"""
    reached = case.graph.reach([case.graph.slots[slot]])
    freed = group.freed.freed
    weight = sum(case.graph.sizes[n] for n in reached if n in freed)
    return weight * 10 >= group.freed.bytes


def does(members: Sequence[Candidate]) -> Deed:
    """What clearing does."""
    names = listed([m.title for m in members])
    return Deed(f"Take the data out of the globals of {names}.", "taken out")
