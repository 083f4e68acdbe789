"""What the user's names were bound to, as the cells ran: lengths of containers, and what was let go.

Kept between the runs: for each name whose value is a plain container its
length after each run that changed it, and for values of data libraries a weak
reference.  When such a name is deleted or bound again, the weak reference
tells later whether its old value still lives.  Cost: 0.1 µs a name and run.
"""

from __future__ import annotations

import weakref
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from leakhunter.heap import safe

MOST = 500
"""Values remembered after their name is gone; the oldest is forgotten first."""

CHANGES = 64
"""Lengths kept of one container."""

_LIBRARIES = frozenset(
    {"numpy", "pandas", "pyarrow", "polars", "torch", "scipy", "xarray", "geopandas", "cudf", "cupy", "dask"}
)  # fmt: skip
"""Whose objects can be big and take a weak reference."""

_CONTAINERS = frozenset(
    map(id, (list, dict, set, deque, defaultdict, OrderedDict, Counter))
)


class LetGo(NamedTuple):
    """A value whose name the user deleted or bound again.

    Attributes
    ----------
    name
        The name that it had.
    run
        The run that took the name away.
    deleted
        True for ``del``, false when the name was bound to something else.
    """

    name: str
    run: int
    deleted: bool


class Bindings:
    """Follows the values of the user's names."""

    def __init__(self) -> None:
        self._lengths: dict[str, list[tuple[int, int]]] = {}
        self._owner: dict[str, int] = {}
        self._refs: dict[str, weakref.ref[Any]] = {}
        self._gone: list[tuple[weakref.ref[Any], LetGo]] = []
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
            self._let_go(name, run, deleted=True)
        for name in changed:
            self._let_go(name, run, deleted=False)
            self._watch(name, names.get(name))
        for name, value in names.items():
            if id(type(value)) in _CONTAINERS and type(name) is str:
                self._measure(name, value, run)
        del self._gone[:-MOST]

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
            wanted = self._kinds[id(cls)] = top in _LIBRARIES
        if wanted:
            try:
                self._refs[name] = weakref.ref(value)
            except TypeError:
                self._kinds[id(cls)] = False

    def _let_go(self, name: str, run: int, *, deleted: bool) -> None:
        self._lengths.pop(name, None)
        self._owner.pop(name, None)
        ref = self._refs.pop(name, None)
        if ref is not None and ref() is not None:
            self._gone.append((ref, LetGo(name, run, deleted)))

    def lengths(self) -> dict[str, list[tuple[int, int]]]:
        """Lengths of containers by name: each run that changed one, with the length after it."""
        return {name: list(changes) for name, changes in self._lengths.items()}

    def let_go(self) -> dict[int, LetGo]:
        """By ``id``, values that live on although their name is gone."""
        self._gone = [(ref, gone) for ref, gone in self._gone if ref() is not None]
        return {id(ref()): gone for ref, gone in self._gone}
