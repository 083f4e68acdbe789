"""Stacks as rows: by line, by function, by the calls that led there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunter.trace.model import FunctionRow, LineRow, Spot, StackRow
from leakhunter.trace.spots import NOTEBOOK, TIMED, CellCode, Spots, ours

if TYPE_CHECKING:
    from leakhunter.model import CellRef
    from leakhunter.trace.watcher import Tally

Frame = tuple[str, int]

_Part = int | tuple[str, str, str]
"""A line by its number, or a function by name, place and library."""

_MACHINERY = re.compile(r"/(?:IPython|ipykernel|traitlets)/|^<decorator-gen").search

MOST = 200
"""Lines and functions that are listed."""

_DEEPER = Spot("deeper calls than the trace keeps", 0, library="unknown")

_LITTLE = 1024
"""A line that holds nothing is listed from so many bytes on."""


def cleaned(frames: tuple[Frame, ...], spots: Spots) -> tuple[Frame, ...]:
    """The frames of the user's code, the outermost first.

    Parameters
    ----------
    frames
        The innermost first, as tracemalloc has them.
    spots
        Knows what is a cell.

    Returns
    -------
    tuple
        Empty when the memory is ours: then one of our frames is further in
        than any cell.  What called the outermost cell is left out, and so is
        what called IPython where there is none.
    """
    end = None
    for at, (file, _) in enumerate(frames):
        if spots.is_cell(file):
            end = at + 1
        elif ours(file):
            if end is None:
                return ()
            break
    if end is None:
        # what IPython does by itself: how it came to be running says nothing
        machinery = (at for at, (file, _) in enumerate(frames) if _MACHINERY(file))
        return frames[: next(machinery, len(frames)) + 1][::-1]
    inner = next(at for at in range(end) if spots.is_cell(frames[at][0]))
    # between a cell and the code that it runs lies IPython
    path = (*frames[:inner], *(f for f in frames[inner:end] if not _MACHINERY(f[0])))
    return path[::-1]


class Rows:
    """Collects stacks.

    Parameters
    ----------
    names
        Names lines.
    followed
        Whether it is known what was freed again.

    Attributes
    ----------
    spots, stacks
        What stacks refer to, and the stacks.
    """

    def __init__(self, names: Spots, *, followed: bool = False) -> None:
        self._names = names
        self._followed = followed
        self._allocated: dict[_Part, int] = {}
        self._index: dict[tuple[str, int, str], int] = {}
        self._by_line: dict[int, list[int]] = {}
        self._inside: dict[int, dict[int, list[int]]] = {}
        self._by_function: dict[tuple[str, str, str], list[int]] = {}
        self._cells: set[int] = set()
        self._homes: dict[tuple[str, str, str], CellRef | None] = {}
        self.spots: list[Spot] = []
        self.stacks: list[StackRow] = []

    def add(
        self,
        path: tuple[Frame, ...],
        held: int,
        blocks: int,
        *,
        freed: int = 0,
        cut: bool,
    ) -> None:
        """Add the memory of one stack.

        Parameters
        ----------
        path
            Cleaned frames.
        held, blocks
            What it holds.
        freed
            What it allocated and lost again.
        cut
            Whether outer frames are missing.
        """
        indices = self._indices(path)
        in_cell = [i for i in indices if i in self._cells]
        if cut and not in_cell:
            indices.insert(0, self._put(("", 0, ""), _DEEPER))
        allocated = held + freed if self._followed else None
        self.stacks.append(StackRow(indices, held, blocks, allocated))
        line = in_cell[-1] if in_cell else indices[-1]
        known = self._by_line.setdefault(line, [0, 0])
        known[0] += held
        known[1] += blocks
        if indices[-1] != line:
            inner = self._inside.setdefault(line, {}).setdefault(indices[-1], [0, 0])
            inner[0] += held
            inner[1] += freed
        functions = [self._function(i) for i in indices]
        for key in dict.fromkeys(functions):
            row = self._by_function.setdefault(key, [0, 0, 0])
            row[1] += held
            row[2] += blocks
            row[0] += held * (key == functions[-1])
        parts: set[_Part] = {*indices, *functions}
        for part in parts:
            self._allocated[part] = self._allocated.get(part, 0) + held + freed

    def _allocated_by(self, part: _Part, seen: int | None, held: int) -> int | None:
        """What a line or function allocated with all that it called: as was measured, at least what was seen."""
        if self._followed:
            return max(self._allocated.get(part, 0), seen or 0, held)
        return None if seen is None else max(seen, held)

    def _indices(self, path: tuple[Frame, ...]) -> list[int]:
        outer: CellCode | None = None
        found = []
        for file, line in path:
            found.append(self.index(file, line, outer))
            code = self._names.cell(file)
            if code is not None and not code.nested:
                outer = code
        return found

    def index(self, file: str, line: int, outer: CellCode | None = None) -> int:
        """The number of a line among the spots."""
        # what comes before the first line of a module has the number 0
        line = max(line, 1)
        code = self._names.cell(file)
        within = file in TIMED or (code is not None and code.nested)
        if file in TIMED:
            outer = outer or self._names.timed
        key = (file, line, outer.name if outer is not None and within else "")
        found = self._index.get(key)
        if found is None:
            found = self._put(key, self._names.spot(file, line, outer))
            if self.spots[found].library == NOTEBOOK:
                self._cells.add(found)
        return found

    def _put(self, key: tuple[str, int, str], spot: Spot) -> int:
        found = self._index.get(key)
        if found is None:
            found = self._index[key] = len(self.spots)
            self.spots.append(spot)
        return found

    def _function(self, index: int) -> tuple[str, str, str]:
        """Name, place and library of the function that a spot is in."""
        spot = self.spots[index]
        mark = ", line " if spot.library == NOTEBOOK else ":"
        place = spot.where.rpartition(mark)[0] or spot.where
        if spot.library == "native":
            place = "native code"
        key = (spot.function or place, place, spot.library)
        self._homes.setdefault(key, spot.cell)
        return key

    # ------------------------------------------------------------------- rows

    def lines(self, tallies: dict[Frame, Tally]) -> list[LineRow]:
        """By line of a cell, else by the line that allocated; those that hold most come first.

        Parameters
        ----------
        tallies
            What was measured line by line.
        """
        measured = {self.index(*frame): tally for frame, tally in tallies.items()}
        rows = []
        for spot in {**self._by_line, **measured}:
            held, blocks = self._by_line.get(spot, [0, 0])
            tally = measured.get(spot)
            seen = None if tally is None else tally.allocated
            allocated = self._allocated_by(spot, seen, held)
            if not held and (allocated or 0) < _LITTLE:
                continue
            inside = self._mostly(spot, held)
            rows.append(
                LineRow(
                    spot=spot,
                    held=held,
                    blocks=blocks,
                    inside=inside,
                    allocated=allocated,
                    peak=None if tally is None else tally.peak,
                    runs=None if tally is None else tally.runs,
                )
            )
        # a line that holds nothing may have allocated most
        rows.sort(key=lambda row: -max(row.held, row.allocated or 0))
        return sorted(rows[:MOST], key=lambda row: (-row.held, -(row.allocated or 0)))

    def _mostly(self, spot: int, held: int) -> int | None:
        """The line further in that allocated at least half of what a line holds, or of what it freed if it holds nothing."""
        inside = self._inside.get(spot)
        if not inside:
            return None
        which = 0 if held else 1
        least = held or sum(inner[1] for inner in inside.values())
        most = max(inside, key=lambda index: inside[index][which])
        return most if 2 * inside[most][which] >= least > 0 else None

    def functions(
        self, tallies: dict[Frame, Tally], calls: dict[Frame, int]
    ) -> list[FunctionRow]:
        """By function: what its own lines allocated, and all that it called.

        Parameters
        ----------
        tallies
            What was measured line by line.
        calls
            How often each function began, by one of its lines.
        """
        seen: dict[tuple[str, str, str], int] = {}
        for frame, tally in tallies.items():
            key = self._function(self.index(*frame))
            seen[key] = seen.get(key, 0) + tally.allocated
        called: dict[tuple[str, str, str], int] = {}
        for frame, count in calls.items():
            key = self._function(self.index(*frame))
            called[key] = called.get(key, 0) + count
        rows = []
        for key in {**self._by_function, **seen}:
            own, total, blocks = self._by_function.get(key, [0, 0, 0])
            allocated = self._allocated_by(key, seen.get(key), total)
            if not total and (allocated or 0) < _LITTLE:
                continue
            rows.append(
                FunctionRow(
                    *key,
                    own=own,
                    total=total,
                    blocks=blocks,
                    allocated=allocated,
                    calls=called.get(key),
                    cell=self._homes[key],
                )
            )
        rows.sort(key=lambda row: -max(row.total, row.allocated or 0))
        return sorted(
            rows[:MOST], key=lambda row: (-row.total, -row.own, -(row.allocated or 0))
        )
