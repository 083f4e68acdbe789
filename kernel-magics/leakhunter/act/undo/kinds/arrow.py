"""Arrow: arrays by their buffers, which many of them share; nested ones as a stream of their own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from leakhunter.act.undo.node import Builder, Damaged, Describe, Memory, Node, Refused
from leakhunter.heap.peek.mapped import in_file, look_again

MODULE = "pyarrow.lib"

_BATCH = 4 << 20
"""Bytes of a nested array that are written as one message."""


def known() -> dict[type, Describe]:
    """The types of this module, with what describes each."""
    lib = sys.modules[MODULE]
    found: dict[type, Describe] = {
        lib.ChunkedArray: _chunked,
        lib.Table: _table,
        lib.RecordBatch: _batch,
        lib.Buffer: lambda obj, notes: Node(
            "arrow.buffer", None, [_shared(obj, notes)]
        ),
        lib.ResizableBuffer: lambda obj, notes: Node(
            "arrow.buffer", None, [_shared(obj, notes)]
        ),
        lib.Schema: lambda obj, _: Node("arrow.schema", _schema(obj)),
        lib.Field: lambda obj, _: Node("arrow.field", _schema(lib.schema([obj]))),
        _Shared: _memory,
    }
    for cls in vars(lib).values():
        if type(cls) is not type:
            continue
        if issubclass(cls, lib.Array) and not issubclass(cls, lib.ExtensionArray):
            found[cls] = _array
        elif issubclass(cls, lib.DataType) and not issubclass(
            cls, lib.BaseExtensionType
        ):
            found[cls] = _type
    return found


# ------------------------------------------------------------------ schemas


def _schema(obj: Any) -> bytes:
    for field in obj:
        _check(field.type)
    return bytes(obj.serialize())


def _check(kind: Any) -> None:
    """Refuse types of other libraries, on every level: to write them runs their code."""
    lib = sys.modules[MODULE]
    todo = [kind]
    while todo:
        one = todo.pop()
        if isinstance(one, lib.BaseExtensionType):
            raise Refused("an Arrow array of a type that undo does not know")
        todo += [one.field(at).type for at in range(one.num_fields)]
        if isinstance(one, lib.DictionaryType):
            todo.append(one.value_type)


def _type(obj: Any, _: object) -> Node:
    lib = sys.modules[MODULE]
    return Node("arrow.type", _schema(lib.schema([lib.field("", obj)])))


def _read_schema(facts: bytes) -> Any:
    return sys.modules["pyarrow.ipc"].read_schema(sys.modules[MODULE].py_buffer(facts))


# ------------------------------------------------------------------ buffers


class _Shared:
    """One stretch of memory, however many objects show it."""

    def __init__(self, buffer: Any) -> None:
        self.buffer = buffer


def _shared(buffer: Any, notes: dict[Any, Any]) -> _Shared:
    """The stretch of a buffer: Arrow makes new objects for it whenever it is asked."""
    if not buffer.is_cpu:
        raise Refused("an Arrow array on a device")
    if buffer.size:
        if "mapped" not in notes:
            look_again()
            notes["mapped"] = True
        if in_file(buffer.address):
            raise Refused("an Arrow array in a mapped file")
    found: _Shared = notes.setdefault(
        ("arrow", buffer.address, buffer.size), _Shared(buffer)
    )
    return found


def _memory(obj: _Shared, _: object) -> Node:
    return Node(
        "arrow.memory", obj.buffer.size, (), (Memory(obj.buffer, obj.buffer.size),)
    )


def _make_memory(size: int, _: object, data: list[Any]) -> Any:
    made = sys.modules[MODULE].allocate_buffer(size)
    data[0].into(made)
    return made


# ------------------------------------------------------------------- arrays


def _array(obj: Any, notes: dict[Any, Any]) -> Node:
    kind = obj.type
    _check(kind)
    lib = sys.modules[MODULE]
    views = (
        kind in (lib.string_view(), lib.binary_view())
        if hasattr(lib, "string_view")
        else False
    )
    if kind.num_fields or isinstance(kind, lib.DictionaryType) or views:
        return Node("arrow.nested", None, [kind], (_Stream(obj),))
    buffers = obj.buffers()
    facts = [len(obj), obj.offset, [buffer is not None for buffer in buffers]]
    shared = [_shared(buffer, notes) for buffer in buffers if buffer is not None]
    return Node("arrow.array", facts, [kind, *shared])


class _Stream:
    """A nested array in Arrow's own format, a few thousand rows at a time."""

    def __init__(self, array: Any) -> None:
        self._array = array
        self.size = array.nbytes

    def pieces(self) -> Iterator[bytes]:
        """One message after the other."""
        lib = sys.modules[MODULE]
        found: list[bytes] = []
        schema = lib.schema([lib.field("", self._array.type)])
        sink = lib.PythonFile(_Sink(found), mode="w")
        rows = max(_BATCH * len(self._array) // max(self.size, 1), 1)
        with sys.modules["pyarrow.ipc"].new_stream(sink, schema) as writer:
            for at in range(0, len(self._array), rows):
                part = self._array.slice(at, rows)
                writer.write_batch(lib.RecordBatch.from_arrays([part], schema=schema))
                yield b"".join(found)
                found.clear()
        yield b"".join(found)


class _Sink:
    """A file for Arrow to write into."""

    closed = False

    def __init__(self, found: list[bytes]) -> None:
        self._found = found

    def write(self, piece: Any) -> int:
        """Keep a piece."""
        self._found.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is open."""


def _make_array(facts: Any, parts: list[Any], _: object) -> Any:
    length, offset, there = facts
    shared = iter(parts[1:])
    buffers = [next(shared) if one else None for one in there]
    made = sys.modules[MODULE].Array.from_buffers(
        parts[0], length, buffers, offset=offset
    )
    made.validate()
    return made


def _make_nested(_: object, parts: list[Any], data: list[Any]) -> Any:
    lib = sys.modules[MODULE]
    table = (
        sys.modules["pyarrow.ipc"].open_stream(lib.py_buffer(data[0].read())).read_all()
    )
    chunks = table.column(0).chunks
    made = lib.concat_arrays(chunks) if chunks else lib.array([], parts[0])
    if made.type != parts[0]:
        msg = "A saved Arrow array has another type than was written."
        raise Damaged(msg)
    return made


def _chunked(obj: Any, _: object) -> Node:
    return Node("arrow.chunked", None, [obj.type, *obj.iterchunks()])


def _table(obj: Any, _: object) -> Node:
    return Node("arrow.table", None, [obj.schema, *obj.columns])


def _batch(obj: Any, _: object) -> Node:
    return Node("arrow.batch", obj.num_rows, [obj.schema, *obj.columns])


def _make_chunked(_: object, parts: list[Any], __: object) -> Any:
    return sys.modules[MODULE].chunked_array(parts[1:], parts[0])


def _make_table(_: object, parts: list[Any], __: object) -> Any:
    return sys.modules[MODULE].Table.from_arrays(parts[1:], schema=parts[0])


def _make_batch(rows: int, parts: list[Any], _: object) -> Any:
    made = sys.modules[MODULE].RecordBatch.from_arrays(parts[1:], schema=parts[0])
    if made.num_rows != rows:
        msg = "A saved Arrow batch has another length than was written."
        raise Damaged(msg)
    return made


BUILDERS = {
    "arrow.memory": Builder(_make_memory),
    "arrow.buffer": Builder(lambda _, parts, __: parts[0]),
    "arrow.schema": Builder(lambda facts, *_: _read_schema(facts)),
    "arrow.field": Builder(lambda facts, *_: _read_schema(facts).field(0)),
    "arrow.type": Builder(lambda facts, *_: _read_schema(facts).field(0).type),
    "arrow.array": Builder(_make_array),
    "arrow.nested": Builder(_make_nested),
    "arrow.chunked": Builder(_make_chunked),
    "arrow.table": Builder(_make_table),
    "arrow.batch": Builder(_make_batch),
}
