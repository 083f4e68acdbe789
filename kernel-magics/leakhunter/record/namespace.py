"""Looking through a namespace before and after each cell, by the native core where there is one.

Each costs 30 ns a name, in Python 100 to 200 ns.  A key that is no plain text is
left out: a dictionary of ours would ask for its hash.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from leakhunter.heap import core

Ids: TypeAlias = dict[str, int]
"""Names with the ``id`` of their values."""


def ids(names: Mapping[Any, Any]) -> Ids:
    """Names with the ``id`` of their values, IPython's ``_i1``, ``_i2`` ... too."""
    if core.NATIVE is not None and type(names) is dict:
        found: Ids = core.NATIVE.names_ids(names)
        return found
    return {n: id(value) for n, value in names.items() if type(n) is str}


def changed(before: Ids, names: Mapping[Any, Any]) -> tuple[list[str], int]:
    """The names that are new or bound to something else, and how many names there are."""
    if core.NATIVE is not None and type(names) is dict:
        found: tuple[list[str], int] = core.NATIVE.names_changed(before, names)
        return found
    now = ids(names)
    return [n for n, key in now.items() if before.get(n) != key], len(now)


def values_of(
    names: Mapping[Any, Any], classes: tuple[type, ...]
) -> list[tuple[str, Any]]:
    """Names with the values that are of exactly one of these classes."""
    if core.NATIVE is not None and type(names) is dict:
        found: list[tuple[str, Any]] = core.NATIVE.names_of(names, classes)
        return found
    wanted = frozenset(map(id, classes))
    return [
        (n, value)
        for n, value in names.items()
        if id(type(value)) in wanted and type(n) is str
    ]
