"""pandas: frames and columns by their blocks, and indexes.

Frames that share a block share it again.  Copy-on-write decides by the
references that blocks of the same memory have in common, so these are kept:
writing to one frame changes no other one that it would not have changed before.
"""

# ruff: noqa: SLF001 - pandas has no public way to a frame's blocks

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

from leakhunter.act.undo.kinds.rehearsal import rehearsed
from leakhunter.act.undo.node import Builder, Damaged, Describe, Node, Refused
from leakhunter.act.undo.words import attributed, of_version

MODULE = "pandas"

VERSIONS = ("2", "3")
"""Versions whose inside is known."""

_FRAME = {"_mgr", "_attrs", "_flags", "_name", "_item_cache", "_is_copy", "_cacher"}
_INDEX = {
    "_data", "_name", "_references", "_cache", "_id", "_no_setting_name", "_freq", "_range",
    "_levels", "_codes", "_names", "sortorder", "_nlevels",
}  # fmt: skip
_MADE = {"_cache", "_id", "_references"}
"""What an index makes for itself."""

_INDEXES = (
    "Index", "RangeIndex", "MultiIndex", "CategoricalIndex", "DatetimeIndex", "TimedeltaIndex",
    "PeriodIndex", "IntervalIndex",
)  # fmt: skip


def sure(
    obj: Any, node: Node, builder: Builder, parts: Sequence[Any] | None = None
) -> Node:
    """The node, where this version of pandas lets us make its object again."""
    version = sys.modules[MODULE].__version__
    return rehearsed(
        obj, node, builder, version, node.parts if parts is None else parts
    )


def supported() -> bool:
    """Is this a version of pandas that undo knows?"""
    version = getattr(sys.modules[MODULE], "__version__", "")
    return str(version).partition(".")[0] in VERSIONS


def known() -> dict[type, Describe]:
    """The types of this module, with what describes each."""
    pandas = sys.modules[MODULE]
    if not supported():
        return dict.fromkeys([pandas.DataFrame, pandas.Series, *_indexes()], _unknown)
    managers = sys.modules["pandas.core.internals.managers"]
    blocks = sys.modules["pandas.core.internals.blocks"]
    found: dict[type, Describe] = {
        pandas.DataFrame: _frame,
        pandas.Series: _frame,
        managers.BlockManager: _manager,
        managers.SingleBlockManager: _manager,
        sys.modules["pandas._libs.internals"].BlockValuesRefs: _refs,
        sys.modules["pandas.core.indexes.frozen"].FrozenList: _frozen,
    }
    found.update(dict.fromkeys(_indexes(), _index))
    for cls in vars(blocks).values():
        if isinstance(cls, type) and issubclass(cls, blocks.Block):
            found[cls] = _block
    return found


def _indexes() -> list[type]:
    pandas = sys.modules[MODULE]
    return [getattr(pandas, name) for name in _INDEXES]


def _unknown(obj: object, _: object) -> Node:
    raise Refused(of_version(type(obj), "pandas"))


def _frame(obj: Any, _: object) -> Node:
    kept = obj.__dict__
    if not kept.keys() <= _FRAME | type(obj)._accessors:
        raise Refused(attributed(obj))
    manager, blocks = obj._mgr, obj._mgr.blocks
    node = Node(
        "pandas.frame",
        [type(obj).__name__, bool(obj._flags._allows_duplicate_labels)],
        [manager, obj._attrs, kept.get("_name")],
        step=lambda _, at: ".attrs" if at == 1 else "",
        same=lambda: obj._mgr is manager and manager.blocks is blocks,
    )
    return sure(obj, node, BUILDERS["pandas.frame"])


def _make_frame(facts: Any, parts: list[Any], _: object) -> Any:
    pandas = sys.modules[MODULE]
    name, duplicates = facts
    cls = pandas.Series if name == "Series" else pandas.DataFrame
    made = object.__new__(cls)
    sys.modules["pandas.core.generic"].NDFrame.__init__(made, parts[0])
    put = object.__setattr__
    put(made, "_attrs", parts[1])
    if name == "Series":
        put(made, "_name", parts[2])
    if not duplicates:
        flags = sys.modules["pandas.core.flags"].Flags
        put(made, "_flags", flags(made, allows_duplicate_labels=False))
    return made


def _manager(obj: Any, _: object) -> Node:
    kind = type(obj).__name__
    node = Node("pandas.manager", [kind, len(obj.axes)], [*obj.axes, *obj.blocks])
    return sure(obj, node, BUILDERS["pandas.manager"])


def _make_manager(facts: Any, parts: list[Any], _: object) -> Any:
    kind, count = facts
    managers = sys.modules["pandas.core.internals.managers"]
    axes, blocks = parts[:count], tuple(parts[count:])
    if kind == "SingleBlockManager":
        return managers.SingleBlockManager(blocks[0], axes[0], verify_integrity=True)
    return managers.BlockManager(blocks, axes, verify_integrity=True)


def _block(obj: Any, _: object) -> Node:
    values, refs = obj.values, obj.refs
    places = obj.mgr_locs
    if places.is_slice_like:
        where = places.as_slice
        at: Any = [where.start, where.stop, where.step]
    else:
        at = places.as_array.astype("<i8").tobytes()
    node = Node(
        "pandas.block",
        [type(obj).__name__, at, obj.ndim, list(values.shape)],
        [values, refs],
        same=lambda: obj.values is values and obj.refs is refs,
    )
    return sure(obj, node, BUILDERS["pandas.block"], [values, _make_refs()])


def _make_block(facts: Any, parts: list[Any], _: object) -> Any:
    name, at, ndim, shape = facts
    if type(at) is bytes:
        place: Any = sys.modules["numpy"].frombuffer(at, "<i8").astype("intp")
    else:
        place = slice(*at)
    placement = sys.modules["pandas._libs.internals"].BlockPlacement(place)
    values, refs = parts
    make = sys.modules["pandas.core.internals.blocks"].new_block
    made = make(values, placement, ndim=ndim, refs=refs)
    if type(made).__name__ != name or list(values.shape) != shape:
        msg = "A saved column has another type than was written."
        raise Damaged(msg)
    return made


def _refs(obj: Any, _: object) -> Node:
    """What blocks over the same memory have in common; it lives on with any of them."""
    return Node("pandas.refs", found=_alive(list(obj.referenced_blocks)))


def _alive(holders: list[Any]) -> Callable[[], Any]:
    def found() -> Any:
        for weak in holders:
            holder = weak()
            if holder is not None:
                return holder.refs if hasattr(holder, "refs") else holder._references
        return None

    return found


def _make_refs(*_: object) -> Any:
    return sys.modules["pandas._libs.internals"].BlockValuesRefs()


def _frozen(obj: Any, _: object) -> Node:
    return Node("pandas.frozen", None, list.copy(obj))


def _index(obj: Any, _: object) -> Node:
    kept = obj.__dict__
    if not kept.keys() <= _INDEX:
        raise Refused(attributed(obj))
    names = [name for name in kept if name not in _MADE]
    refs = kept.get("_references")
    size = len(obj)
    values = [kept[name] for name in names]
    node = Node("pandas.index", [type(obj).__name__, names, size], [refs, *values])
    return sure(
        obj,
        node,
        BUILDERS["pandas.index"],
        [None if refs is None else _make_refs(), *values],
    )


def _make_index(facts: Any, parts: list[Any], _: object) -> Any:
    name, names, size = facts
    cls = getattr(sys.modules[MODULE], name)
    made = object.__new__(cls)
    made._cache = {}
    for attribute, part in zip(names, parts[1:], strict=True):
        object.__setattr__(made, attribute, part)
    made._reset_identity()
    if name != "RangeIndex":
        made._references = parts[0]
        if parts[0] is not None:
            parts[0].add_index_reference(made)
    if len(made) != size:
        msg = "A saved index has another length than was written."
        raise Damaged(msg)
    return made


BUILDERS = {
    "pandas.frame": Builder(_make_frame),
    "pandas.manager": Builder(_make_manager),
    "pandas.block": Builder(_make_block),
    "pandas.refs": Builder(_make_refs),
    "pandas.frozen": Builder(
        lambda _, parts, __: sys.modules["pandas.core.indexes.frozen"].FrozenList(parts)
    ),
    "pandas.index": Builder(_make_index),
}
