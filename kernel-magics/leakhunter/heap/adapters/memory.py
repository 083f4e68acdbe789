"""Memory that Python's own objects lend to libraries: where it is, and what a capsule keeps.

Arrow reads a file out of a ``bytes`` object in place, ``numpy`` puts an array
over memory of another library and a capsule around its owner.  A table over
bytes that have a name frees nothing; an array over a capsule is all that keeps
its memory.  A ``mmap`` without a file is memory of the process.
"""

from __future__ import annotations

import sys
from array import array
from datetime import datetime_CAPI
from functools import cache
from typing import Any

from leakhunter.heap import safe
from leakhunter.heap.peek.mapped import in_file, look_again
from leakhunter.heap.peek.native import words
from leakhunter.heap.referents import referents
from leakhunter.heap.walk.seen import NOTHING, Buffer, Seen

MODULE = "builtins"

_CAPSULE = type(datetime_CAPI)
_NUMBAS = "_MemInfo"
"""What keeps the memory of an array that code compiled by numba made."""

_LENT = 1024
"""Less than this is not looked for in the buffers of libraries."""

_BETWEEN = type(referents(memoryview(b""))[0])
"""What views of one object share: it refers to that object."""

_PATTERN = b"where a bytearray keeps its data"


def handles(cls: type) -> bool:
    """Does it lend memory, or keep what was lent?"""
    if safe.derives(cls, *_mmap()):
        look_again()
        return True
    return (
        safe.derives(cls, bytes, bytearray, array, memoryview)
        or keeps(cls)
        or safe.derives(cls, *_ctypes())
    )


def keeps(cls: type) -> bool:
    """Does it do nothing but keep the owner of some memory alive?"""
    return cls is _CAPSULE or (
        safe.type_name(cls) == _NUMBAS and not safe.flags(cls) & safe.HEAP_TYPE
    )


def _ctypes() -> tuple[type, ...]:
    ctypes = sys.modules.get("ctypes")
    return (ctypes.Array, ctypes.Structure, ctypes.Union) if ctypes else ()


def _mmap() -> tuple[type, ...]:
    mmap = sys.modules.get("mmap")
    return (mmap.mmap,) if mmap else ()


def look(obj: Any) -> Seen:
    """Where its data is; of a capsule a node for what it keeps, see :func:`behind`."""
    cls = type(obj)
    if keeps(cls):
        return Seen(buffers=(Buffer(_key(obj), 0),))
    if safe.derives(cls, bytes):
        at = id(obj) + bytes.__basicsize__ - 1
        return _lent(at, bytes.__len__(obj))
    if safe.derives(cls, bytearray):
        return _growing(obj)
    if safe.derives(cls, array):
        # with the room that it has to grow, which may never have been written to
        room = array.__sizeof__(obj) - object.__sizeof__(obj)
        return Seen(data=array.buffer_info(obj)[0], extent=max(room, 0))
    if cls is memoryview:
        return _view(obj)
    return _mapping(obj) if safe.derives(cls, *_mmap()) else _structure(obj)


def _growing(obj: bytearray) -> Seen:
    where, lent = _of_bytearray(), bytearray.__len__(obj)
    if where is None or lent < _LENT:
        return NOTHING
    room = bytearray.__sizeof__(obj) - object.__sizeof__(obj)
    return _lent(words(id(obj) + where, 1)[0], max(room, lent))


def _mapping(obj: Any) -> Seen:
    address, size = mapped(obj)
    if not size or in_file(address):
        return NOTHING
    return Seen(object.__sizeof__(obj) + size, data=address, extent=size)


def mapped(obj: Any) -> tuple[int, int]:
    """Address and bytes of what a ``mmap`` has mapped; zeros when it is closed, or where that cannot be told."""
    _, _, address, size = words(id(obj), 4) or (0, 0, 0, 0)
    try:
        known = size == _mmap()[0].__len__(obj)  # type: ignore[attr-defined]
    except ValueError:  # closed
        return 0, 0
    return (address, size) if known else (0, 0)


def _view(view: memoryview) -> Seen:
    """A part of an object's memory: what stands between the two keeps the object."""
    try:
        shown = view.nbytes
    except ValueError:  # released: it keeps nothing
        return NOTHING
    # it may also be listed by who exported the view
    between = [r for r in referents(view) if type(r) is _BETWEEN]
    return Seen(pinned=((between[0], shown),)) if between else NOTHING


def _lent(address: int, extent: int) -> Seen:
    return Seen(data=address, extent=extent) if extent >= _LENT else NOTHING


def _structure(obj: Any) -> Seen:
    """An array or structure of ctypes: Python's sizes leave its memory out."""
    ctypes = sys.modules["ctypes"]
    cls = type(obj)
    if not any(type(cls) is type(base) for base in _ctypes()):
        return NOTHING
    # of the class: of an object it asks for its `__class__`
    size = ctypes.sizeof(cls)
    if size < _LENT or not ctypes.Array._b_needsfree_.__get__(obj):
        return NOTHING
    whole = object.__sizeof__(obj) + size
    return Seen(size=whole, data=ctypes.addressof(obj), extent=size)


@cache
def _of_bytearray() -> int | None:
    """Where in a ``bytearray`` the address of its data is, found in one of our own."""
    own = bytearray(_PATTERN)
    size = bytearray.__basicsize__ // 8
    pattern = memoryview(_PATTERN).cast("Q").tolist()
    for at, address in enumerate(words(id(own), size)):
        if list(words(address, len(pattern))) == pattern:
            return at * 8
    return None


def _key(keeper: Any) -> int:
    """Address of the node for what a capsule keeps: nothing else begins inside the capsule."""
    return id(keeper) + 16


def behind(base: Any, address: int, held: int) -> Seen:
    """What is behind the base of an array.

    Parameters
    ----------
    base
        The object that keeps the array's memory alive: one of :func:`keeps`.
    address, held
        Where the array's data begins, and its bytes.

    Returns
    -------
    Seen
        A node that goes when array and base are gone, with the memory and what
        Arrow's capsules refer to.  What a capsule of another library keeps may
        have more owners.
    """
    if type(base) is _CAPSULE:
        name = _name(base)
        parts = [Buffer(address, 0 if in_file(address) else held)]
        if name == b"arrow::Array":
            parts += _shared_array(base, name)
        kept = Buffer(_key(base), 0, parts=tuple(parts))
        return Seen(buffers=(kept,), estimate=not name.startswith(b"arrow::"))
    # several arrays may show parts of what one compiled function made
    whole = Buffer(base.data, address - base.data + held, base.refcount)
    return Seen(buffers=(Buffer(_key(base), 0, parts=(whole,)),))


def _shared_array(base: Any, name: bytes) -> list[Buffer]:
    """The array that a capsule of Arrow's keeps, known as :mod:`.arrow` knows it."""
    pointer = words(_capi()[1](base, name) or 0, 2)
    return [Buffer(pointer[1], 0)] if pointer else []


def _name(capsule: Any) -> bytes:
    return _capi()[0](capsule) or b""


@cache
def _capi() -> tuple[Any, Any]:
    """The two functions of CPython that look into capsules; numpy has imported ctypes."""
    import ctypes  # noqa: PLC0415 - only where there are capsules

    return (
        ctypes.PYFUNCTYPE(ctypes.c_char_p, ctypes.py_object)(
            ("PyCapsule_GetName", ctypes.pythonapi)
        ),
        ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(
            ("PyCapsule_GetPointer", ctypes.pythonapi)
        ),
    )


def describe(_: Any) -> str:
    """Nothing that its type does not say."""
    return ""
