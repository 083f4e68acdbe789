"""SQLite: what a connection keeps in memory, above all a ``:memory:`` database.

Not by SQL: a statement of ours would call the authorizer and the trace
functions of the user.  SQLite's C library is asked for its own statistics of
the connection, whose pointer is the first field of the Python object.  A
connection that another thread is using is left alone.

Cost: 20 µs a connection.
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import Any

from leakhunter.heap.walk.seen import Seen

MODULE = "sqlite3"

_MODULE = "_sqlite3"

_CACHE, _SCHEMA, _STATEMENTS = 1, 2, 3
"""``SQLITE_DBSTATUS_CACHE_USED``, ``..._SCHEMA_USED`` and ``..._STMT_USED``."""

_OK = 0
_KNOWN = (3, 14)
"""The newest Python whose connections are known to begin with the pointer."""


def handles(cls: type) -> bool:
    """Is this a connection?  Never a subclass of the user's."""
    return cls is sys.modules[_MODULE].Connection and sys.version_info[:2] <= _KNOWN


def look(obj: Any) -> Seen:
    """Pages, schema and statements of a connection."""
    size = object.__sizeof__(obj)
    database = ctypes.c_void_p.from_address(id(obj) + object.__basicsize__)
    if database.value is None:  # closed
        return Seen(size)
    library = _library()
    mutex = ctypes.c_void_p(library.sqlite3_db_mutex(database))
    if library.sqlite3_mutex_try(mutex) != _OK:
        return Seen(size, hidden=True)
    try:
        for kind in (_CACHE, _SCHEMA, _STATEMENTS):
            size += _used(library, database, kind)
    finally:
        library.sqlite3_mutex_leave(mutex)
    return Seen(size, estimate=True)


def _used(library: Any, database: Any, kind: int) -> int:
    now, highest = ctypes.c_uint32(), ctypes.c_uint32()
    failed = library.sqlite3_db_status(
        database, kind, ctypes.byref(now), ctypes.byref(highest), 0
    )
    return 0 if failed else now.value


@cache
def _library() -> Any:
    """The C library that Python's module uses: linked to it, or into Python itself."""
    found = ctypes.CDLL(getattr(sys.modules[_MODULE], "__file__", None))
    found.sqlite3_db_mutex.restype = ctypes.c_void_p
    return found


def describe(obj: Any) -> str:
    """A connection has no shape."""
    del obj
    return ""
