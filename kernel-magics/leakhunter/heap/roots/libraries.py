"""Globals of library modules that can be big: long containers, arrays, frames, caches of functions.

A library's module has hundreds of names.  Only exact types are asked for, so
that all of them are looked at: 8 µs a module, 46 ms for the 5,800 modules of
twenty-four big libraries.  Objects of a library's own classes are not looked
into, except where a root of their own does.
"""

from __future__ import annotations

import functools
import threading
import types
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from leakhunter.heap import safe
from leakhunter.heap.referents import referents
from leakhunter.heap.roots import look
from leakhunter.heap.roots.modules import is_users, spaces

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "library"
MODULE = None
LIBRARY = "libraries"
LABEL = "{}"

_DATA = {
    "numpy": ("ndarray",),
    "pandas": ("DataFrame", "Series"),
    "polars": ("DataFrame", "Series"),
    "pyarrow.lib": ("Table", "ChunkedArray", "RecordBatch"),
    "scipy.sparse": ("csr_matrix", "csc_matrix", "csr_array", "csc_array"),
    "torch": ("Tensor",),
    "xarray": ("Dataset", "DataArray"),
}
"""Classes of data; only exact instances count."""
_WRAPPER = type(functools.lru_cache(len))
_TABLE = look.ids(tuple, frozenset, types.FunctionType, types.MethodType)
"""What a library's own tables have in them, beside numbers and short texts."""
_WARNED = "__warningregistry__"
"""Texts of warnings that were shown: the one name of Python's own that grows."""
_OTHER_ROOTS = frozenset({"sys", "linecache", "logging", "threading"})


def entries(shell: InteractiveShell) -> Iterator[tuple[str, Any]]:
    """Each object once, under the first module that has it."""
    return (found for found in entering(shell) if found is not None)


def entering(shell: InteractiveShell) -> Iterator[tuple[str, Any] | None]:
    """The same, with ``None`` behind each module."""
    data = look.ids(*_classes())
    wanted = data | look.SIZED | look.ids(bytes, bytearray, _WRAPPER, threading.local)
    seen: set[int] = set()
    for module, held in spaces(shell):
        if module in _OTHER_ROOTS or is_users(held.get("__file__")):
            continue
        try:
            found = [(n, v) for n, v in held.items() if id(type(v)) in wanted]
        except RuntimeError:  # a thread that imports changes it meanwhile
            continue
        for name, value in found:
            if type(name) is not str or (name[:2] == "__" and name != _WARNED):
                continue
            if id(value) not in seen and _is_big(value, data):
                seen.add(id(value))
                yield f"{safe.short(module)}.{safe.short(name)}", value
        yield None


def owner(key: str) -> str:
    """The library whose global this is."""
    return key.partition(".")[0]


def _classes() -> Iterator[type]:
    for module, names in _DATA.items():
        held = look.module_globals(module)
        for name in names:
            if look.is_class(held.get(name)):
                yield held[name]


def _is_big(value: Any, data: frozenset[int]) -> bool:
    """Has it many items, or a megabyte, or something of this kind inside?"""
    kind = id(type(value))
    if kind in look.TEXTS:
        return len(value) >= look.BIG
    if kind in data:
        return bool(_big_of([value], data))
    if kind in look.SIZED:
        inside = list(value.values() if kind in look.DICTS else value)
        return _gathers(value, inside) or bool(_big_of(inside, data))
    held = referents(value)
    if type(value) is threading.local:
        threads = [values for part in held for _, values in look.pairs(part)]
        held = [v for values in threads for _, v in look.pairs(values)]
    return len(held) >= look.MANY or bool(_big_of(held, data))


def _gathers(value: Any, inside: list[Any]) -> bool:
    """Has a container many items, and are they more than names, numbers and functions?

    A table of those, and a tuple, is written down in the library's code:
    nothing gathers in it before it is ten times as long.
    """
    if len(value) < look.MANY or type(value) is tuple:
        return False
    if len(value) >= 10 * look.MANY:
        return True
    rough = 0
    for item in inside:
        kind = id(type(item))
        if kind in look.TEXTS:
            rough += len(item)
        elif kind in look.SIZED:
            rough += 8 * len(item)
        if kind not in _TABLE and look.keeps(item):
            return True
    return rough >= look.BIG


def _big_of(values: list[Any], data: frozenset[int]) -> list[Any]:
    """Those that are a frame of any size, or an array or a text of a megabyte."""
    texts = look.TEXTS
    found = [
        v
        for v in values
        if (kind := id(type(v))) in data or (kind in texts and len(v) >= look.BIG)
    ]
    if not found:
        return found
    array = look.module_globals("numpy").get("ndarray")
    return [
        v for v in found if type(v) is not array or array.nbytes.__get__(v) >= look.BIG
    ]
