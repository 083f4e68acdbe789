"""A trace as pprof reads it: a gzipped protobuf message, ``profile.proto``.

https://github.com/google/pprof/blob/main/proto/profile.proto; the message is
small enough to be written without a library.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable

from leakhunter.trace.model import Trace

_VARINT, _BYTES = 0, 2


def pprof(trace: Trace) -> bytes:
    """What is held, as a heap profile: ``inuse_objects`` and ``inuse_space``."""
    strings = _Strings()
    functions: dict[tuple[str, str], int] = {}
    body = b"".join(
        _message(1, _number(1, strings[kind]) + _number(2, strings[unit]))
        for kind, unit in (("inuse_objects", "count"), ("inuse_space", "bytes"))
    )
    for row in filter(lambda row: row.held, trace.stacks):
        # the innermost frame comes first; numbers of locations begin at 1
        places = _packed(1, (frame + 1 for frame in reversed(row.frames)))
        body += _message(2, places + _packed(2, (row.blocks, row.held)))
    for index, spot in enumerate(trace.spots, 1):
        key = (spot.function or spot.where, spot.where.rpartition(":")[0] or spot.where)
        function = functions.setdefault(key, len(functions) + 1)
        line = _message(4, _number(1, function) + _number(2, spot.line))
        body += _message(4, _number(1, index) + line)
    for (name, file), number in functions.items():
        text = strings[name]
        about = _number(2, text) + _number(3, text) + _number(4, strings[file])
        body += _message(5, _number(1, number) + about)
    body += _number(9, int(trace.at * 1e9)) + _number(10, int(trace.seconds * 1e9))
    kind = _number(1, strings["space"]) + _number(2, strings["bytes"])
    body += _message(11, kind) + _number(12, 1)
    body += _number(14, strings["inuse_space"])
    body += b"".join(_message(6, text.encode()) for text in strings.known)
    return gzip.compress(body, mtime=0)


class _Strings:
    """The table of texts; the first is empty."""

    def __init__(self) -> None:
        self.known = {"": 0}

    def __getitem__(self, text: str) -> int:
        return self.known.setdefault(text, len(self.known))


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:  # noqa: PLR2004 - seven bits a byte
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3 | _VARINT) + _varint(value)


def _message(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | _BYTES) + _varint(len(content)) + content


def _packed(field: int, values: Iterable[int]) -> bytes:
    return _message(field, b"".join(map(_varint, values)))
