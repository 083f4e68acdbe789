"""Buffers of a column that a library exports through Arrow's C stream interface.

The interface is a fixed layout of C structures in a capsule, made to hand data
on without a copy; it gives the address of every buffer and the rows to show.
https://arrow.apache.org/docs/format/CStreamInterface.html
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from leakhunter.heap.peek.mapped import in_file
from leakhunter.heap.walk.seen import Buffer

_POINTER = ctypes.c_void_p
_NUMBER = ctypes.c_int64


class _Schema(ctypes.Structure):
    pass


class _Array(ctypes.Structure):
    pass


_Schema._fields_ = [
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", _POINTER),
    ("flags", _NUMBER),
    ("n_children", _NUMBER),
    ("children", ctypes.POINTER(ctypes.POINTER(_Schema))),
    ("dictionary", ctypes.POINTER(_Schema)),
    ("release", _POINTER),
    ("private_data", _POINTER),
]
_Array._fields_ = [
    ("length", _NUMBER),
    ("null_count", _NUMBER),
    ("offset", _NUMBER),
    ("n_buffers", _NUMBER),
    ("n_children", _NUMBER),
    ("buffers", ctypes.POINTER(_POINTER)),
    ("children", ctypes.POINTER(ctypes.POINTER(_Array))),
    ("dictionary", ctypes.POINTER(_Array)),
    ("release", _POINTER),
    ("private_data", _POINTER),
]
_get = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, _POINTER)
_release = ctypes.CFUNCTYPE(None, _POINTER)
_pointer = ctypes.PYFUNCTYPE(_POINTER, ctypes.py_object, ctypes.c_char_p)(
    ("PyCapsule_GetPointer", ctypes.pythonapi)
)


class _Stream(ctypes.Structure):
    _fields_ = (
        ("get_schema", _get),
        ("get_next", _get),
        ("get_last_error", _POINTER),
        ("release", _POINTER),
        ("private_data", _POINTER),
    )


_WIDTHS = {
    b"c": 1, b"C": 1, b"s": 2, b"S": 2, b"i": 4, b"I": 4, b"l": 8, b"L": 8,
    b"e": 2, b"f": 4, b"g": 8, b"tdD": 4, b"tdm": 8, b"tts": 4, b"ttm": 4, b"ttu": 8,
    b"ttn": 8, b"tDs": 8, b"tDm": 8, b"tDu": 8, b"tDn": 8, b"+l": 4, b"+L": 8,
    b"_pli128": 16, b"_plu128": 16,
}  # fmt: skip
"""Bytes of one entry of the buffer after that for missing values, by format."""

_VIEW = 16
_VIEWS = (b"vu", b"vz")
_MADE = (b"u", b"z", b"U", b"Z")
"""Texts laid out otherwise than polars keeps them."""

_SMALL = 4096
"""No memory is at such an address: what is empty points there."""


Whole = Callable[[int, Mapping[int, int]], Mapping[int, int]]
"""Tells bytes of buffers that are bigger than what is shown, from an array's private data."""


def buffers_of(capsule: Any, whole: Whole | None = None) -> list[Buffer] | None:
    """Buffers of a column, one for each reference of each of its chunks.

    Parameters
    ----------
    capsule
        What ``__arrow_c_stream__`` returns; used up.
    whole
        Asked for each array how big its buffers are beyond what it shows.

    Returns
    -------
    list of Buffer
        ``None`` when exporting would copy the column, or fails.
    """
    stream = _Stream.from_address(_pointer(capsule, b"arrow_array_stream"))
    here = ctypes.addressof(stream)
    schema = _Schema()
    if stream.get_schema(here, ctypes.addressof(schema)):
        return None
    try:
        return None if _copied(schema) else _chunks(stream, schema, whole)
    finally:
        _release(schema.release)(ctypes.addressof(schema))


def _chunks(stream: Any, schema: Any, whole: Whole | None) -> list[Buffer] | None:
    here = ctypes.addressof(stream)
    found: list[Buffer] = []
    while True:
        array = _Array()
        if stream.get_next(here, ctypes.addressof(array)):
            return None
        if not array.release:
            return found
        try:
            found += _buffers(array, schema, whole)
        finally:
            _release(array.release)(ctypes.addressof(array))


def _copied(schema: Any) -> bool:
    """Is there a column in it whose texts or categories are made for the export?"""
    return (
        bool(schema.dictionary)
        or schema.format in _MADE
        or any(_copied(schema.children[i].contents) for i in range(schema.n_children))
    )


def _buffers(array: Any, schema: Any, whole: Whole | None) -> Iterator[Buffer]:
    kind = schema.format
    rows = array.offset + array.length
    held = [array.buffers[i] or 0 for i in range(array.n_buffers)]
    sizes = [(rows + 7) // 8]
    if kind in _VIEWS:
        # the last buffer has the sizes of those with long texts, and is made for the export
        texts = len(held) - 3
        sizes += (
            [rows * _VIEW, *(_NUMBER * texts).from_address(held.pop())]
            if texts
            else [rows * _VIEW]
        )
    elif kind == b"b":
        sizes += sizes
    else:
        sizes.append(_width(kind) * (rows + (kind in (b"+l", b"+L"))))
    shown = {a: n for a, n in zip(held, sizes, strict=False) if a > _SMALL}
    if whole is not None and shown:
        shown.update(whole(array.private_data, shown))
    for address in held:
        if address in shown:
            yield Buffer(address, 0 if in_file(address) else shown[address])
    for i in range(array.n_children):
        inner = array.children[i].contents, schema.children[i].contents
        yield from _buffers(*inner, whole)


def _width(kind: bytes) -> int:
    """Bytes of an entry; 0 for what is not known, and so counts for nothing."""
    if kind.startswith(b"d:"):
        given = kind.split(b",")
        return int(given[2]) // 8 if len(given) > 2 else 16  # noqa: PLR2004 - precision, scale, bits
    return 8 if kind.startswith(b"ts") else _WIDTHS.get(kind, 0)
