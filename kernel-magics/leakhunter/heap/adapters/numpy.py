"""numpy: an array's data, its base, and the elements of an object array.

The collector sees nothing inside an ``ndarray``.  A view holds its base; the
base owns the data, so a view and its base count their data once.  A mapped
file is no memory of the process: the base of ``np.memmap`` is the mapping, and
nobody owns bytes.

Cost: 1 to 3 µs an array, 20 ns an element of an object array.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from leakhunter.heap import safe
from leakhunter.heap.adapters.memory import behind, keeps
from leakhunter.heap.peek.mapped import look_again
from leakhunter.heap.walk.seen import NOTHING, Seen

MODULE = "numpy"

MAX_ELEMENTS = 20_000_000
"""Elements of an object array that are listed, far more than a walk may look at; above that they stay hidden."""

_PLACED = 1024
"""Smaller data is not looked for in the buffers of other libraries: 1 µs an array."""

_SAMPLE = 20_000
"""Variable-length texts whose length is looked at: 2 ms."""

_INLINE = 15
"""Bytes of a variable-length text that need no memory of their own."""


def handles(cls: type) -> bool:
    """Is this ``ndarray`` or a subclass of it, or something else that holds one?"""
    numpy = sys.modules[MODULE]
    loops = (numpy.flatiter, numpy.nditer, numpy.broadcast)
    known = safe.derives(cls, numpy.ndarray, numpy.void, *loops)
    if known:
        look_again()
    return known or plain(cls)


def plain(cls: type) -> bool:
    """Is it a number of numpy's, whose own size counts the value twice?"""
    numpy = sys.modules[MODULE]
    return (
        safe.derives(cls, numpy.generic)
        and not safe.derives(cls, numpy.flexible)
        and not safe.flags(cls) & safe.HEAP_TYPE
    )


def look(obj: Any) -> Seen:
    """Base and elements of an array, and the bytes of data that it owns."""
    numpy = sys.modules[MODULE]
    if safe.is_kind(obj, numpy.ndarray):
        return _array(obj, numpy.ndarray)
    if safe.is_kind(obj, numpy.generic) and plain(type(obj)):
        return Seen(size=-(-type(obj).__basicsize__ // 16) * 16)
    if safe.is_kind(obj, numpy.void):
        return _record(obj, numpy)
    if safe.is_kind(obj, numpy.flatiter):
        return Seen(objects=(numpy.flatiter.base.__get__(obj),))
    if safe.is_kind(obj, numpy.broadcast):
        return Seen(objects=numpy.broadcast.iters.__get__(obj))
    return _loop(obj, numpy)


def many(obj: Any) -> int:
    """Elements of an array of objects that owns them."""
    array = sys.modules[MODULE].ndarray
    if not safe.is_kind(obj, array) or not array.flags.__get__(obj).owndata:
        return 0
    return int(array.size.__get__(obj)) if array.dtype.__get__(obj).hasobject else 0


def _array(obj: Any, array: Any) -> Seen:
    base = array.base.__get__(obj)
    size = array.__sizeof__(obj)
    shown = array.nbytes.__get__(obj)
    if not array.flags.__get__(obj).owndata:
        if base is None:
            return Seen(size=size)
        kept = keeps(type(base))
        found = behind(base, _address(obj, array), shown) if kept else NOTHING
        return found._replace(size=size, objects=(base,), pinned=((base, shown),))
    # the data is a block of its own
    size += -shown % 16
    dtype = array.dtype.__get__(obj)
    place = _address(obj, array) if shown >= _PLACED else 0
    if dtype.hasobject and dtype.kind != "T":
        if array.size.__get__(obj) > MAX_ELEMENTS:
            return Seen(size=size, hidden=True, data=place, extent=shown)
        return Seen(size, tuple(elements(obj)), data=place, extent=shown)
    if dtype.kind == "T":
        texts = _texts(obj, array)
        size += texts or 0
        unknown = texts is None
        return Seen(size, hidden=unknown, data=place, extent=shown, estimate=True)
    return Seen(size=size, data=place, extent=shown)


def _address(obj: Any, array: Any) -> int:
    return int(array.__array_interface__.__get__(obj)["data"][0])


def elements(obj: Any) -> Iterator[Any]:
    """Each reference in an array once, those in fields of records too.

    Through views that are plain arrays: a subclass is told of every view.
    """
    array = sys.modules[MODULE].ndarray
    todo = [array.view(obj, array)]
    while todo:
        part = todo.pop()
        if part.dtype.names is None:
            yield from part.flat
        else:
            fields = [part[name] for name in part.dtype.names]
            todo += [field for field in fields if field.dtype.hasobject]


def _texts(obj: Any, array: Any) -> int | None:
    """About the bytes of the texts of a ``StringDType`` array, from a sample.

    Characters are counted, so it is rather too little; ``None`` where that fails,
    as with missing values.
    """
    plain = array.view(obj, array).reshape(-1)
    step = -(-plain.size // _SAMPLE) or 1
    try:
        lengths = sys.modules[MODULE].strings.str_len(plain[::step])
    except ValueError:
        return None
    apart = int(lengths[lengths > _INLINE].sum())
    return int(apart * plain.size // (lengths.size or 1))


def _record(obj: Any, numpy: Any) -> Seen:
    """A row of a record array is a view of the whole array."""
    base = numpy.void.base.__get__(obj)
    if base is not None:
        return Seen(
            objects=(base,), pinned=((base, numpy.generic.nbytes.__get__(obj)),)
        )
    return Seen(hidden=numpy.generic.dtype.__get__(obj).hasobject)


def _loop(obj: Any, numpy: Any) -> Seen:
    """An iterator over several arrays, of which those that it makes are its own."""
    try:
        return Seen(objects=numpy.nditer.operands.__get__(obj))
    except ValueError:  # closed: it holds nothing
        return NOTHING


def describe(obj: Any) -> str:
    """Shape and type: ``200,000 × 1,000 float64``."""
    array = sys.modules[MODULE].ndarray
    if not safe.is_kind(obj, array):
        return ""
    shape = " × ".join(f"{n:,}" for n in array.shape.__get__(obj)) or "scalar"
    dtype = array.dtype.__get__(obj)
    # the name of a record's type may be code of the user's
    what = "records" if dtype.kind == "V" else safe.short(str(dtype))
    return f"{shape} {what}"
