"""Putting a copy in the place of a small view, so that the big array can go.

Only for exact library types: copying a subclass would run the user's code.
"""

from __future__ import annotations

import io
import sys
import weakref
from typing import TYPE_CHECKING, Any, NamedTuple

from leakhunter.heap import safe
from leakhunter.heap.cuts.pins import VARIABLE, replaceable
from leakhunter.heap.graph import Cut, Graph
from leakhunter.heap.paths import follow
from leakhunter.heap.roots import look
from leakhunter.heap.slots import namespace

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


class Unpinned(NamedTuple):
    """A copy that took the place of a view: the names that hold it, and the copy."""

    names: tuple[str, ...]
    copy: weakref.ref[Any] | None


def pinned(shell: InteractiveShell, graph: Graph, cut: Cut) -> Any:
    """What a copy would take the place of, if names hold it; else ``None``."""
    at = replaceable(graph, cut)
    steps = None if at is None else follow(shell, graph, cut.root, cut.path[: at + 1])
    if at is None or steps is None or not _names(graph, cut.path[at]):
        return None
    return steps[-1].obj


def unpin(shell: InteractiveShell, graph: Graph, cut: Cut) -> Unpinned | None:
    """Replace the view at the end of this way, or the series around it, by an equal copy.

    Nothing happens when it has been replaced already, or is of a subclass.
    """
    at = replaceable(graph, cut)
    steps = None if at is None else follow(shell, graph, cut.root, cut.path[: at + 1])
    if at is None or steps is None:
        return None
    old = steps[-1].obj
    new = _copy(old)
    if new is None:
        return None
    names = namespace(shell)
    mine = tuple(n for n in _names(graph, cut.path[at]) if names.get(n) is old)
    for name in mine:
        names[name] = new
    holder = steps[-1].holder
    if type(holder) is list:
        for index, item in enumerate(holder):
            if item is old:
                holder[index] = new
    elif type(holder) is dict:
        for key in [k for k, item in holder.items() if item is old]:
            holder[key] = new
    elif (safe.module_of(type(holder)), safe.type_name(type(holder))) == VARIABLE:
        _exchange(holder, old, new)
    return Unpinned(mine, safe.weakly(new))


def _exchange(variable: Any, old: Any, new: Any) -> None:
    """Exchange the data of a variable of xarray's, as it does itself when it loads them."""
    if look.field(variable, "_data") is old:
        variable._data = new  # noqa: SLF001 - the property checks what it is given, and warns


def _names(graph: Graph, node: int) -> list[str]:
    """Names of the user's that hold an object."""
    return [
        str(s.key) for s, n in graph.slots.items() if s.place == "name" and n == node
    ]


def _copy(obj: Any) -> Any:
    """An equal copy with data of its own; ``None`` for anything but the exact types."""
    cls = type(obj)
    if cls is memoryview:
        return _memory(obj)
    for library, copy in (
        ("numpy", _array),
        ("pandas", _of_pandas),
        ("torch", _tensor),
        ("pyarrow", _of_arrow),
        ("polars", _of_polars),
    ):
        module = sys.modules.get(library)
        if module is not None and safe.module_of(cls).partition(".")[0] == library:
            return copy(obj, module)
    return None


def _memory(view: memoryview) -> memoryview | None:
    """The same bytes, which can be written to if they could before."""
    data = view.tobytes()
    copied = memoryview(data if view.readonly else bytearray(data))
    try:
        return copied.cast(view.format, view.shape) if view.ndim else None  # type: ignore[call-overload]
    except (TypeError, ValueError):  # a format of several fields
        return None


def _array(obj: Any, numpy: Any) -> Any:
    return obj.copy(order="K") if type(obj) is numpy.ndarray else None


def _tensor(obj: Any, torch: Any) -> Any:
    """One without a graph: a copy would be no part of it."""
    if type(obj) is not torch.Tensor or obj.requires_grad:
        return None
    return obj.clone()


def _of_arrow(obj: Any, arrow: Any) -> Any:
    return obj.take(arrow.array(range(len(obj)), arrow.int64()))


def _of_polars(obj: Any, polars: Any) -> Any:
    """Written and read again: whatever else polars calls a copy may share its texts."""
    if type(obj) is polars.Series:
        frame = _of_polars(polars.DataFrame([obj]), polars)
        return None if frame is None else frame.to_series(0)
    if type(obj) is not polars.DataFrame:
        return None
    stream = io.BytesIO()
    obj.write_ipc_stream(stream)
    stream.seek(0)
    new = polars.read_ipc_stream(stream)
    return new if new.schema == obj.schema and new.height == obj.height else None


def _of_pandas(obj: Any, pandas: Any) -> Any:
    if type(obj) is pandas.Index or type(obj) is pandas.MultiIndex:
        return _index(obj, pandas)
    if type(obj) is pandas.Series:
        kinds = [obj.dtype]
    elif type(obj) is pandas.DataFrame:
        kinds = list(obj.dtypes)
    else:
        return None
    if any(_is_of_arrow(kind, pandas) for kind in kinds):
        new = _taken(obj)
        new.index = obj.index
    else:
        new = obj.copy(deep=True)
    new.index = _index(new.index, pandas)
    return new


def _index(index: Any, pandas: Any) -> Any:
    """A copy of an index that may keep more than it shows; any other as it is."""
    if type(index) is pandas.MultiIndex:
        # codes that are views of the whole index would stay
        return _taken(index).remove_unused_levels()
    return index.copy(deep=True) if type(index) is pandas.Index else index


def _is_of_arrow(kind: Any, pandas: Any) -> bool:
    """Are values of this type Arrow's, which pandas never copies as they do not change?"""
    if type(kind) is pandas.StringDtype:
        return bool(kind.storage == "pyarrow")
    return type(kind) is getattr(pandas, "ArrowDtype", None)


def _taken(obj: Any) -> Any:
    """All rows, taken out: one row more in between, as pandas hands out the same data for all of them."""
    numpy = sys.modules["numpy"]
    rows = numpy.arange(len(obj))
    return obj.take(numpy.append(rows, rows[:1])).take(rows)
