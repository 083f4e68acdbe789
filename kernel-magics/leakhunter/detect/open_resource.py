"""``open-resource``: databases in memory, frames that a connection or a query keeps, shared memory.

What such a thing holds is memory of C code: no size of Python's tells of it,
and it stays until somebody closes it.  Closing loses what is inside, so the
user does that; only what DuckDB has freed and keeps can be asked for.

A connection that cells go on reading is in use, and nothing is said of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from leakhunter.detect.case import Candidate, Case, Deed, Grouped, Told
from leakhunter.detect.leftover import is_leftover
from leakhunter.detect.liveness import Use
from leakhunter.detect.words import listed, plural
from leakhunter.format import size_text
from leakhunter.heap.graph import BIG
from leakhunter.heap.slots import KEPT, Slot, is_output_name
from leakhunter.model import Holder, Kind

KIND: Kind = "open-resource"

_DUCKDB = "DuckDBPyConnection"
_CONNECTIONS = {
    (_DUCKDB, "_duckdb"): "DuckDB",
    (_DUCKDB, "duckdb"): "DuckDB",
    (_DUCKDB, "duckdb.duckdb"): "DuckDB",
    ("Connection", "sqlite3"): "SQLite",
}
_FRAMES = frozenset({"DataFrame", "Series", "Table", "RecordBatch", "LazyFrame"})
_DEFAULT = re.compile(
    r"\bduckdb\.(sql|query|execute|table|values|read_\w+|from_\w+|register)\("
)
"""Calls that use the database in memory that DuckDB's module opens by itself."""

_FREE = Slot(KEPT.place, "DuckDB")
"""Stands for what DuckDB keeps free."""

_LEAST = 20 * BIG
"""Free memory of DuckDB's that is worth a line: each query leaves some."""


class _Words(NamedTuple):
    """The pieces of a finding that depend on what is open; ``exact``: clearing can be done here."""

    names: list[str]
    path: list[str]
    reason: str
    link: str
    thing: str
    facts: list[str]
    fix: str
    exact: bool = False
    breaks: tuple[str, ...] = ("What is inside is lost when it is closed.",)


def candidates(case: Case) -> Iterator[Candidate]:
    """Each connection by itself, what all have registered as one, each segment."""
    yield from _registered(case)
    for slot, node in case.graph.slots.items():
        use = case.uses.get(str(slot.key)) if slot.place == "name" else None
        if use is None:
            continue
        if slot in case.facts.segments:
            names = _holding(case, slot)
            if all(n in case.uses and is_leftover(case.uses[n]) for n in names):
                yield Candidate(
                    KIND, tuple(Slot("name", n) for n in names), (KIND, slot.key), str(slot.key),
                    safe=False, bytes=case.facts.segments[slot],
                )  # fmt: skip
        elif case.graph.sizes[node] >= BIG and _library(case, node) and _is_over(use):
            made = use.made.run if use.made is not None else 0
            yield Candidate(
                KIND, (slot,), (KIND, slot.key, made), str(slot.key), safe=False
            )
    kept = duckdb_keeps(case)
    if kept:
        yield Candidate(
            KIND, (_FREE,), (KIND, "default"), "duckdb", safe=False, bytes=kept
        )


def _library(case: Case, node: int) -> str | None:
    """Whose connection an object is."""
    return _CONNECTIONS.get((case.graph.kinds[node], case.graph.modules[node]))


def _is_over(use: Use) -> bool:
    """Is nothing known of cells that go on with it?"""
    if use.next_reader is not None:
        return False
    return use.later > 0 or use.last is use.made


def duckdb_keeps(case: Case) -> int:
    """What DuckDB's own database keeps free; 0 when it was not used, or too little."""
    kept = sum(n for name, n in case.facts.kept.items() if "DuckDB" in name)
    used = any(_DEFAULT.search(source) for source in case.sources.values())
    return kept if used and kept >= _LEAST else 0


def _registered(case: Case) -> Iterator[Candidate]:
    """Frames that only native code holds, while a connection of DuckDB's is open."""
    graph = case.graph
    native = {s: n for s, n in graph.slots.items() if s.place == "native"}
    frames = [n for n in native.values() if graph.kinds[n] in _FRAMES]
    relations = _relations(case) if frames else []
    if relations and not all(
        n in case.uses and is_leftover(case.uses[n]) for n in relations
    ):
        return
    if not frames or not (relations or _connections(case)):
        return
    big = {n for n in graph.reach(frames) if graph.sizes[n] >= BIG}
    slots = [
        s for s, n in native.items() if n in frames or not big.isdisjoint(graph.reach([n]))
    ]  # fmt: skip
    yield Candidate(KIND, tuple(slots), (KIND, "registered"), "registered", safe=False)


def _relations(case: Case) -> list[str]:
    """Variables with queries of DuckDB's over frames, unless a cell registers frames: native code does not tell which holds one."""
    if any(_REGISTERS.search(s) for s in case.sources.values()):
        return []
    return [
        str(slot.key)
        for slot, node in case.graph.slots.items()
        if slot.place == "name"
        and not is_output_name(str(slot.key))
        and case.graph.kinds[node] == "DuckDBPyRelation"
    ]


_REGISTERS = re.compile(r"\bregister\s*\(")


def _connections(case: Case) -> list[str]:
    """Names of DuckDB's connections, or the module's own."""
    found = [
        str(slot.key)
        for slot, node in case.graph.slots.items()
        if slot.place == "name" and _library(case, node) == "DuckDB"
    ]
    if not found and any(_DEFAULT.search(s) for s in case.sources.values()):
        return ["duckdb"]
    return found


def _holding(case: Case, segment: Slot) -> list[str]:
    """The segment's name, and those of arrays over memory of ``multiprocessing``, which goes with the last of them."""
    graph = case.graph
    lent = [n for n in graph.reach([graph.slots[segment]]) if graph.kinds[n] == _LENT]
    above = graph.leading_to(lent) if lent else ()
    others = [
        str(s.key) for s, n in graph.slots.items() if s.place == "name" and n in above
    ]
    return list(dict.fromkeys([str(segment.key), *others]))


_LENT = "BufferWrapper"
"""What ``multiprocessing`` has for each block of its heap."""


def tell(case: Case, group: Grouped) -> Told:
    """Words by what is open."""
    first = next(m for m in group.members if m.kind == KIND)
    if first.slots[0].place == "native":
        return _told_registered(case, group)
    if _FREE in group.slots:
        return _told_default(group)
    if first.slots[0] in case.facts.segments:
        return _told_segment(case, group)
    return _told_database(case, group, first.slots[0])


def _told_registered(case: Case, group: Grouped) -> Told:
    names = _relations(case) or _connections(case)
    name = names[0]
    size = size_text(group.freed.bytes)
    frames = [case.graph.slots[s] for s in group.slots if s.place == "native"]
    kinds = sorted({case.graph.kinds[n] for n in frames} & _FRAMES)
    gone = [v.name for n, v in case.facts.let_go.items() if n in group.freed.freed]
    gone += [m.title for m in group.members if m.kind == "leftover-variable"]
    was = f" `{gone[0]}`" if gone else ""
    who = (
        f"`{name}`"
        if len(names) == 1
        else "one of " + listed([f"`{n}`" for n in names])
    )
    facts = ["Native code holds it, and no variable or container does."]
    facts += [f"No cell reads it as `{n}` any more." for n in gone[:2]]
    if _relations(case):
        return _told(group, _Words(
            names=names,
            path=[*names, *kinds],
            reason=f"The DuckDB query {who} keeps the {kinds[0]}{was} that it is about, {size}; no cell reads it any more.",
            link="query", thing=kinds[0], facts=facts, fix=f"del {', '.join(names)}", breaks=(),
        ))  # fmt: skip
    return _told(group, _Words(
        names=names[:2],
        path=[f"{name}.register()", *kinds],
        reason=f"The DuckDB connection {who} keeps a registered {kinds[0]}{was}, {size}.",
        link="registered view", thing=kinds[0], facts=facts,
        fix=f'{name}.unregister("view")   # the name that it was registered under',
    ))  # fmt: skip


def _told_database(case: Case, group: Grouped, slot: Slot) -> Told:
    names = [m.title for m in group.members if m.kind == KIND]
    library = _library(case, case.graph.slots[slot]) or ""
    size = size_text(group.freed.bytes)
    facts = [
        "It is memory of C code: `sys.getsizeof` does not tell of it.",
        f"{listed([f'`{n}`' for n in names])} can still be used: cannot tell whether it is wanted.",
    ]
    return _told(group, _Words(
        names=names,
        path=[f"{names[0]} -> {library}"],
        reason=f"The {library} connection `{names[0]}` is open and holds {size} in memory.",
        link="open database", thing=library, facts=facts,
        fix=f"{names[0]}.close()",
    ))  # fmt: skip


def _told_default(group: Grouped) -> Told:
    size = size_text(group.freed.bytes)
    return _told(group, _Words(
        names=["duckdb"],
        path=["duckdb.default_connection()"],
        reason=f"DuckDB's own database in memory is open and keeps {size} that it has freed.",
        link="database in memory", thing="free memory",
        facts=[
            "Dropping a table frees it inside of DuckDB only.",
            "DuckDB can be asked to give it back; tables that are left stay.",
        ],
        fix="import duckdb\nduckdb.close()   # its tables are lost",
        exact=True,
    ))  # fmt: skip


def _told_segment(case: Case, group: Grouped) -> Told:
    name = group.members[0].title
    size = size_text(group.freed.bytes)
    last = case.uses[name].last
    after = f" after {last.link}" if last is not None else ""
    slots = group.members[0].slots
    kind, _ = case.what(slots[0])
    if kind not in ("mmap", "SharedMemory"):
        facts = ["Child processes share it: it goes when none has it open."]
        fix = f"del {', '.join(str(s.key) for s in slots)}"
    elif kind == "mmap":
        facts = ["Child processes share it: it goes when none has it open."]
        fix = f"{name}.close()"
    else:
        facts = ["It stays until it is unlinked, even when the kernel has ended."]
        fix = f"{name}.close()\n{name}.unlink()   # when no other process uses it"
    return _told(group, _Words(
        names=[name],
        path=[f"{name} -> {kind}"],
        reason=f"The shared memory `{name}`, {size}, is open; no cell reads it{after}.",
        link="shared memory", thing="segment", facts=facts, fix=fix,
    ))  # fmt: skip


def _told(group: Grouped, words: _Words) -> Told:
    return Told(
        verdict="suspect",
        label="Open",
        group="check",
        part="libraries",
        title=", ".join(words.names),
        names=words.names,
        path=words.path,
        reason=words.reason,
        chain=[
            Holder(role="root", label=f"`{words.names[0]}`", note=""),
            Holder(role="link", label=words.link, note="open", stuck=True),
            Holder(role="object", label=words.thing, note="", bytes=group.freed.bytes),
        ],
        facts=words.facts,
        breaks=[] if words.exact else [*words.breaks],
        fix=words.fix,
        exact_remedy=words.exact,
    )


def does(members: Sequence[Candidate]) -> Deed:
    """What clearing does: only free memory can be asked for."""
    what = plural(len(members), "resource", "resources")
    return Deed("Ask DuckDB to give free memory back.", f"asked, {what} open")
