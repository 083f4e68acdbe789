"""Where the memory behind a variable was allocated, for as long as a trace runs.

tracemalloc knows blocks by their address: that of an object, or that of the
data which an array has elsewhere.
"""

from __future__ import annotations

import _tracemalloc
import ctypes
import types
from typing import TYPE_CHECKING, Any

from leakhunter.heap import safe
from leakhunter.heap.adapters import Adapters
from leakhunter.heap.peek.kinds import Kind
from leakhunter.heap.referents import referents
from leakhunter.trace.model import Origin
from leakhunter.trace.rows import cleaned

if TYPE_CHECKING:
    from leakhunter.trace.rows import Frame
    from leakhunter.trace.spots import Spots

OBJECTS = 5000
"""Objects looked at: while tracing, each takes some 0.1 ms."""

LEAST = 100_000
"""Smaller blocks are told only when there are no others."""

MOST = 12
"""Blocks that are told."""

_DOMAINS = (389047, 0)
"""Where blocks of data are known: numpy's own domain, and Python's."""

_LIST, _LIST_ITEMS = 40, 24
"""Bytes of a list object, and where in it the address of its items stands; other layouts are not read."""

_BOUNDARY = (types.ModuleType, types.FunctionType, types.BuiltinFunctionType)


def origins(name: str, value: object, names: Spots) -> list[Origin]:
    """The blocks behind a variable, the biggest first, each with the calls that allocated it.

    Parameters
    ----------
    name
        What the variable is called.
    value
        What it holds.
    names
        Names lines of code.
    """
    blocks = _blocks(value)
    big = [block for block in blocks if block[1] >= LEAST] or blocks[:1]
    big.sort(key=lambda block: -block[1])
    return [_origin(name, block, names) for block in big[:MOST]]


_Block = tuple[str, int, "tuple[Frame, ...] | None", bool]
"""Type, bytes, frames, and whether Python's allocators could know it."""


def _blocks(value: object) -> list[_Block]:
    """What a variable reaches; the first is the object itself."""
    adapters = Adapters()
    found: list[_Block] = []
    seen = {id(value)}
    data: set[int] = set()
    todo: list[Any] = [value]
    for obj in todo:
        cls = type(obj)
        looked = adapters.look(obj)
        size = None if looked is None else looked.size
        if size is None:
            size = Kind(cls, adapted=looked is not None).size(obj)
        outside = _items(obj) if looked is None else looked.data
        frames = _data(outside) if outside else _tracemalloc._get_object_traceback(obj)  # noqa: SLF001 - the public way makes objects of frames
        found.append((safe.type_name(cls), size, _frames(frames), True))
        children = list(referents(obj))
        if looked is not None:
            children.extend(looked.objects)
            buffers = list(looked.buffers)
            for buffer in buffers:
                buffers.extend(buffer.parts)
                if buffer.address not in data:
                    data.add(buffer.address)
                    frames = _frames(_data(buffer.address))
                    found.append((safe.type_name(cls), buffer.bytes, frames, False))
        for child in children[:OBJECTS]:
            if len(todo) >= OBJECTS:
                break
            if id(child) not in seen and not _bounds(child):
                seen.add(id(child))
                todo.append(child)
    return found


def _items(obj: object) -> int:
    """Address of the items of a list, which lie outside of it; 0 for all else."""
    if type(obj) is not list or list.__basicsize__ != _LIST:
        return 0
    return ctypes.c_void_p.from_address(id(obj) + _LIST_ITEMS).value or 0


def _bounds(obj: object) -> bool:
    """Does this lead to code and not to data?"""
    cls = type(obj)
    return safe.derives(cls, type) or any(cls is kind for kind in _BOUNDARY)


def _frames(raw: Any) -> tuple[Frame, ...] | None:
    """Frames of a traceback: since Python 3.9 some functions tell their whole number, too."""
    if raw is None:
        return None
    if len(raw) == 2 and type(raw[1]) is int and type(raw[0]) is tuple:  # noqa: PLR2004 - frames, number
        return tuple(raw[0])
    return tuple(raw)


def _data(address: int) -> Any:
    """The traceback of a block by its address; ``None`` when it is not known."""
    lookup = getattr(ctypes.pythonapi, "_PyTraceMalloc_GetTraceback", None)
    if lookup is None:
        return None
    lookup.restype, lookup.argtypes = ctypes.py_object, (ctypes.c_uint, ctypes.c_size_t)
    for domain in _DOMAINS:
        found = lookup(domain, address)
        if found is not None:
            return found
    return None


def _origin(name: str, block: _Block, names: Spots) -> Origin:
    kind, size, frames, python = block
    if frames is None:
        why = (
            "it was allocated before the trace began"
            if python
            else "this library's own allocator is not seen by Python, or it was before the trace"
        )
        return Origin(name, kind, size, [], why)
    path = cleaned(frames, names)
    spots = [names.spot(file, line, names.cell(path[0][0])) for file, line in path]
    return Origin(name, kind, size, spots)
