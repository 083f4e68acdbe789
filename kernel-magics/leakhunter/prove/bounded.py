"""Caches that cannot grow for ever, with how many entries they hold and how many they may.

A cache that fills up looks like a leak until it is full: only its limit tells.
"""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from leakhunter.heap import safe
from leakhunter.heap.referents import referents
from leakhunter.heap.roots import look

WRAPPER: Any = type(functools.lru_cache(len))

TABLES: tuple[tuple[str, str, str], ...] = (
    ("re", "_cache", "_MAXCACHE"),
    ("re", "_cache2", "_MAXCACHE2"),
    ("struct", "_cache", ""),
    ("fnmatch", "_cache", "_MAXCACHE"),
    ("_strptime", "_regex_cache", "_CACHE_MAX_SIZE"),
    ("pandas._libs.tslibs.strptime", "_regex_cache", "_CACHE_MAX_SIZE"),
)
"""Tables of modules that empty themselves: module, table, and the name of its limit."""

LIMITS = frozenset(
    {"maxsize", "_maxsize", "max_size", "maxlen", "capacity", "_capacity", "max_entries"}
)  # fmt: skip
"""Attributes by which an object says how much its containers may hold."""


class Bounded(NamedTuple):
    """A cache with a limit: where it is, how full, and what is inside."""

    name: str
    entries: int
    limit: int
    inside: list[Any]


def of_functions(objects: Iterable[Any]) -> Iterator[Bounded]:
    """Every ``functools.lru_cache`` with a limit among some objects."""
    for obj in objects:
        if type(obj) is WRAPPER:
            info = WRAPPER.cache_info(obj)
            if info.maxsize:
                yield Bounded(
                    cache_name(obj), info.currsize, info.maxsize, referents(obj)
                )


def of_modules() -> Iterator[Bounded]:
    """Tables of the standard library and of pandas that empty themselves when full."""
    for module, name, limit in TABLES:
        held = look.module_globals(module)
        table, most = held.get(name), held.get(limit, 100)
        if type(table) is dict and type(most) is int:
            inside = [x for pair in list(table.items()) for x in pair]
            yield Bounded(f"{module}.{name}", len(table), most, inside)


def cache_name(wrapper: Any) -> str:
    """Name of the function behind a cache."""
    name = look.attributes(wrapper).get("__qualname__")
    if type(name) is not str:
        return look.called(look.attributes(wrapper).get("__wrapped__"))
    return f"{safe.short(name.rpartition('<locals>.')[2])}()"


def declared(attributes: dict[str, Any]) -> int | None:
    """The limit that an object says its containers have."""
    limits = [
        v
        for k, v in attributes.items()
        if type(k) is str and k in LIMITS and type(v) is int and v > 0
    ]
    return min(limits, default=None)


def limit_of(container: object, outer: int | None) -> int | None:
    """How many items a container may hold: a deque says so, others may belong to an object that does."""
    own = container.maxlen if type(container) is deque else None
    return outer if own is None else own
