"""Functions that numba compiles again and again: told as ``native-leak``.

Their definition stands in a loop, or their cell ran again.  Compiled code is
never freed, whoever lets go of the function, so this needs no repetition to
prove it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from leakhunter.detect import stuck
from leakhunter.detect.case import Candidate, Case, Grouped, Told
from leakhunter.detect.catalogue import of_kind
from leakhunter.detect.made import growth
from leakhunter.detect.stuck import Words
from leakhunter.format import size_text
from leakhunter.heap.graph import BIG
from leakhunter.heap.slots import Slot
from leakhunter.model import CellRun, Holder, Kind

SORT = "compiled"
"""Second word of the keys of these candidates; the third is the hash of the source."""

_NUMBA = "numba"

_LEAST = 10 * BIG
"""What compiling takes that is worth a word."""


def candidates(case: Case, kind: Kind) -> Iterator[Candidate]:
    """Cells that made numba compile what it had compiled before."""
    if not any(r.library == _NUMBA for r in of_kind(kind, case.facts.versions)):
        return
    by_source: dict[str, list[CellRun]] = {}
    for run in case.runs:
        by_source.setdefault(case.sources.get(run.run, ""), []).append(run)
    for source, runs in by_source.items():
        jitted = _jitted(source)
        again = runs if jitted == "in a loop" else runs[1:] if jitted else []
        size = sum(max(growth(run) - run.held, 0) for run in again)
        if size >= _LEAST:
            last = again[-1]
            yield Candidate(
                kind, (Slot("native memory", f"{_NUMBA} {last.run}"),),
                (kind, SORT, hash(source)), last.source_line, safe=False,
                bytes=size, run=last.run,
            )  # fmt: skip


def _jitted(source: str) -> str:
    """Where a cell defines a function for numba: in a loop, or once; empty when it defines none."""
    if "jit" not in source:
        return ""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return ""
    loops = (ast.For, ast.While)
    inside = {n for loop in ast.walk(tree) if isinstance(loop, loops) for n in ast.walk(loop)}  # fmt: skip
    functions = [n for n in ast.walk(tree) if _is_jitted(n)]
    if any(function in inside for function in functions):
        return "in a loop"
    return "once" if functions else ""


def _is_jitted(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and any(
        "jit" in ast.unparse(decorator) for decorator in node.decorator_list
    )


def tell(case: Case, group: Grouped, kind: Kind) -> Told:
    """Words for code that was compiled again."""
    records = of_kind(kind, case.facts.versions)
    record = next(r for r in records if r.library == _NUMBA)
    run = case.run(group.members[0].run or 0)
    link = f"[{run.execution_count}]" if run is not None else "A cell"
    size = size_text(group.freed.bytes)
    words = Words(
        group.members[0].title,
        f"{link} made numba compile the same function again and again, {size}.",
        [
            Holder(role="root", label=_NUMBA, note="keeps what it has compiled"),
            Holder(role="link", label=link, note="defines it again", stuck=True),
        ],
        [record.reason],
    )
    return stuck.known(group, record, words, "libraries", _NUMBA)
