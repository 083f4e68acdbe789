"""SQLite: what a connection keeps in memory, above all a ``:memory:`` database.

Not by SQL: a statement of ours would call the authorizer and the trace
functions of the user.  SQLite's C library is asked for its own statistics of
the connection, whose pointer is the first field of the Python object.

Only by the native core, and only while no other thread uses the connection: it
has a mutex, and Python waits for that with the GIL held, as IPython's history
does after each cell.  Code in Python can be interrupted between any two calls;
holding that mutex it would never get the GIL back.

Cost: 20 µs a connection.
"""

from __future__ import annotations

import sys
from typing import Any

from leakhunter.heap import core
from leakhunter.heap.walk.seen import Seen

MODULE = "sqlite3"

_MODULE = "_sqlite3"
"""Where the C library is linked to, or into Python itself."""

_KNOWN = (3, 14)
"""The newest Python whose connections are known to begin with the pointer."""


def handles(cls: type) -> bool:
    """Is this a connection?  Never a subclass of the user's."""
    return cls is sys.modules[_MODULE].Connection and sys.version_info[:2] <= _KNOWN


def look(obj: Any) -> Seen:
    """Pages, schema and statements of a connection."""
    size = object.__sizeof__(obj)
    used = None
    if core.NATIVE:
        used = core.NATIVE.sqlite_used(
            obj, getattr(sys.modules[_MODULE], "__file__", None)
        )
    if used is None:
        return Seen(size, hidden=True)
    return Seen(size + used, estimate=used > 0)


def describe(obj: Any) -> str:
    """A connection has no shape."""
    del obj
    return ""
