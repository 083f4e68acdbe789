"""How the objects of one class are sized and followed past what ``gc`` tells; and which were met.

For walks over many objects that keep no picture of them.
"""

from __future__ import annotations

import sys
import types
from typing import Any

from leakhunter.heap import safe
from leakhunter.heap.referents import referents

_HEADER, _POINTER = 16, 8

_class_dict: Any = type.__dict__["__dict__"].__get__

_INLINE = 1 << 4 if sys.version_info >= (3, 11) else 0
"""Classes whose instances keep their attributes in an array, which no C method sizes (3.11 on)."""

_CODE: list[Any] = [
    vars(types.CodeType)[name].__get__
    for name in (
        "co_consts", "co_names", "co_filename", "co_name", "co_qualname",
        "co_linetable", "co_exceptiontable",
    )
    if name in vars(types.CodeType)
]  # fmt: skip
_code_locals: Any = vars(types.CodeType)["co_nlocals"].__get__


class Met(dict[int, bytearray]):
    """Which objects were met: one byte for each 16 bytes of memory, by pages of 1 MB.

    A set of the same would take as much memory as the objects.
    """

    def __missing__(self, page: int) -> bytearray:
        found = self[page] = bytearray(1 << 16)
        return found

    def has(self, key: int) -> bool:
        """Was it met?"""
        return bool(self[key >> 20][key >> 4 & 0xFFFF])

    def add(self, key: int) -> bool:
        """Add; true when it is new."""
        page, at = self[key >> 20], key >> 4 & 0xFFFF
        new = not page[at]
        page[at] = 1
        return new


class Kind:
    """How the objects of one class are sized and followed."""

    def __init__(self, cls: type, adapted: bool) -> None:
        self.sizer = safe.sizer(cls)
        self.header = _HEADER if safe.flags(cls) & safe.HAVE_GC else 0
        self.is_class = safe.derives(cls, type)
        self.adapted = adapted
        inline = self.sizer is object.__sizeof__ and safe.flags(cls) & _INLINE
        self.follow: Any = (
            _class_more
            if self.is_class
            else _MORE.get(id(cls)) or (_inline_more if inline else None)
        )

    def size(self, obj: Any) -> int:
        """Bytes of the block of an object."""
        try:
            return (int(self.sizer(obj)) + self.header + 15) & ~15
        except Exception:  # noqa: BLE001 - a C type that cannot size this instance
            return self.header


def _dict_more(obj: Any, children: list[Any]) -> int:
    """Keys that are all text are not among what a dictionary refers to."""
    children.extend(list(obj))
    return 0


def code_parts(code: Any) -> list[Any]:
    """What code refers to: the collector does not look into it."""
    return [read(code) for read in _CODE]


def _code_more(obj: Any, children: list[Any]) -> int:
    """Code is half of a library."""
    children.extend(code_parts(obj))
    # the names of its variables: a tuple that cannot be had without making it
    return 80 + _POINTER * int(_code_locals(obj))


def class_parts(cls: Any) -> list[Any]:
    """What a class refers to that is written in C: the collector does not look into it."""
    return referents(_class_dict(cls))


def _class_more(obj: Any, children: list[Any]) -> int:
    """A class that is written in C is itself part of its library's data."""
    if safe.flags(obj) & safe.HEAP_TYPE:
        return 0
    children.extend(class_parts(obj))
    return -int(type.__sizeof__(obj))


def _inline_more(obj: Any, _children: list[Any]) -> int:
    return _POINTER * (len(referents(obj)) + 1)


_MORE: dict[int, Any] = {id(dict): _dict_more, id(types.CodeType): _code_more}
