"""Python's own values and containers."""

from __future__ import annotations

import builtins
import collections
import sys
import types
from array import array
from typing import Any

from leakhunter.act.undo.node import (
    Builder,
    Damaged,
    Describe,
    Growing,
    Memory,
    Node,
    Refused,
    Text,
)
from leakhunter.act.undo.words import attributed

MODULE = "builtins"

_SHOWN = 40
"""Characters of a key in the way to an object."""


def known() -> dict[type, Describe]:
    """The types of this module, with what describes each."""
    return {
        str: lambda obj, _: Node("str", None, (), (Text(obj),)),
        bytes: lambda obj, _: Node("bytes", None, (), (Memory(obj, len(obj)),)),
        bytearray: _bytearray,
        array: _array,
        memoryview: _memoryview,
        complex: lambda obj, _: Node("complex", [obj.real, obj.imag]),
        type(...): lambda _, __: Node("ellipsis"),
        type(NotImplemented): lambda _, __: Node("notimplemented"),
        range: lambda obj, _: Node("range", None, [obj.start, obj.stop, obj.step]),
        slice: lambda obj, _: Node("slice", None, [obj.start, obj.stop, obj.step]),
        list: _list,
        tuple: lambda obj, _: Node("tuple", None, obj, step=_item),
        set: _set,
        frozenset: lambda obj, _: Node("frozenset", None, list(obj)),
        dict: _dict,
        collections.OrderedDict: _dict,
        collections.Counter: _dict,
        collections.defaultdict: _dict,
        collections.deque: _deque,
        types.ModuleType: _module,
        types.BuiltinFunctionType: _function,
        type: _type,
    }


def _item(_: object, at: int) -> str:
    return f"[{at}]"


def _list(obj: list[Any], _: object) -> Node:
    return Node("list", None, obj[:], step=_item, again=list.copy)


def _set(obj: set[Any], _: object) -> Node:
    return Node("set", None, list(obj), again=list)


def _deque(obj: collections.deque[Any], _: object) -> Node:
    return Node("deque", obj.maxlen, list(obj), step=_item, again=list)


_DICTS = {
    dict: "dict",
    collections.OrderedDict: "odict",
    collections.Counter: "counter",
    collections.defaultdict: "defaultdict",
}


def _pairs(obj: dict[Any, Any]) -> list[Any]:
    """All keys, then all values; before them what a ``defaultdict`` makes values with."""
    pairs = list(type(obj).items(obj))
    first = [obj.default_factory] if type(obj) is collections.defaultdict else []
    return first + [key for key, _ in pairs] + [value for _, value in pairs]


def _dict(obj: dict[Any, Any], _: object) -> Node:
    if type(obj) is collections.Counter or type(obj) is collections.OrderedDict:
        _nothing_else(obj)
    return Node(_DICTS[type(obj)], None, _pairs(obj), step=_value, again=_pairs)


def _value(obj: dict[Any, Any], at: int) -> str:
    """The way to a value; there is none to a key."""
    at -= len(obj) + (type(obj) is collections.defaultdict)
    return f"[{_key(list(obj)[at])}]" if at >= 0 else ""


def _nothing_else(obj: Any) -> None:
    """Attributes of its own would be lost."""
    if obj.__dict__:
        raise Refused(attributed(obj))


def _key(key: object) -> str:
    if type(key) is int:
        return str(key) if abs(key) < 10**12 else "…"
    if type(key) is str and len(key) <= _SHOWN and key.isprintable() and "`" not in key:
        return f"'{key}'" if "'" not in key else f'"{key}"'
    return "…"


def _bytearray(obj: bytearray, _: object) -> Node:
    size = len(obj)
    return Node("bytearray", None, (), (Growing(obj),), same=lambda: len(obj) == size)


def _array(obj: array[Any], _: object) -> Node:
    size = len(obj)
    return Node(
        "array",
        obj.typecode,
        (),
        (Growing(obj, obj.itemsize),),
        same=lambda: len(obj) == size,
    )


def _memoryview(obj: memoryview, _: object) -> Node:
    """A view over all of the bytes of another object, or a part of them in one piece."""
    try:
        owner, layout = obj.obj, (obj.format, obj.shape, obj.readonly)
    except ValueError:
        raise Refused("a memory view that was released") from None
    if not obj.c_contiguous or not lends(owner):
        raise Refused("a view of memory that undo does not know")
    with memoryview(owner) as whole, whole.cast("B") as flat:
        start = _address(obj) - _address(flat)
        if not 0 <= start <= flat.nbytes - obj.nbytes:
            raise Refused("a view of memory that undo does not know")
    return Node(
        "memoryview",
        [start, obj.nbytes, layout[0], list(layout[1] or ()), layout[2]],
        [owner],
    )


def lends(owner: object) -> bool:
    """Is it an object of Python's own that others may show the memory of?"""
    # by identity: `in` would ask a metaclass of the user's
    return any(type(owner) is cls for cls in (bytes, bytearray, array))


def _address(view: memoryview) -> int:
    import ctypes  # noqa: PLC0415 - only where there are views

    class Buffer(ctypes.Structure):
        """The beginning of ``Py_buffer``."""

        _fields_ = (
            ("buf", ctypes.c_void_p), ("obj", ctypes.c_void_p), ("len", ctypes.c_ssize_t),
            ("itemsize", ctypes.c_ssize_t), ("readonly", ctypes.c_int), ("ndim", ctypes.c_int),
            ("format", ctypes.c_char_p), ("shape", ctypes.c_void_p), ("strides", ctypes.c_void_p),
            ("suboffsets", ctypes.c_void_p), ("internal", ctypes.c_void_p),
        )  # fmt: skip

    buffer = Buffer()
    ctypes.pythonapi.PyObject_GetBuffer(
        ctypes.py_object(view), ctypes.byref(buffer), ctypes.c_int(0x11C)
    )
    try:
        return buffer.buf or 0
    finally:
        ctypes.pythonapi.PyBuffer_Release(ctypes.byref(buffer))


# ------------------------------------------------------- found again by name


_globals: Any = types.ModuleType.__dict__["__dict__"].__get__  # type: ignore[index]


def _module(obj: types.ModuleType, _: object) -> Node:
    """A module stays where it is: it is found again by its name."""
    name = _globals(obj).get("__name__")
    if type(name) is not str or name == "__main__" or sys.modules.get(name) is not obj:
        raise Refused("a module that cannot be found by its name")
    return Node("module", name)


def _function(obj: types.BuiltinFunctionType, _: object) -> Node:
    """A function of a module in C is found again there by its name."""
    owner = obj.__self__
    if type(owner) is types.ModuleType:
        name = owner.__dict__.get("__name__")
        if (
            type(name) is str
            and sys.modules.get(name) is owner
            and owner.__dict__.get(obj.__name__) is obj
        ):
            return Node("named", [name, obj.__name__])
    raise Refused("a function")


_TYPES = {
    id(value): name for name, value in vars(builtins).items() if type(value) is type
}


def _type(obj: type, _: object) -> Node:
    if id(obj) in _TYPES:
        return Node("named", ["builtins", _TYPES[id(obj)]])
    numpy = sys.modules.get("numpy")
    name = type.__dict__["__name__"].__get__(obj)
    if numpy is not None and numpy.__dict__.get(name) is obj:
        return Node("named", ["numpy", name])
    raise Refused("a class")


def _found(facts: Any) -> Any:
    return sys.modules[facts[0]].__dict__[facts[1]]


# -------------------------------------------------------------- making again


def _make_array(facts: Any, _: Any, data: Any) -> array[Any]:
    made = array(facts)
    made.frombytes(data[0].read())
    return made


def _make_bytearray(_: Any, __: Any, data: Any) -> bytearray:
    made = bytearray(data[0].size)
    data[0].into(made)
    return made


def _make_view(facts: Any, parts: Any, _: Any) -> memoryview:
    start, size, kind, shape, readonly = facts
    flat = memoryview(parts[0]).cast("B")[start : start + size]
    view = (
        flat
        if kind == "B" and len(shape) == 1
        else flat.cast(kind, shape)
        if size
        else flat
    )
    return view.toreadonly() if readonly else view


def _fill_dict(made: dict[Any, Any], _: Any, parts: list[Any]) -> None:
    half = len(parts) // 2
    type(made).update(made, zip(parts[:half], parts[half:], strict=True))


def _fill_counter(made: Any, _: Any, parts: list[Any]) -> None:
    # its own `update` would add
    half = len(parts) // 2
    dict.update(made, zip(parts[:half], parts[half:], strict=True))


def _fill_default(made: Any, facts: Any, parts: list[Any]) -> None:
    made.default_factory = parts[0]
    _fill_dict(made, facts, parts[1:])


def _outside(*_: object) -> Any:
    msg = "An object that was to live on is gone."
    raise Damaged(msg)


BUILDERS = {
    "outside": Builder(_outside),
    "int": Builder(lambda facts, *_: int.from_bytes(facts, "little", signed=True)),
    "nan": Builder(lambda facts, *_: sys.modules[facts].nan),
    "text": Builder(lambda facts, *_: facts.decode("utf-8", "surrogatepass")),
    "str": Builder(lambda _, __, data: data[0].read().decode("utf-8", "surrogatepass")),
    "bytes": Builder(lambda _, __, data: bytes(data[0].read())),
    "bytearray": Builder(_make_bytearray),
    "array": Builder(_make_array),
    "memoryview": Builder(_make_view),
    "complex": Builder(lambda facts, *_: complex(*facts)),
    "ellipsis": Builder(lambda *_: ...),
    "notimplemented": Builder(lambda *_: NotImplemented),
    "range": Builder(lambda _, parts, __: range(*parts)),
    "slice": Builder(lambda _, parts, __: slice(*parts)),
    "tuple": Builder(lambda _, parts, __: tuple(parts)),
    "frozenset": Builder(lambda _, parts, __: frozenset(parts)),
    "list": Builder(lambda *_: [], lambda made, _, parts: made.extend(parts)),
    "set": Builder(lambda *_: set(), lambda made, _, parts: made.update(parts)),
    "deque": Builder(
        lambda facts, *_: collections.deque(maxlen=facts),
        lambda made, _, parts: made.extend(parts),
    ),
    "dict": Builder(lambda *_: {}, _fill_dict),
    "odict": Builder(lambda *_: collections.OrderedDict(), _fill_dict),
    "counter": Builder(lambda *_: collections.Counter(), _fill_counter),
    "defaultdict": Builder(lambda *_: collections.defaultdict(), _fill_default),
    "module": Builder(lambda facts, *_: sys.modules[facts]),
    "named": Builder(lambda facts, *_: _found(facts)),
}
