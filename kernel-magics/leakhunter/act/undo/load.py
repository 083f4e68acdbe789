"""Making a saved graph again, object by object, in the order in which it was left.

Everything is checked before it is used; nothing of what was read can name a
function or a class that is not in the tables of ``kinds/``.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from leakhunter.act.undo.kinds import builders
from leakhunter.act.undo.node import Builder, Damaged
from leakhunter.act.undo.sections import GONE, Reader
from leakhunter.act.undo.table import Index, Record

Finders = Mapping[int, Callable[[], Any]]
"""By number, what finds an object that lived on."""


class _Saved:
    """Bytes of an object in a section, or in its record."""

    def __init__(self, reader: Reader, where: Any) -> None:
        self._reader = reader
        self._where = where
        inline = type(where) is bytes
        if not inline and type(where) is not int:
            raise Damaged(GONE)
        self.size = len(where) if inline else reader.size(where)

    def read(self) -> Any:
        """All of them in a new object."""
        if type(self._where) is bytes:
            return self._where
        return self._reader.read(self._where)

    def into(self, target: Any) -> None:
        """All of them into memory of the same size."""
        if type(self._where) is not bytes:
            self._reader.into(self._where, target)
            return
        with memoryview(target) as view:
            if view.nbytes != self.size:
                raise Damaged(GONE)
            if self.size:
                with view.cast("B") as flat:
                    flat[:] = self._where


class Load:
    """The graph of a file.

    Attributes
    ----------
    roots
        The saved values in their order; ``lost`` for those that cannot be made.
    """

    lost = object()
    """Stands for what held an object that did not live on after all."""

    def __init__(self, reader: Reader, index: int, finders: Finders) -> None:
        self._reader = reader
        self._finders = finders
        self._builders = builders()
        self._leaning: set[int] = set()
        self._lost: set[int] = set()
        self._index = msgspec.msgpack.decode(reader.read(index), type=Index)
        self._records = self._read_records()
        self._made: list[Any] = [None] * len(self._records)
        self._there = bytearray(len(self._records))
        self._begin()
        self._find()
        self._finish()
        lost = self._holding(self._lost) if self._lost else self._lost
        self.roots = [
            self.lost if number in lost else self._made[number]
            for number in self._index.roots
        ]

    def _read_records(self) -> list[Any]:
        records: list[Any] = []
        for page in self._index.pages:
            records += msgspec.msgpack.decode(self._reader.read(page))
        if len(records) != self._index.count:
            raise Damaged(GONE)
        return records

    def _begin(self) -> None:
        """Plain values, and empty containers: one of these may hold itself."""
        for number, found in enumerate(self._records):
            if type(found) is not list:
                self._made[number] = found
                self._there[number] = 1
                continue
            record = self._records[number] = msgspec.convert(found, Record)
            builder = self._builder(record)
            leaf = not record.refs and number not in self._finders
            if builder.fill is not None or leaf:
                self._made[number] = builder.make(record.facts, [], self._data(record))
                self._there[number] = 1

    def _builder(self, record: Record) -> Builder:
        found = self._builders.get(record.kind)
        if found is None:
            raise Damaged(GONE)
        return found

    def _data(self, record: Record) -> list[Any]:
        return [_Saved(self._reader, where) for where in record.data]

    def _find(self) -> None:
        """What lived on; some of it is gone now."""
        for number, find in self._finders.items():
            found = find()
            if found is not None:
                self._made[number] = found
                self._there[number] = 1
                self._leaning.add(number)
            elif self._records[number].kind == "outside":
                self._lost.add(number)

    def _finish(self) -> None:
        order = array("Q")
        order.frombytes(self._reader.read(self._index.order))
        for number in order:
            if number in self._leaning or number in self._lost:
                continue
            record = self._records[number]
            if self._lost.isdisjoint(record.refs):
                self._try_one(number, record)
            else:
                self._lost.add(number)

    def _try_one(self, number: int, record: Record) -> None:
        """Make an object; one that leans on what lived on may no longer fit to it, and is lost alone."""
        leans = not self._leaning.isdisjoint(record.refs)
        try:
            self._finish_one(number, record)
        except Exception as error:
            if not leans or isinstance(error, MemoryError):
                raise
            self._lost.add(number)
        else:
            if leans:
                self._leaning.add(number)

    def _finish_one(self, number: int, record: Record) -> None:
        builder = self._builder(record)
        if not all(map(self._there.__getitem__, record.refs)):
            raise Damaged(GONE)
        parts = [self._made[ref] for ref in record.refs]
        if builder.fill is not None:
            builder.fill(self._made[number], record.facts, parts)
        elif not self._there[number]:
            self._made[number] = builder.make(record.facts, parts, self._data(record))
        self._there[number] = 1

    def _holding(self, gone: set[int]) -> set[int]:
        """These, and all that holds one of them."""
        holders: dict[int, list[int]] = {}
        for number, record in enumerate(self._records):
            if type(record) is Record:
                for ref in record.refs:
                    holders.setdefault(ref, []).append(number)
        found = set(gone)
        todo = list(gone)
        while todo:
            new = [one for one in holders.get(todo.pop(), ()) if one not in found]
            found.update(new)
            todo += new
        return found
