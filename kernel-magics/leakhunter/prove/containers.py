"""Containers as they were: those that only grew are cut back to their old length.

Known are addresses, not objects: a reference to what a cell throws out would
keep it alive, and would look like the leak that is looked for.  An old
container is found again by its way; when it begins with the very objects that
it had, all that is behind them came later.
"""

from __future__ import annotations

import re
import sys
from array import array
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from leakhunter.heap.roots import figures, logs, look, modules
from leakhunter.heap.slots import user_names
from leakhunter.prove.process import process_lists
from leakhunter.prove.walk import Place, Walk

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

MOST = 2_000_000
"""Items remembered: 16 MB."""

NAMED = 5
"""Containers that are told when they cannot be put back."""

_LISTS = look.ids(list, deque)
_DICTS = look.ids(dict, OrderedDict, defaultdict, Counter)
_HASHED = look.ids(str, int, float, bool, bytes, type(None))
"""What a set may be filled with again without calling the user's ``__hash__``."""

_INSIDE = re.compile(r"\[x\]|\._|(?<!\(\)) → ")
"""In ways to containers that a library keeps in order by itself."""

_ROOTS = (modules, logs, figures)
"""Registries whose containers are the user's business; other libraries keep their own in order."""


class Was(NamedTuple):
    """A container as it was: its way, and the addresses of its items."""

    path: str
    items: array[int]


class Containers:
    """The containers of a session at one moment.

    Parameters
    ----------
    shell
        The session.
    """

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._was: dict[int, Was] = {}
        self._left = MOST
        self._walk(self._remember)

    def put_back(self) -> list[str]:
        """Cut back what only grew.

        Returns
        -------
        list
            Ways to containers that were changed otherwise, and stay so.
        """
        changed: list[str] = []

        def visit(place: Place) -> None:
            was = self._was.get(id(place.obj))
            if was is None or was.path != place.path:
                return
            if place.own:
                back = _cut(place.obj, was.items)
            else:
                # a library's object keeps counts and locks in step with its containers
                back = _addresses(place.obj) == was.items
            if not back:
                changed.append(place.path)

        self._walk(visit)
        return [p for p in dict.fromkeys(changed) if not _INSIDE.search(p)][:NAMED]

    def _walk(self, visit: Callable[[Place], None]) -> None:
        Walk(self._shell, visit=visit).run(self._roots())

    def _roots(self) -> Iterator[tuple[str, Any]]:
        yield from user_names(self._shell)
        yield from process_lists()
        for root in _ROOTS:
            if root.MODULE is None or root.MODULE in sys.modules:
                for key, value in root.entries(self._shell):
                    yield str(root.LABEL).format(key), value

    def _remember(self, place: Place) -> None:
        obj = place.obj
        kind = id(type(obj))
        if kind not in _LISTS | _DICTS and type(obj) is not set:
            return
        items = _addresses(obj)
        self._left -= len(items)
        if self._left >= 0:
            self._was[id(obj)] = Was(place.path, items)


def _addresses(obj: Any) -> array[int]:
    if id(type(obj)) in _DICTS:
        found = array("Q", map(id, dict.keys(obj)))
        found.extend(map(id, dict.values(obj)))
        return found
    return array("Q", map(id, obj))


def _cut(obj: Any, was: array[int]) -> bool:
    """Cut a container back; false when more than growth has happened to it."""
    now = _addresses(obj)
    if now == was:
        return True
    if type(obj) is set:
        return _cut_set(obj, was)
    if id(type(obj)) in _DICTS:
        old, new = len(was) // 2, len(now) // 2
        if now[:old] != was[:old] or now[new : new + old] != was[old:]:
            return False
        for _ in range(new - old):
            # the last one first; needs no hash of the user's
            obj.popitem()
        return True
    if now[: len(was)] != was:
        return False
    if type(obj) is list:
        del obj[len(was) :]
    else:
        for _ in range(len(now) - len(was)):
            obj.pop()
    return True


def _cut_set(obj: set[Any], was: array[int]) -> bool:
    old = set(was)
    kept = [x for x in obj if id(x) in old]
    if len(kept) < len(old) or not all(id(type(x)) in _HASHED for x in kept):
        return False
    obj.clear()
    obj.update(kept)
    return True
