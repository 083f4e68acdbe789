"""``output-history``: values and texts that IPython keeps because they were shown.

A shown value sits in ``Out[n]``, ``_n``, ``_``, the hidden namespace, the
display hook and the last result; ``del`` reaches one of them.  When the cache
is full IPython drops ``Out[n]`` and forgets the hidden name.  IPython 9.1 and
later also keep every printed and displayed byte for ``%notebook``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from leakhunter.detect.case import Candidate, Case, Deed, Grouped, Told
from leakhunter.detect.words import listed, plural
from leakhunter.heap.slots import Slot
from leakhunter.model import CellRun, Holder, Kind

KIND: Kind = "output-history"


def candidates(case: Case) -> Iterator[Candidate]:
    """Shown values that no cell reads by an output name, and stored texts."""
    last = case.cells[-1] if case.cells else None
    for slots in case.outputs:
        names = {s.label for s in slots if s.place == "name"}
        counts = sorted(
            {s.execution_count for s in slots if s.execution_count is not None}
        )
        if any(_reads(cell.names.read, names, counts) for cell in case.waiting):
            continue
        if last is not None and _reads(last.names.read, names, []):
            continue
        fresh = last is not None and last.count in counts
        key = (
            (KIND, *counts)
            if counts
            else (KIND, *sorted(s.label for s in slots), len(case.runs))
        )
        yield Candidate(KIND, tuple(slots), key, _title(slots), safe=not fresh)
    for slot in case.stored:
        yield Candidate(
            KIND, (slot,), (KIND, "stored", slot.key), slot.label, safe=True
        )


def _reads(read: set[str], names: set[str], counts: list[int]) -> bool:
    return bool(read & names) or ("Out" in read and bool(counts))


def _title(slots: list[Slot]) -> str:
    """The slot that a person would name first."""
    shown = [s.label for s in slots if s.place == "out"]
    if shown:
        return ", ".join(shown)
    order = {"name": 0, "hidden": 1, "displayhook": 2, "result": 3}
    return min(slots, key=lambda s: order.get(s.place, 9)).label


def tell(case: Case, group: Grouped) -> Told:
    """Words for shown values and for stored texts."""
    if group.slots[0].place == "stored":
        return _tell_stored(group)
    slots = group.slots
    counts = sorted({s.execution_count for s in slots if s.execution_count is not None})
    shown = [r for r in map(case.run_of_count, counts) if r is not None]
    run = next(
        (
            r
            for r in shown
            if isinstance(_last_expression(case.sources.get(r.run, "")), ast.Name)
        ),
        None,
    )
    run = run or (shown[-1] if shown else None)
    titles = [m.title for m in group.members]
    facts, dropped = _facts(case, run, counts)
    cell = listed([f"[{n}]" for n in counts[:3]]) if counts else "a cell"
    visible = any(s.place == "out" for s in slots)
    reason = (
        f"Shown by {cell} and still kept in the output history."
        if visible
        else f"Shown by {cell}; gone from `Out`, but IPython still keeps a hidden name for it."
    )
    if dropped:
        reason += f" {dropped}"
    return Told(
        verdict="leak",
        label="Hidden",
        group="safe" if all(m.safe for m in group.members) else "check",
        part="history",
        title=", ".join(titles),
        names=titles,
        path=[s.label for s in slots],
        reason=reason,
        chain=_chain(case, group),
        facts=facts,
        breaks=[],
        fix=_fix(case, run),
    )


def _chain(case: Case, group: Grouped) -> list[Holder]:
    slots = group.slots
    kind, shape = case.what(slots[0])
    seen = [s.label for s in slots if s.place in ("out", "name")]
    hidden = len(slots) - len(seen)
    if seen and hidden:
        label = f"{', '.join(f'`{x}`' for x in seen)} and {hidden} hidden"
    else:
        label = ", ".join(f"`{x}`" for x in seen or [s.label for s in slots])
    return [
        Holder(
            role="root", label="Output history", note="IPython keeps every shown result"
        ),
        Holder(role="link", label=label, note="", stuck=True),
        Holder(role="object", label=kind, note=shape, bytes=group.freed.bytes),
    ]


def _last_expression(source: str) -> ast.expr | None:
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return None
    return body[-1].value if body and isinstance(body[-1], ast.Expr) else None


def _facts(case: Case, run: CellRun | None, counts: list[int]) -> tuple[list[str], str]:
    """Why it is there, and the sentence about a ``del`` that freed nothing."""
    cell = f"[{run.execution_count}]" if run is not None else "A cell"
    shown = _last_expression(case.sources.get(run.run, "")) if run is not None else None
    dropped = ""
    if isinstance(shown, ast.Name) and run is not None:
        facts = [
            f"{cell} ended with `{shown.id}`, so the value was stored in the history."
        ]
        gone = next(
            (r for r in case.runs if r.run >= run.run and shown.id in r.deleted), None
        )
        if gone is not None and gone.execution_count is not None:
            facts.append(
                f"`del {shown.id}` in [{gone.execution_count}] removed your name, not this one."
            )
            dropped = f"`del {shown.id}` in [{gone.execution_count}] freed nothing."
    else:
        facts = [f"{cell} ended with a value, so it was stored in the history."]
    names = {f"_{n}" for n in counts}
    readers = [c.link for c in case.cells if c.names.read & names]
    if readers:
        facts.append(f"{listed(readers[-3:])} read it by its output name.")
    elif counts:
        facts.append(f"Nothing reads `Out[{counts[-1]}]` or `_{counts[-1]}`.")
    return facts, dropped


def _fix(case: Case, run: CellRun | None) -> str | None:
    shown = _last_expression(case.sources.get(run.run, "")) if run is not None else None
    if shown is None:
        return None
    if isinstance(shown, ast.Name):
        return f"display({shown.id})   # as the last line; or end the line with ;"
    return "# end the last line with ;  and the result is not kept"


def _tell_stored(group: Grouped) -> Told:
    counts = [s.key for s in group.slots]
    cells = listed([f"[{c}]" for c in counts])
    titles = [m.title for m in group.members]
    return Told(
        verdict="leak",
        label="Hidden",
        group="safe",
        part="history",
        title=", ".join(titles),
        names=titles,
        path=[s.label for s in group.slots],
        reason=f"IPython keeps a copy of what {cells} printed or showed, for `%notebook`.",
        chain=[
            Holder(
                role="root",
                label="Stored outputs",
                note="IPython 9.1 and later keep every output",
            ),
            Holder(role="link", label=f"`{titles[0]}`", note="", stuck=True),
            Holder(
                role="object",
                label="text and pictures",
                note="",
                bytes=group.freed.bytes,
            ),
        ],
        facts=[
            f"{cells} printed or showed it; the notebook has its own copy.",
            "Only the `%notebook` magic reads the stored copy.",
        ],
        breaks=["`%notebook` exports without this output."],
        fix="get_ipython().history_manager.outputs.clear()",
        made_again=False,
    )


def does(members: Sequence[Candidate]) -> Deed:
    """What clearing does."""
    slots = [slot for m in members for slot in m.slots]
    if slots[0].place == "stored":
        return Deed(
            "Forget IPython's copy. What the notebook shows stays.", "copy forgotten"
        )
    others = len(slots) - 1
    also = f" and its {plural(others, 'other name', 'other names')}" if others else ""
    return Deed(
        f"Forget this output{also}. What the notebook shows stays.",
        f"{plural(len(slots), 'name', 'names')} forgotten",
    )
