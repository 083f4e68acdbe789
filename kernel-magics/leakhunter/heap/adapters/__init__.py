"""What the garbage collector cannot see inside library objects, one small file a library.

An adapter module has

``MODULE``
    name of the library's top module; nothing is looked at before the user has
    imported it, so a library that is not used costs nothing;
``handles(cls)``
    does it know instances of this class?
``look(obj)``
    what an object of such a class holds, as :class:`Seen`;
``describe(obj)``
    its shape in a few words, or an empty string;
``many(obj)``, where that may be a lot
    how many objects ``look`` lists.
``plain(cls)``, where it handles such classes
    whether instances have nothing inside, and the size that their class says
    rather than what they say themselves.

Adapters call the library's own code only, never a method that a subclass of
the user's could have overridden, and nothing that builds a cache.  A missing
attribute in another version makes an adapter see less, never fail.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any, NamedTuple

from leakhunter.heap import safe
from leakhunter.heap.adapters import (
    agg,
    arrow,
    autograd,
    cymem,
    duckdb,
    h5py,
    lightgbm,
    memory,
    numba,
    numpy,
    pandas,
    pil,
    polars,
    sklearn,
    sqlite,
    stringio,
    torch,
    xgboost,
)
from leakhunter.heap.walk.seen import NOTHING, Buffer, Seen

__all__ = ["NOTHING", "Adapters", "Buffer", "Seen"]

_ALL: tuple[ModuleType, ...] = (
    numpy,
    pandas,
    arrow,
    polars,
    pil,
    memory,
    torch,
    autograd,
    sklearn,
    xgboost,
    lightgbm,
    cymem,
    duckdb,
    sqlite,
    stringio,
    agg,
    h5py,
    numba,
)


class _Known(NamedTuple):
    library: str
    look: Callable[[Any], Seen]
    describe: Callable[[Any], str]
    many: Callable[[Any], int] | None
    plain: Callable[[type], bool] | None


def _is_module(name: str) -> bool:
    """Is that a module, and not an object that somebody put in its place?"""
    return safe.is_kind(sys.modules[name], ModuleType)


class Adapters:
    """The adapters of the libraries that are imported now; made anew for each walk.

    Attributes
    ----------
    blind
        Libraries whose objects could not be looked into.
    """

    def __init__(self) -> None:
        imported = [a for a in _ALL if a.MODULE in sys.modules]
        self._loaded = [a for a in imported if _is_module(a.MODULE)]
        self._by_class: dict[int, _Known | None] = {}
        self.blind = {a.MODULE.split(".")[0] for a in imported if a not in self._loaded}

    def _find(self, cls: type) -> _Known | None:
        known = self._by_class.get(id(cls), False)
        if known is not False:
            return known  # type: ignore[return-value]
        found = next(
            (
                _Known(
                    a.MODULE.split(".")[0],
                    a.look,
                    a.describe,
                    getattr(a, "many", None),
                    getattr(a, "plain", None),
                )
                for a in self._loaded
                if self._handles(a, cls)
            ),
            None,
        )
        self._by_class[id(cls)] = found
        return found

    def knows(self, cls: type) -> bool:
        """Does an adapter look into instances of this class?"""
        return self._find(cls) is not None

    def is_plain(self, cls: type) -> bool:
        """Do instances of this class have nothing inside, and the size that their class says?"""
        known = self._find(cls)
        return known is not None and known.plain is not None and known.plain(cls)

    def sees_inside(self, cls: type) -> bool:
        """May an adapter see something inside of instances of this class?"""
        known = self._find(cls)
        return known is not None and not self.is_plain(cls)

    def many(self, obj: object) -> int:
        """How many objects a look at this one would list; 0 where it is never a lot."""
        known = self._find(type(obj))
        if known is None or known.many is None:
            return 0
        try:
            return known.many(obj)
        except Exception:  # noqa: BLE001 - another version of the library: see less, never fail
            return 0

    def look(self, obj: object) -> Seen | None:
        """What an adapter sees in an object; ``None`` when none knows its class."""
        known = self._find(type(obj))
        if known is None:
            return None
        try:
            return known.look(obj)
        except Exception:  # noqa: BLE001 - another version of the library: see less, never fail
            self.blind.add(known.library)
            return None

    def describe(self, obj: object) -> str:
        """Shape of an object in a few words; empty when it is not known."""
        known = self._find(type(obj))
        if known is None:
            return ""
        try:
            return known.describe(obj)
        except Exception:  # noqa: BLE001 - another version of the library: see less, never fail
            return ""

    def _handles(self, adapter: ModuleType, cls: type) -> bool:
        try:
            return bool(adapter.handles(cls))
        except Exception:  # noqa: BLE001 - another version of the library: see less, never fail
            self.blind.add(adapter.MODULE.split(".")[0])
            return False
