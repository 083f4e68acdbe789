"""numpy: arrays by the memory that they show, so that views are views again."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from leakhunter.act.undo.kinds import builtins, torch
from leakhunter.act.undo.kinds.memory import (
    Region,
    carve,
    carve_items,
    dense,
    foreign,
    in_order,
    inside,
    like,
)
from leakhunter.act.undo.kinds.numpy_dtypes import TEXT, dtype_of, facts_of
from leakhunter.act.undo.node import Builder, Damaged, Describe, Memory, Node, Refused
from leakhunter.heap import safe

MODULE = "numpy"

_ITEMS = 1 << 16
"""Texts of variable length that are looked at together."""


def known() -> dict[type, Describe]:
    """The types of this module, with what describes each."""
    numpy = sys.modules[MODULE]
    found: dict[type, Describe] = {
        numpy.ndarray: _memory,
        numpy.ma.MaskedArray: _masked,
        type(numpy.ma.masked): _constant,
        _Plain: lambda obj, _: obj.node,
        Region: lambda obj, _: Node("numpy.region", obj.sizes, (), obj.data),
    }
    return found


# ------------------------------------------------------------------- arrays


def _memory(obj: Any, notes: dict[Any, Any]) -> Node:
    """The memory of an array, as its own or as a part of another's."""
    before = _layout(obj)

    def same() -> bool:
        return bool(_layout(obj) == before)

    node = _own(obj) if obj.flags.owndata else _view(obj, notes)
    node.same = same
    return node


def _layout(obj: Any) -> Any:
    return (obj.__array_interface__["data"][0], obj.shape, obj.strides, obj.dtype)


def _own(obj: Any) -> Node:
    """An array with memory of its own, in one piece."""
    dtype = obj.dtype
    axes = dense(obj)
    if axes is None:
        raise Refused("an array with gaps in its memory")
    head = [list(obj.shape), axes, obj.flags.writeable]
    if dtype.num == TEXT:
        return Node("numpy.text", head, [dtype], (_Texts(obj, axes),))
    if not dtype.hasobject:
        data = Memory(in_order(obj, axes), obj.nbytes)
        return Node("numpy.array", [facts_of(dtype), *head], (), (data,))
    if dtype.names is not None or dtype.subdtype is not None:
        raise Refused("an array of records that hold objects")
    parts = obj.transpose(axes).reshape(-1).tolist() if obj.ndim else [obj[()]]
    return Node("numpy.object", head, parts, step=_item if obj.ndim == 1 else None)


def _item(_: object, at: int) -> str:
    return f"[{at}]"


def _view(obj: Any, notes: dict[Any, Any]) -> Node:
    """An array over the memory of another object."""
    base = _base(obj)
    dtype = obj.dtype
    head = [list(obj.shape), list(obj.strides), obj.flags.writeable]
    numpy = sys.modules[MODULE]
    if type(base) is numpy.ndarray or type(base) is numpy.ma.MaskedArray:
        start = inside(obj, base)
        if dtype.hasobject or dtype.num == TEXT:
            if type(dtype) is not type(base.dtype):
                raise Refused("an array that shows fields of records")
            return Node("numpy.object_view", [start, *head], [base])
        return Node("numpy.view", [facts_of(dtype), start, *head], [base])
    if dtype.hasobject or dtype.num == TEXT:
        raise Refused("an array of objects in memory of another library")
    if builtins.lends(base):
        whole = numpy.frombuffer(base, "u1")
        return Node("numpy.view", [facts_of(dtype), inside(obj, whole), *head], [base])
    if torch.lends(base):
        return torch.describe_lent(obj, base, facts_of(dtype), head, notes)
    region = foreign(obj, base, notes)
    return Node(
        "numpy.in_region",
        lambda: [facts_of(dtype), *region.place(obj), *head],
        [region],
    )


def _base(obj: Any) -> Any:
    """What an array is a view of, past the helpers that numpy puts between."""
    base = obj.base
    while base is not None:
        cls = type(base)
        if safe.type_name(cls) == "DummyArray" and safe.module_of(cls).startswith(
            "numpy.lib"
        ):
            base = base.base
        elif cls is memoryview:
            base = base.obj
        else:
            break
    return base


class _Texts:
    """Texts of variable length, each behind its length; a missing one has none."""

    def __init__(self, obj: Any, axes: list[int]) -> None:
        self._items = obj.transpose(axes).reshape(-1)
        self.size = obj.nbytes

    def pieces(self) -> Any:
        """Some ten thousand texts at a time."""
        for at in range(0, self._items.size, _ITEMS):
            found = []
            for text in self._items[at : at + _ITEMS].tolist():
                if type(text) is str:
                    encoded = text.encode("utf-8", "surrogatepass")
                    found += [len(encoded).to_bytes(8, "little"), encoded]
                else:
                    found.append(b"\xff" * 8)
            yield b"".join(found)


# ------------------------------------------------------------ masked arrays


def _constant(obj: Any, _: object) -> Node:
    if obj is not sys.modules[MODULE].ma.masked:
        raise Refused("a masked value")
    return Node("numpy.masked")


_MASKED = {
    "_mask", "_fill_value", "_hardmask", "_sharedmask", "_isfield", "_baseclass", "_optinfo", "_basedict",
}  # fmt: skip
"""All that numpy keeps in a masked array."""


class _Plain:
    """The array inside a masked array."""

    def __init__(self, node: Node) -> None:
        self.node = node


def _masked(obj: Any, notes: dict[Any, Any]) -> Node:
    kept = obj.__dict__
    plain = kept.get("_baseclass") is sys.modules[MODULE].ndarray
    if (
        not plain
        or not kept.keys() <= _MASKED
        or kept.get("_optinfo")
        or kept.get("_basedict")
    ):
        raise Refused("a masked array with attributes of its own")
    facts = [bool(kept["_hardmask"]), bool(kept["_sharedmask"]), bool(kept["_isfield"])]
    inner = _memory(obj, notes)
    return Node("numpy.ma", facts, [_Plain(inner), kept["_mask"], kept["_fill_value"]])


def _make_masked(facts: Any, parts: list[Any], _: object) -> Any:
    made = parts[0].view(sys.modules[MODULE].ma.MaskedArray)
    made._hardmask, made._sharedmask, made._isfield = facts  # noqa: SLF001 - its setters would copy the mask
    made._mask, made._fill_value = parts[1:]  # noqa: SLF001 - see above
    return made


# -------------------------------------------------------------- making again


def _checked(made: Any, head: list[Any]) -> Any:
    """An array, unless it is not as it was."""
    if list(made.shape) != head[0]:
        msg = "A saved array has another shape than was written."
        raise Damaged(msg)
    if not head[-1]:
        made.flags.writeable = False
    return made


@contextmanager
def _writable(base: Any, wanted: bool) -> Iterator[None]:
    """A view may be writable whose base has been made read-only since."""
    owns = type(base) is sys.modules[MODULE].ndarray and base.flags.owndata
    if not wanted or not owns or base.flags.writeable:
        yield
        return
    base.flags.writeable = True
    try:
        yield
    finally:
        base.flags.writeable = False


def _make_own(facts: Any, _: object, data: list[Any]) -> Any:
    dtype, head = dtype_of(facts[0]), facts[1:]
    made = like(head[0], head[1], dtype)
    if made.nbytes:
        data[0].into(in_order(made, head[1]))
    return _checked(made, head)


def _make_text(head: Any, parts: list[Any], data: list[Any]) -> Any:
    made = like(head[0], head[1], parts[0])
    row = made.transpose(head[1]).reshape(-1)
    packed = data[0].read()
    at = 0
    for number in range(row.size):
        size = int.from_bytes(packed[at : at + 8], "little", signed=True)
        at += 8
        if size < 0:
            row[number] = parts[0].na_object
        else:
            row[number] = packed[at : at + size].decode("utf-8", "surrogatepass")
            at += size
    return _checked(made, head)


def _make_object(head: Any, *_: object) -> Any:
    return like(head[0], head[1], sys.modules[MODULE].dtype("O"))


def _fill_object(made: Any, head: Any, parts: list[Any]) -> None:
    row = made.transpose(head[1]).reshape(-1)
    if len(parts) != row.size:
        msg = "A saved array has another shape than was written."
        raise Damaged(msg)
    for number, part in enumerate(parts):
        row[number] = part
    _checked(made, head)


def _make_view(facts: Any, parts: list[Any], _: object) -> Any:
    dtype, (start, shape, strides) = dtype_of(facts[0]), facts[1:4]
    with _writable(parts[0], facts[4]):
        made = carve(parts[0], start, shape, strides, dtype)
    return _checked(made, facts[2:])


def _make_object_view(facts: Any, parts: list[Any], _: object) -> Any:
    start, shape, strides, writable = facts
    with _writable(parts[0], writable):
        made = carve_items(parts[0], start, shape, strides)
    return _checked(made, facts[1:])


def _make_region(facts: Any, _: object, data: list[Any]) -> Any:
    made = [sys.modules[MODULE].empty(size, "u1") for size in facts]
    for one, saved in zip(made, data, strict=True):
        saved.into(one)
    return made


def _make_in_region(facts: Any, parts: list[Any], _: object) -> Any:
    number, start, shape, strides = facts[1:5]
    return _checked(
        carve(parts[0][number], start, shape, strides, dtype_of(facts[0])), facts[3:]
    )


def _make_lent(facts: Any, parts: list[Any], _: object) -> Any:
    return _checked(torch.make_lent(dtype_of(facts[0]), facts[1:], parts[0]), facts[2:])


BUILDERS = {
    "torch.lent": Builder(_make_lent),
    "numpy.masked": Builder(lambda *_: sys.modules[MODULE].ma.masked),
    "numpy.array": Builder(_make_own),
    "numpy.text": Builder(_make_text),
    "numpy.object": Builder(_make_object, _fill_object),
    "numpy.view": Builder(_make_view),
    "numpy.object_view": Builder(_make_object_view),
    "numpy.region": Builder(_make_region),
    "numpy.in_region": Builder(_make_in_region),
    "numpy.ma": Builder(_make_masked),
}
