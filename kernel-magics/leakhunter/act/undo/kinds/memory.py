"""Memory behind numpy's arrays: where a view lies in its base, and making such views again."""

from __future__ import annotations

import ctypes
import sys
from typing import Any

from leakhunter.act.undo.node import Damaged, Memory, Refused
from leakhunter.heap import safe
from leakhunter.heap.adapters.memory import keeps
from leakhunter.heap.peek.mapped import in_file, look_again

_READ, _WRITE = 0x100, 0x200
"""Of ``PyMemoryView_FromMemory``."""


def dense(obj: Any) -> list[int] | None:
    """The order of axes in which an array's memory is one piece; ``None`` when it has gaps."""
    axes = sorted(range(obj.ndim), key=lambda axis: (-obj.strides[axis], axis))
    if not obj.size:
        return list(range(obj.ndim))
    if not obj.transpose(axes).flags.c_contiguous:
        return None
    # axes of length one have strides that say nothing
    return list(range(obj.ndim)) if obj.flags.c_contiguous else axes


def in_order(obj: Any, axes: list[int]) -> Any:
    """The memory of a dense array as a row of bytes."""
    if not obj.itemsize:
        return sys.modules["numpy"].empty(0, "u1")
    return obj.transpose(axes).reshape(-1).view("u1")


def like(shape: list[int], axes: list[int], dtype: Any) -> Any:
    """A new array of this shape that owns memory in this order of axes."""
    numpy = sys.modules["numpy"]
    if axes == sorted(axes):
        made = numpy.empty(shape, dtype)
    elif axes == sorted(axes, reverse=True):
        made = numpy.empty(shape, dtype, order="F")
    else:
        # memory that is never touched, only for its order
        order = numpy.empty([shape[axis] for axis in axes], "i1")
        back = sorted(range(len(axes)), key=axes.__getitem__)
        made = numpy.empty_like(order.transpose(back), dtype=dtype)
    if made.shape != tuple(shape) or made.dtype != dtype or not made.flags.owndata:
        msg = "A saved array has another shape than was written."
        raise Damaged(msg)
    return made


def at_address(place: int, size: int, *, writable: bool = False) -> memoryview:
    """Memory at an address, which its owner keeps."""
    make = ctypes.PYFUNCTYPE(
        ctypes.py_object, ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_int
    )(("PyMemoryView_FromMemory", ctypes.pythonapi))
    found: memoryview = make(place, size, _WRITE if writable else _READ)
    return found


def address(obj: Any) -> int:
    """Where the first element of an array is."""
    return int(obj.__array_interface__["data"][0])


def _span(obj: Any) -> tuple[int, int]:
    """Where the memory that an array shows begins and ends."""
    begin = end = address(obj)
    if not obj.size:
        return begin, begin
    for length, stride in zip(obj.shape, obj.strides, strict=True):
        if stride < 0:
            begin += (length - 1) * stride
        else:
            end += (length - 1) * stride
    return begin, end + obj.itemsize


def inside(obj: Any, base: Any) -> int:
    """Bytes from the beginning of a base to the first element of an array that shows a part of it.

    Raises
    ------
    Refused
        When it shows anything else.
    """
    begin, end = _span(base)
    low, high = _span(obj)
    if low == high:
        return 0
    if dense(base) is None or low < begin or high > end:
        raise Refused("a view of memory that undo does not know")
    return address(obj) - begin


def carve(
    base: Any, start: int, shape: list[int], strides: list[int], dtype: Any
) -> Any:
    """The array of this layout that begins so many bytes into a base."""
    numpy = sys.modules["numpy"]
    flat = base
    if type(base) in (numpy.ndarray, numpy.ma.MaskedArray):
        flat = numpy.ndarray.view(base, numpy.ndarray)
        flat = in_order(flat, dense(flat) or [])
    if 0 in shape:
        return numpy.ndarray(shape, dtype, flat)
    return numpy.ndarray(shape, dtype, flat, start, strides)


def carve_items(base: Any, start: int, shape: list[int], strides: list[int]) -> Any:
    """As :func:`carve`, of objects and texts: numpy lends their memory to its own views only."""
    numpy = sys.modules["numpy"]
    base = numpy.ndarray.view(base, numpy.ndarray)
    grid = base.transpose(dense(base))
    flat = grid.reshape(-1)
    if 0 in shape:
        return flat[:0].reshape(shape)
    size = flat.itemsize
    axes = [(n, s // size) for n, s in zip(shape, strides, strict=True)]
    low = start // size + sum((n - 1) * s for n, s in axes if s < 0)
    high = start // size + sum((n - 1) * s for n, s in axes if s > 0)
    if low < 0 or high >= flat.size or start % size or any(s % size for s in strides):
        msg = "A saved view lies outside of its base."
        raise Damaged(msg)
    found = _sliced(grid, low, axes)
    if found is None:
        found = _split(flat, low, axes)
    if found is None:
        # parts of it overlap
        return numpy.lib.stride_tricks.as_strided(flat[start // size :], shape, strides)
    return found


def _split(flat: Any, low: int, axes: list[tuple[int, int]]) -> Any:
    """A view of a row made by splitting and slicing; ``None`` when its parts overlap.

    The widest axis first: the row is split into pieces as long as that axis'
    step, and the others are looked for inside of a piece.
    """
    order = sorted(range(len(axes)), key=lambda axis: -abs(axes[axis][1]))
    found = flat
    for axis in order:
        count, step = axes[axis][0], abs(axes[axis][1]) or 1
        if count == 1:
            found = found[..., None, :]
            continue
        # the last piece may be cut short by the end of the row: begin earlier then
        earlier = max(low + count * step - found.shape[-1], 0)
        if earlier > low or earlier >= step or not axes[axis][1]:
            return None
        found = found[..., low - earlier : low - earlier + count * step]
        found = found.reshape(*found.shape[:-1], count, step)
        low = earlier
    found = found[..., low : low + 1].reshape(found.shape[:-1])
    return _turned(found, order, axes)


def _sliced(grid: Any, low: int, axes: list[tuple[int, int]]) -> Any:
    """A view made by slicing the axes of its base, each for one of its own; ``None`` when that is not all."""
    order = sorted(range(len(axes)), key=lambda axis: (-abs(axes[axis][1]), axis))
    wanted = [axes[axis] for axis in order if axes[axis][0] > 1]
    index: list[Any] = []
    for length, stride in zip(grid.shape, grid.strides, strict=True):
        step = stride // grid.itemsize
        at, low = divmod(low, step) if length > 1 else (0, low)
        count, every = 1, 1
        if wanted and length > 1 and abs(wanted[0][1]) >= step:
            count, wide = wanted.pop(0)
            every = abs(wide) // step
        last = at + (count - 1) * every
        if last >= length:
            return None
        index.append(slice(at, last + 1, every) if count > 1 else at)
    if wanted or low:
        return None
    index.append(...)
    found = grid[tuple(index)]
    for place, axis in enumerate(order):
        if axes[axis][0] == 1:
            found = found.reshape(*found.shape[:place], 1, *found.shape[place:])
    found = _turned(found, order, axes)
    steps = [stride // grid.itemsize for stride in found.strides]
    alike = all(n == 1 or s == step for (n, step), s in zip(axes, steps, strict=True))
    return found if alike else None


def _turned(found: Any, order: list[int], axes: list[tuple[int, int]]) -> Any:
    """A view with its axes in their order, and those that run backwards turned round."""
    found = found.transpose(sorted(range(len(axes)), key=order.__getitem__))
    turns = [slice(None, None, -1 if step < 0 else 1) for _, step in axes]
    return found[tuple(turns)] if axes else found


class Region:
    """Memory that arrays show and that something else than an array keeps.

    Only what they show is known to be there: each stretch is saved by itself.
    """

    def __init__(self, base: Any) -> None:
        self._base = base
        self._spans: list[tuple[int, int]] = []

    def add(self, obj: Any) -> None:
        """An array shows some of it."""
        begin, end = _span(obj)
        spans = sorted([*self._spans, (begin, end)])
        merged = [spans[0]]
        for low, high in spans[1:]:
            if low < merged[-1][1] or (low, high) == merged[-1]:
                merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
            else:
                merged.append((low, high))
        self._spans = merged

    def sizes(self) -> list[int]:
        """Bytes of each stretch."""
        return [high - low for low, high in self._spans]

    def data(self) -> tuple[Memory, ...]:
        """The bytes of each stretch."""
        return tuple(
            Memory(at_address(low, high - low) if high > low else b"", high - low)
            for low, high in self._spans
        )

    def place(self, obj: Any) -> list[int]:
        """In which stretch an array lies, and how far from its beginning."""
        begin, end = _span(obj)
        for number, (low, high) in enumerate(self._spans):
            if low <= begin and end <= high:
                return [number, address(obj) - low]
        raise Refused("a view of memory that undo does not know")


def foreign(obj: Any, base: Any, notes: dict[Any, Any]) -> Region:
    """The region behind an array whose memory is not numpy's.

    Raises
    ------
    Refused
        When it may be a file, or shared with objects that are not arrays.
    """
    if base is None:
        raise Refused("an array in memory of another library")
    cls = type(base)
    module = safe.module_of(cls)
    if module == "mmap" or (address(obj) and _in_file(address(obj), notes)):
        raise Refused("an array in a mapped file")
    constant = module == "pyarrow.lib" and not obj.flags.writeable
    if not keeps(cls) and not constant:
        raise Refused("an array in memory of another library")
    region: Region = notes.setdefault(("region", id(base)), Region(base))
    region.add(obj)
    return region


def _in_file(place: int, notes: dict[Any, Any]) -> bool:
    if "mapped" not in notes:
        look_again()
        notes["mapped"] = True
    return in_file(place)
