"""A trace as a tree: cell, function, line; and the same bytes by library.  Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from leakhunter.trace.model import Branch, LineRow, Profile, Spot, Trace
from leakhunter.trace.spots import NOTEBOOK

_ELSEWHERE = "outside of cells"
_TOP = "top of the cell"


@dataclass
class _Node:
    """A branch that is still growing."""

    held: int = 0
    spot: Spot | None = None
    row: LineRow | None = None
    index: int | None = None
    parts: dict[str, _Node] = field(default_factory=dict)

    def part(self, name: str) -> _Node:
        return self.parts.setdefault(name, _Node())


def profile(trace: Trace) -> Profile:
    """What each part of a traced notebook allocated, peaked at and still holds.

    Bytes belong to the cell that was entered first, to the notebook's
    innermost function and line, and to the library whose line allocated them.
    What a line allocated counts all that it called and all its runs, whichever
    cell called it.
    """
    rows = {row.spot: row for row in trace.lines}
    root, libraries = _Node(), _Node()
    for stack in trace.stacks:
        spots = [trace.spots[i] for i in stack.frames]
        in_cell = [i for i in stack.frames if trace.spots[i].library == NOTEBOOK]
        root.held += stack.held
        library = libraries.part(spots[-1].library or "unknown")
        library.held += stack.held
        library.part(spots[-1].where).held += stack.held
        library.parts[spots[-1].where].spot = spots[-1]
        if not in_cell:
            root.part(_ELSEWHERE).held += stack.held
            continue
        _add(root, trace, in_cell, stack.held, rows)
    for row in trace.lines:
        spot = trace.spots[row.spot]
        if spot.library == NOTEBOOK and not row.held:
            _add(root, trace, [_caller(root, spot, row.spot), row.spot], 0, rows)
    tree = _whole(root, trace)
    return Profile(
        tree=tree,
        libraries=_sorted(
            Branch(
                name=name,
                level="library",
                held=node.held,
                parts=_sorted(_line(n, place) for place, n in node.parts.items()),
            )
            for name, node in libraries.parts.items()
        ),
        freed=None if tree.allocated is None else tree.allocated - tree.held,
        unseen=trace.unseen,
        seconds=trace.seconds,
        notes=trace.notes,
    )


def _add(
    root: _Node,
    trace: Trace,
    in_cell: list[int],
    held: int,
    rows: dict[int, LineRow],
) -> None:
    outer, inner = trace.spots[in_cell[0]], trace.spots[in_cell[-1]]
    node = root.part(_cell(outer))
    node.held += held
    node.spot, node.index = outer, in_cell[0]
    home = "" if _cell(inner) == _cell(outer) else f", {_cell(inner)}"
    function = node.part((inner.function or _TOP) + home)
    function.held += held
    line = function.part(inner.where)
    line.held += held
    line.spot, line.row = inner, rows.get(in_cell[-1])


def _caller(root: _Node, spot: Spot, otherwise: int) -> int:
    """A line of the cell that called the function of a line: freed blocks have no calls any more."""
    name = f"{spot.function}, {_cell(spot)}"
    for cell in root.parts.values():
        if spot.function and name in cell.parts and cell.index is not None:
            return cell.index
    return otherwise


def _cell(spot: Spot) -> str:
    return spot.where.rpartition(", line ")[0]


def _whole(root: _Node, trace: Trace) -> Branch:
    stats = {cell.name: cell for cell in trace.cells}
    cells = []
    for name, node in root.parts.items():
        functions = []
        for function, inner in node.parts.items():
            lines = _sorted(_line(n, place) for place, n in inner.parts.items())
            functions.append(_joined(function, inner.held, lines))
        known = stats.get(name)
        joined = _joined(name, node.held, functions)
        cells.append(
            Branch(
                name=name,
                level="cell",
                held=node.held,
                allocated=_in_all(functions, node.held),
                peak=joined.peak if known is None else known.peak,
                cell=None if node.spot is None else node.spot.cell,
                parts=_sorted(functions),
            )
        )
    followed = [cell.allocated for cell in cells if cell.allocated is not None]
    rest = trace.held - sum(cell.held for cell in cells if cell.allocated is not None)
    return Branch(
        name=trace.title,
        level="all",
        held=trace.held,
        allocated=sum(followed) + rest if followed else None,
        peak=trace.peak,
        parts=_sorted(cells),
    )


def _in_all(functions: list[Branch], held: int) -> int | None:
    """What a cell allocated: its own lines are charged with all that they call, its functions are not added."""
    own = [f.allocated for f in functions if f.name == _TOP and f.allocated is not None]
    return max(sum(own), held) if own else None


def _line(node: _Node, place: str) -> Branch:
    row, spot = node.row, node.spot
    return Branch(
        name=place,
        level="line",
        held=node.held,
        allocated=None if row is None else row.allocated,
        peak=None if row is None else row.peak,
        runs=None if row is None else row.runs,
        source="" if spot is None else spot.source,
        cell=None if spot is None else spot.cell,
    )


def _joined(name: str, held: int, parts: list[Branch]) -> Branch:
    """A function of its lines: what they allocated together, and the highest peak of one."""
    allocated = [p.allocated for p in parts if p.allocated is not None]
    peaks = [p.peak for p in parts if p.peak is not None]
    return Branch(
        name=name,
        level="function",
        held=held,
        allocated=sum(allocated) if allocated else None,
        peak=max(peaks) if peaks else None,
        parts=parts,
    )


def _sorted(parts: Iterable[Branch]) -> list[Branch]:

    return sorted(parts, key=lambda p: (-p.held, -(p.allocated or 0)))
