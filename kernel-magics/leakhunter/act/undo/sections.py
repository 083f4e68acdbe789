"""The file's format: a head, sections with checksums, and at the end what finds them.

Checksums have a key that only this process knows: what was altered by anyone
else is refused, before anything is made of it.
"""

from __future__ import annotations

import secrets
import struct
from collections.abc import Generator
from hashlib import blake2b
from typing import Any

import msgspec

from leakhunter.act.undo.node import Bytes, Damaged
from leakhunter.act.undo.private import PrivateFile

_MAGIC = b"leakhunter undo\n"
_VERSION = 1
_HEAD = struct.Struct(f"<{len(_MAGIC)}sI16s")
_TAIL = struct.Struct("<QQ16s")
_DIGEST = 16

GONE = "The saved values are damaged; nothing was brought back."


class Sections(msgspec.Struct, array_like=True):
    """The table of a file: where each section is, how long, and its checksum."""

    at: list[int]
    sizes: list[int]
    digests: list[bytes]


class Writer:
    """Writes sections one after the other."""

    def __init__(self, file: PrivateFile) -> None:
        self.file = file
        self.key = secrets.token_bytes(32)
        self._table = Sections([], [], [])
        self._mark = secrets.token_bytes(16)
        file.append(_HEAD.pack(_MAGIC, _VERSION, self._mark))

    def section(self, data: Bytes) -> Generator[int, None, int]:
        """Write a section piece by piece; yields the size of the file, returns the section's number."""
        number, begin = len(self._table.at), self.file.size
        digest = _digest(self.key, number)
        for piece in data.pieces():
            digest.update(piece)
            self.file.append(piece)
            yield self.file.size
        self._table.at.append(begin)
        self._table.sizes.append(self.file.size - begin)
        self._table.digests.append(digest.digest())
        return number

    def small(self, data: bytes) -> int:
        """Write a section at once; returns its number."""
        number = len(self._table.at)
        digest = _digest(self.key, number)
        digest.update(data)
        self._table.at.append(self.file.size)
        self._table.sizes.append(len(data))
        self._table.digests.append(digest.digest())
        self.file.append(data)
        return number

    def finish(self) -> None:
        """Write the table and what finds it."""
        table = msgspec.msgpack.encode(self._table)
        begin = self.file.size
        digest = _digest(self.key, -1)
        digest.update(self._mark + table)
        self.file.append(table)
        self.file.append(_TAIL.pack(begin, len(table), digest.digest()))
        self.file.flush()


class Reader:
    """Reads sections, each only when its checksum is right.

    Raises
    ------
    Damaged
        When the file is not what was written.
    """

    def __init__(self, file: PrivateFile, key: bytes) -> None:
        self._file = file
        self._key = key
        head = self._raw(0, _HEAD.size)
        magic, version, mark = _HEAD.unpack(head)
        if magic != _MAGIC or version != _VERSION:
            msg = "The saved values are of another version of Leak Hunter; nothing was brought back."
            raise Damaged(msg)
        begin, size, expected = _TAIL.unpack(
            self._raw(file.size - _TAIL.size, _TAIL.size)
        )
        if begin + size + _TAIL.size != file.size:
            raise Damaged(GONE)
        table = self._raw(begin, size)
        digest = _digest(key, -1)
        digest.update(mark + table)
        if not secrets.compare_digest(digest.digest(), expected):
            raise Damaged(GONE)
        self._table = msgspec.msgpack.decode(table, type=Sections)

    def _raw(self, at: int, size: int) -> bytearray:
        found = bytearray(size)
        with memoryview(found) as view:
            self._fill(view, at)
        return found

    def _fill(self, target: memoryview, at: int) -> None:
        try:
            self._file.into(target, at)
        except EOFError:
            raise Damaged(GONE) from None
        except OSError as error:
            msg = "The saved values cannot be read from the disk; nothing was brought back."
            raise Damaged(msg) from error

    def size(self, number: int) -> int:
        """Bytes of a section."""
        return self._table.sizes[number]

    def into(self, number: int, target: Any) -> None:
        """Fill memory with a section."""
        size = self._table.sizes[number]
        with memoryview(target) as view:
            if view.nbytes != size:
                raise Damaged(GONE)
            digest = _digest(self._key, number)
            if size:
                with view.cast("B") as flat:
                    self._fill(flat, self._table.at[number])
                    digest.update(flat)
        if not secrets.compare_digest(digest.digest(), self._table.digests[number]):
            raise Damaged(GONE)

    def read(self, number: int) -> bytearray:
        """A section in memory of its own."""
        found = bytearray(self._table.sizes[number])
        self.into(number, found)
        return found


def _digest(key: bytes, number: int) -> Any:
    """A checksum that also says which section it is of."""
    return blake2b(key=key, digest_size=_DIGEST, salt=struct.pack("<q", number))
