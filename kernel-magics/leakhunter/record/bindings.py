"""What the user's names were bound to, as the cells ran: lengths of containers, and what was let go.

Kept between the runs: for each name whose value is a plain container its
length after each run that changed it, and for values of data libraries a weak
reference.  When such a name is deleted, bound again or cleared, the weak
reference tells later whether its old value still lives.  A container takes no
weak reference: it is watched through the big objects that the last check saw
in it.  Cost: 20 ns a name and run, 0.3 µs a container.
"""

from __future__ import annotations

import weakref
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, Literal, NamedTuple, TypeAlias

from leakhunter.heap import safe
from leakhunter.heap.contents import Inside
from leakhunter.record.namespace import values_of

How: TypeAlias = Literal["deleted", "rebound", "cleared"]
"""How a name was taken from a value: ``del``, another value, or our clearing."""


MOST = 500
"""Values remembered after their name is gone; the oldest is forgotten first."""

MOST_INSIDE = 5000
"""Big objects remembered in all, of containers whose name is gone: about 0.5 MB."""

CHANGES = 64
"""Lengths kept of one container."""

LIBRARIES = frozenset(
    {"array", "numpy", "pandas", "pyarrow", "polars", "torch", "scipy", "xarray", "geopandas", "cudf", "cupy", "dask"}
)  # fmt: skip
"""Whose objects can be big and take a weak reference."""

_CONTAINERS = (list, dict, set, deque, defaultdict, OrderedDict, Counter)


class LetGo(NamedTuple):
    """A value that lost its name.

    Attributes
    ----------
    name
        The name that it had.
    run
        The run that took the name away; for a clearing the last run before.
    how
        What was done to the name.
    """

    name: str
    run: int
    how: How

    @property
    def deleted(self) -> bool:
        """Was the value meant to go?  A name that is bound again may just be used again."""
        return self.how != "rebound"


@dataclass
class Watched:
    """A value let go that is watched until it dies.

    Attributes
    ----------
    number
        Unique in the kernel's life.
    whole
        Is the value itself watched, or what was in it?
    refs
        What is watched, with its bytes as far as they are known.
    told
        Bytes of it that were last told to be alive; 0 when it never was.
    ended
        The last run when it was seen to be gone.
    """

    number: int
    what: LetGo
    whole: bool
    refs: Inside
    told: int = 0
    ended: int | None = None

    def alive(self) -> dict[int, int]:
        """Bytes of what still lives, by ``id``."""
        return {id(o): size for ref, size in self.refs if (o := ref()) is not None}


class Bindings:
    """Follows the values of the user's names."""

    def __init__(self) -> None:
        self._lengths: dict[str, list[tuple[int, int]]] = {}
        self._owner: dict[str, int] = {}
        self._refs: dict[str, weakref.ref[Any]] = {}
        self._inside: dict[str, Inside] = {}
        self._gone: list[Watched] = []
        self._numbers = count(1)
        self._kinds: dict[int, bool] = {}

    def update(
        self,
        run: int,
        names: Mapping[Any, Any],
        changed: Iterable[str],
        deleted: Iterable[str],
    ) -> None:
        """Take in the namespace as a run left it.

        Parameters
        ----------
        run
            Number of the run.
        names
            The user's namespace.
        changed, deleted
            Names that the run bound to another object, and that it deleted.
        """
        for name in deleted:
            self._let_go(name, run, "deleted")
        for name in changed:
            self._let_go(name, run, "rebound")
            self._watch(name, names.get(name))
        for name, value in values_of(names, _CONTAINERS):
            self._measure(name, value, run)

    def cleared(self, names: Iterable[str], run: int) -> None:
        """Learn that we take these names away, between two runs."""
        for name in names:
            self._let_go(name, run, "cleared")

    def _measure(self, name: str, value: Any, run: int) -> None:
        length = len(value)
        if self._owner.get(name) != id(value):
            self._owner[name] = id(value)
            self._lengths[name] = [(run, length)]
        elif self._lengths[name][-1][1] != length:
            self._lengths[name].append((run, length))
            del self._lengths[name][1:-CHANGES]

    def _watch(self, name: str, value: Any) -> None:
        cls = type(value)
        wanted = self._kinds.get(id(cls))
        if wanted is None:
            top = safe.module_of(cls).split(".")[0]
            wanted = self._kinds[id(cls)] = top in LIBRARIES
        if wanted:
            try:
                self._refs[name] = weakref.ref(value)
            except TypeError:
                self._kinds[id(cls)] = False

    def _let_go(self, name: str, run: int, how: How) -> None:
        self._lengths.pop(name, None)
        self._owner.pop(name, None)
        ref, inside = self._refs.pop(name, None), self._inside.pop(name, ())
        refs: Inside = inside if ref is None else [(ref, 0)]
        one = Watched(next(self._numbers), LetGo(name, run, how), ref is not None, refs)
        if one.alive():
            self._gone.append(one)
            room = MOST_INSIDE - sum(len(w.refs) for w in self._gone)
            while len(self._gone) > MOST or (room < 0 and len(self._gone) > 1):
                room += len(self._gone.pop(0).refs)

    def unwatched(self, names: Iterable[str]) -> list[str]:
        """Those of these names whose value takes no weak reference."""
        return [name for name in names if name not in self._refs]

    def remember(self, inside: Mapping[str, Inside]) -> None:
        """Learn what a check saw in values that take no weak reference, by name."""
        self._inside = dict(inside)

    def lengths(self) -> dict[str, list[tuple[int, int]]]:
        """Lengths of containers by name: each run that changed one, with the length after it."""
        return {name: list(changes) for name, changes in self._lengths.items()}

    def let_go(self) -> dict[int, LetGo]:
        """By ``id``, values that live on although their name is gone."""
        return {key: w.what for w in self._gone if w.whole for key in w.alive()}

    def watched(self, run: int) -> list[Watched]:
        """Values let go that live on, and those that were told to and died after this run or since."""
        kept = []
        for one in self._gone:
            if not one.alive() and one.ended is None:
                one.ended = run
            if one.ended is None or (one.told and one.ended == run):
                kept.append(one)
        self._gone = kept
        return list(kept)

    def tell(self, told: Mapping[int, int]) -> None:
        """Note which were told to be alive: bytes by number."""
        for one in self._gone:
            one.told = told.get(one.number, one.told)
