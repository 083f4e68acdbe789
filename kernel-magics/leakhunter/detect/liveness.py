"""Which cell used a name last, and whether a cell still to come reads it.

Pure: cells in, :class:`Use` out.  A read inside a function counts when a cell
names the function; an instance stands for the methods of its class.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from leakhunter.record.names import CellNames, Uses


@dataclass(frozen=True)
class Cell:
    """A run of a cell, or a cell that waits to be run (``run``: its last one, 0 for none)."""

    names: CellNames
    run: int = 0
    count: int | None = None
    cell_id: str | None = None
    bound: frozenset[str] = frozenset()

    @property
    def link(self) -> str:
        """The cell as it is written in a sentence."""
        return f"[{self.count}]" if self.count is not None else "a cell"


@dataclass
class Use:
    """What the cells do with one name.

    Attributes
    ----------
    last
        The last executed cell that binds or reads it.
    made
        The last executed cell that binds it.
    readers
        Executed cells that read it since it was made, oldest first.
    later
        Runs of the user's cells after ``last``.
    next_reader
        A cell that has still to be run and reads it.
    called
        Does a function read it that a widget, a logger or a thread may call?
    doubt
        A later cell that may read it without naming it, and how.
    """

    last: Cell | None = None
    made: Cell | None = None
    readers: list[Cell] = field(default_factory=list)
    later: int = 0
    next_reader: Cell | None = None
    called: bool = False
    doubt: tuple[Cell, str] | None = None


class Called(NamedTuple):
    """What functions read that no cell calls by name.

    Attributes
    ----------
    read
        Names that those read which something else than a cell may call.
    carried
        By name of a variable, what functions read that its value holds.
    """

    read: set[str]
    carried: Mapping[str, set[str]]


class _Session:
    """What names stand for, as the cells run one after the other."""

    def __init__(self, plain: frozenset[str], carried: Mapping[str, set[str]]) -> None:
        self._plain = plain
        self._carried = carried
        self._inside: dict[str, Uses] = {}

    def run(self, cell: CellNames) -> Uses:
        """Everything that a cell uses, functions followed."""
        self._inside.update(cell.inside)
        return self.seen_by(cell, self._inside)

    def seen_by(self, cell: CellNames, inside: dict[str, Uses] | None = None) -> Uses:
        """The same without running the cell."""
        known = {**self._inside, **cell.inside} if inside is None else inside
        total = Uses(
            read=set(cell.read), all_of=set(cell.all_of), maybe=dict(cell.maybe)
        )
        todo, done = list(cell.read), set[str]()
        while todo:
            name = todo.pop()
            body = known.get(name)
            if name in done:
                continue
            done.add(name)
            more = self._carried.get(name, ())
            total.read.update(more)
            todo += more
            if body is None or name in self._plain:
                continue
            total.read |= body.read
            total.all_of |= body.all_of
            total.maybe.update(body.maybe)
            todo += body.read
            todo += [m for m in body.mentions if m in known]
            todo += _classes(known, body.made_by)
        return total


def _classes(known: dict[str, Uses], makers: Iterable[str]) -> list[str]:
    """Classes that may have made a value: what was called, or a function that it uses makes it."""
    todo, done = list(makers), set[str]()
    while todo:
        name = todo.pop()
        if name in known and name not in done:
            done.add(name)
            todo += [] if known[name].is_class else known[name].read
    return [name for name in done if known[name].is_class]


def liveness(
    ran: Sequence[Cell],
    waiting: Iterable[Cell],
    names: Iterable[str],
    plain: frozenset[str] = frozenset(),
    called: Called | None = None,
) -> dict[str, Use]:
    """Use of each name.

    Parameters
    ----------
    ran
        Runs of cells, oldest first.
    waiting
        Cells of the notebook that are still to be run; one that has run before
        (``run`` is not 0) counts only for names made again since.
    names
        The names to ask about.
    plain
        Names whose value cannot run code: data, not functions or containers of
        functions.  Nothing is followed through them.
    called
        What functions read that are called by something else than cells.
    """
    session = _Session(plain, called.carried if called is not None else {})
    uses = {name: Use() for name in names}
    for cell in ran:
        seen = session.run(cell.names)
        for name, use in uses.items():
            _run(use, name, cell, seen)
    for cell in waiting:
        seen = session.seen_by(cell.names)
        for name, use in uses.items():
            _wait(use, name, cell, seen)
    if called is not None and called.read:
        read = session.seen_by(CellNames(read=called.read)).read
        for name, use in uses.items():
            use.called = name in read
    return uses


def _run(use: Use, name: str, cell: Cell, seen: Uses) -> None:
    """Take in a run of a cell."""
    bound = name in cell.names.bound or name in cell.bound
    if bound:
        use.made, use.readers = cell, []
    if name in seen.read:
        use.readers.append(cell)
    if bound or name in seen.read:
        use.last, use.later, use.doubt = cell, 0, None
    elif not cell.names.empty:
        use.later += 1
        use.doubt = use.doubt or _doubt(cell, seen, name)


def _wait(use: Use, name: str, cell: Cell, seen: Uses) -> None:
    """Take in a cell that is still to be run."""
    if cell.run and (use.made is None or use.made.run <= cell.run):
        return
    if name in seen.read:
        use.next_reader = use.next_reader or cell
    else:
        use.doubt = use.doubt or _doubt(cell, seen, name)


def _doubt(cell: Cell, seen: Uses, name: str) -> tuple[Cell, str] | None:
    if seen.all_of:
        return cell, min(seen.all_of)
    if name in seen.maybe:
        return cell, seen.maybe[name]
    return None
