"""A trace as a tree: cell, function, line; and the same bytes by library.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import replace

from leakhunter.trace.model import Branch, LineRow, Profile, Spot
from leakhunter.trace.spots import NOTEBOOK

if TYPE_CHECKING:
    from leakhunter.trace.model import Level, StackRow, Trace

Group: TypeAlias = tuple[str, ...]
"""A part of a profile by the names that lead to it: ``tree``, cell, function, line, or ``libraries``, library, line."""

Peaks: TypeAlias = Mapping[Group, int]
"""The most that parts of a profile held at once, in bytes."""

_TREE, _LIBRARIES = "tree", "libraries"
_ELSEWHERE = "outside of cells"
_TOP = "top of the cell"
_BELOW: dict[Level, Level] = {
    "all": "cell",
    "cell": "function",
    "function": "line",
    "library": "line",
}


def parts_of(row: StackRow, spots: list[Spot]) -> list[Group]:
    """The parts that the memory of a stack counts for.

    Bytes belong to the cell that was entered first, to the notebook's
    innermost function and line, and to the library whose line allocated them.
    """
    stack = [spots[i] for i in row.frames]
    in_cell = [spot for spot in stack if spot.library == NOTEBOOK]
    library = stack[-1].library or "unknown"
    names = [_ELSEWHERE]
    if in_cell:
        names = _names(in_cell[0], in_cell[-1])
    return [
        *((_TREE, *names[:depth]) for depth in range(len(names) + 1)),
        (_LIBRARIES, library),
        (_LIBRARIES, library, stack[-1].where),
    ]


def _names(outer: Spot, inner: Spot) -> list[str]:
    """Cell, function and line; a function of another cell is told apart."""
    home = "" if _cell(inner) == _cell(outer) else f", {_cell(inner)}"
    return [_cell(outer), (inner.function or _TOP) + home, inner.where]


def _cell(spot: Spot) -> str:
    return spot.where.rpartition(", line ")[0]


@dataclass
class _Node:
    """A branch that is still growing; ``allocated`` is ``None`` where freed blocks were not followed."""

    held: int = 0
    allocated: int | None = None
    spot: Spot | None = None
    row: LineRow | None = None
    index: int | None = None
    parts: dict[str, _Node] = field(default_factory=dict)

    def part(self, name: str) -> _Node:
        return self.parts.setdefault(name, _Node())

    def add(self, row: StackRow) -> None:
        self.held += row.held
        if row.allocated is not None:
            self.allocated = (self.allocated or 0) + row.allocated


def profile(trace: Trace, peaks: Peaks) -> Profile:
    """What each part of a traced notebook allocated, peaked at and still holds.

    Where it was followed what was freed again, all parts add up, and
    ``peaks`` has theirs.  Else what a line allocated counts all that it called
    and all its runs, whichever cell called it.
    """
    roots = {_TREE: _Node(), _LIBRARIES: _Node()}
    rows = {row.spot: row for row in trace.lines}
    for stack in trace.stacks:
        for group in parts_of(stack, trace.spots):
            node = roots[group[0]]
            for name in group[1:]:
                node = node.part(name)
            node.add(stack)
        _mark(roots, trace, stack, rows)
    root = roots[_TREE]
    followed = root.allocated is not None
    for row in trace.lines:
        spot = trace.spots[row.spot]
        if spot.library == NOTEBOOK and not row.held and not followed:
            _add_freed(root, trace, row)
    tree = _whole(root, trace, peaks)
    return Profile(
        tree=tree,
        libraries=_sorted(
            _branch(node, (_LIBRARIES, name), "library", peaks)
            for name, node in roots[_LIBRARIES].parts.items()
        ),
        freed=None if tree.allocated is None else tree.allocated - tree.held,
        followed=followed,
        unseen=trace.unseen,
        seconds=trace.seconds,
        notes=trace.notes,
    )


def _mark(
    roots: dict[str, _Node], trace: Trace, stack: StackRow, rows: dict[int, LineRow]
) -> None:
    """Have the lines that a stack leads to know their source."""
    last = trace.spots[stack.frames[-1]]
    library = roots[_LIBRARIES].parts[last.library or "unknown"]
    library.parts[last.where].spot = last
    in_cell = [i for i in stack.frames if trace.spots[i].library == NOTEBOOK]
    if in_cell:
        outer, inner = trace.spots[in_cell[0]], trace.spots[in_cell[-1]]
        cell, function, line = _names(outer, inner)
        node = roots[_TREE].parts[cell]
        node.spot, node.index = outer, in_cell[0]
        node = node.parts[function].parts[line]
        node.spot, node.row = inner, rows.get(in_cell[-1])


def _add_freed(root: _Node, trace: Trace, row: LineRow) -> None:
    """A line of a cell that holds nothing, where nothing else tells of it."""
    inner = trace.spots[row.spot]
    outer = trace.spots[_caller(root, inner, row.spot)]
    cell, function, line = _names(outer, inner)
    node = root.part(cell)
    node.spot, node.index = outer, row.spot if node.index is None else node.index
    node = node.part(function).part(line)
    node.spot, node.row = inner, row


def _caller(root: _Node, spot: Spot, otherwise: int) -> int:
    """A line of the cell that called the function of a line: freed blocks have no calls any more."""
    name = f"{spot.function}, {_cell(spot)}"
    for cell in root.parts.values():
        if spot.function and name in cell.parts and cell.index is not None:
            return cell.index
    return otherwise


def _whole(root: _Node, trace: Trace, peaks: Peaks) -> Branch:
    tree = _branch(root, (_TREE,), "all", peaks)
    peak = {cell.name: cell.peak for cell in trace.cells}
    cells = [replace(cell, peak=peak.get(cell.name, cell.peak)) for cell in tree.parts]
    allocated = [cell.allocated for cell in cells if cell.allocated is not None]
    rest = trace.held - sum(cell.held for cell in cells if cell.allocated is not None)
    return replace(
        tree,
        name=trace.title,
        held=trace.held,
        allocated=sum(allocated) + rest if allocated else None,
        peak=max(trace.peak, tree.peak or 0),
        parts=cells,
    )


def _branch(node: _Node, group: Group, level: Level, peaks: Peaks) -> Branch:
    parts = _sorted(
        _branch(part, (*group, name), _BELOW[level], peaks)
        for name, part in node.parts.items()
    )
    row, spot = node.row, node.spot
    allocated, peak = node.allocated, peaks.get(group)
    if allocated is None:
        allocated = _by_lines(level, node, parts)
    if peak is None:
        known = [p.peak for p in parts if p.peak is not None]
        peak = max(known, default=None) if row is None else row.peak
    return Branch(
        name=group[-1],
        level=level,
        held=node.held,
        allocated=allocated,
        peak=None if peak is None else max(peak, node.held),
        runs=None if row is None else row.runs,
        source=spot.source if spot is not None and level == "line" else "",
        cell=None if spot is None else spot.cell,
        parts=parts,
    )


def _by_lines(level: Level, node: _Node, parts: list[Branch]) -> int | None:
    """What a part allocated as lines were measured, each with all that it called."""
    if level == "line":
        return None if node.row is None else node.row.allocated
    # the functions of a cell are not added: its own lines called them
    own = [
        part.allocated
        for part in parts
        if part.allocated is not None and (level == "function" or part.name == _TOP)
    ]
    if not own:
        return None
    return max(sum(own), node.held) if level == "cell" else sum(own)


def _sorted(parts: Iterable[Branch]) -> list[Branch]:
    return sorted(parts, key=lambda p: (-p.held, -(p.allocated or 0)))
