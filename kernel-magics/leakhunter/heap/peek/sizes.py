"""What an object takes: the blocks that its type asks the allocator for.

A type's ``__sizeof__`` adds up what an object owns; an allocator hands out
whole multiples of 16 bytes, for the object and for its table apart, and in
front of an object lie words that no method counts.  From Python 3.11 on an
instance keeps its attributes in an array of its own, whose length its class
knows and nobody tells: it is read from the class.  The first thirty instances
of a class have longer ones; they count for what the last one has.

Cost: 0.3 µs an object, and 20 µs a class.
"""

from __future__ import annotations

import functools
import sys
import types
from collections import OrderedDict
from typing import Any, NamedTuple

from leakhunter.heap import safe
from leakhunter.heap.peek.native import words

_HEADER, _WORD = 16, 8
_MANAGED_DICT = 1 << 4 if sys.version_info >= (3, 11) else 0
_MANAGED = _MANAGED_DICT | (1 << 3 if sys.version_info >= (3, 12) else 0)
"""Flags of classes whose instances have two more words in front of their header."""
EMBEDDED = sys.version_info >= (3, 13)
"""The array of attributes is a part of the instance, and its class has a flag for it."""
_INLINE = 1 << 2 if EMBEDDED else _MANAGED_DICT
_MOST = 30
"""Attributes that such an array may have."""
_TO_DICT = 3 * _WORD
"""So far in front of an instance is the address of its dictionary, once it has one."""

_basic_size = type.__dict__["__basicsize__"].__get__
item_size = type.__dict__["__itemsize__"].__get__
_type_dict = type.__dict__["__dict__"].__get__


def block(size: int) -> int:
    """Bytes that an allocation takes: pymalloc and the C library hand out multiples of 16."""
    return (size + 15) & ~15


class Kind(NamedTuple):
    """How instances of a class are sized.

    Attributes
    ----------
    method, header
        The C method that sizes them, and bytes in front that it does not count.
    basic
        Bytes of their first block when what is beyond them has its own; else 0.
    inline, array, names
        Do they keep attributes in an array, the bytes of that, and how many
        attributes they have.
    slots
        How many references in slots they may have beside it.
    table, ordered
        Are they dictionaries, and ones that know their order twice.
    """

    method: Any
    header: int
    basic: int
    inline: bool
    array: int
    names: int
    slots: int
    table: bool
    ordered: bool


class Sizes:
    """Sizes of objects; made anew for each walk, as classes come and go."""

    def __init__(self) -> None:
        self._kinds: dict[int, Kind] = {}

    def kind(self, cls: type) -> Kind:
        """How instances of this class are sized."""
        found = self._kinds.get(id(cls))
        if found is None:
            found = self._kinds[id(cls)] = _learn(cls)
        return found


def size_of(obj: Any, kind: Kind, children: list[Any]) -> int:
    """Bytes of an object itself.

    Parameters
    ----------
    obj, kind
        The object, and how its class is sized.
    children
        What ``gc.get_referents`` says of it.
    """
    try:
        size = int(kind.method(obj))
    except Exception:  # noqa: BLE001 - a C type that cannot size this instance
        size = 0
    if EMBEDDED:
        size += kind.array
    if size > kind.basic > 0:
        found = block(kind.basic + kind.header) + block(size - kind.basic)
    else:
        found = block(size + kind.header)
    if kind.array and not EMBEDDED and not has_dict(obj, kind, children):
        found += block(kind.array)
    return found


def shared_size(obj: Any, kind: Kind) -> int:
    """Bytes of a dictionary that shares its keys: their order is in front of the values."""
    values = int(kind.method(obj)) - kind.basic
    if sys.version_info >= (3, 11):
        values = _array(values // _WORD)
    return block(kind.basic + kind.header) + block(values)


def has_dict(obj: Any, kind: Kind, children: list[Any]) -> bool:
    """Has somebody asked for the attributes of this instance as a dictionary?

    Memory is read only where what it refers to leaves that open; true where
    reading is not possible.
    """
    if not EMBEDDED:
        few = len(children) <= kind.slots + 2
        if not few or not any(safe.derives(type(c), dict) for c in children):
            return False
        if kind.names > 1 and not kind.slots:
            return True
    held = words(id(obj) - _TO_DICT, 1)
    if EMBEDDED:
        return bool(held) and held[0] != 0
    return not held or any(id(c) == held[0] for c in children)


def _learn(cls: type) -> Kind:
    flags = safe.flags(cls)
    header = _HEADER if flags & safe.HAVE_GC else 0
    if flags & _MANAGED:
        header += 2 * _WORD
    method = safe.sizer(cls)
    whole = method is object.__sizeof__ or item_size(cls) or safe.derives(cls, str)
    inline = bool(flags & _INLINE) and _made_by_object(cls)
    free, names = _room(cls) if inline else (0, 0)
    return Kind(
        method=method,
        header=header,
        basic=0 if whole else _basic_size(cls),
        inline=inline,
        array=_array(free + names) if free + names else 0,
        names=names,
        slots=_slots(cls) if inline else 0,
        table=safe.derives(cls, dict),
        ordered=safe.derives(cls, OrderedDict),
    )


def _made_by_object(cls: type) -> bool:
    """Does ``object`` make its instances?  Only then they have an array of attributes."""
    return not any(
        type(_type_dict(base).get("__new__")) is types.BuiltinFunctionType
        for base in safe.mro(cls)
        if base is not object
    )


def _slots(cls: type) -> int:
    return sum(
        type(attribute) is types.MemberDescriptorType
        for base in safe.mro(cls)
        for attribute in _type_dict(base).values()
    )


def _room(cls: type) -> tuple[int, int]:
    """How many attributes a new instance has room for, and those it will have; 0 where unknown."""
    at = _keys_word()
    found = words(id(cls) + at * _WORD, 1) if at else ()
    counts = words(found[0] + 2 * _WORD, 2) if found and found[0] else ()
    if len(counts) != 2 or not 0 < sum(counts) <= _MOST:  # noqa: PLR2004 - free and taken
        return 0, 0
    return counts[0], counts[1]


def _array(length: int) -> int:
    """Bytes of an array for so many attributes."""
    if EMBEDDED:
        return (length + 7 & ~7) + (length + 1) * _WORD
    return (length + 2 + 7 & ~7) + length * _WORD


@functools.cache
def _keys_word() -> int:
    """Which word of a class leads to the names of its instances' attributes; 0 when not found.

    They are known by how many there are: looked for in a class of our own.
    """

    class Own:
        pass

    own = Own()
    places = set(range(_basic_size(type) // _WORD))
    for count in range(1, 5):
        setattr(own, f"attribute{count}", None)
        whole = words(id(Own), _basic_size(type) // _WORD)
        places &= {
            at
            for at, word in enumerate(whole)
            if (found := words(word + 2 * _WORD, 2))
            and found[1] == count
            and count < sum(found) <= _MOST
        }
    return places.pop() if len(places) == 1 else 0
