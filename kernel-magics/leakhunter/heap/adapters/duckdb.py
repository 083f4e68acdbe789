"""DuckDB: the memory of a database that lives in its connection.

DuckDB tells how much memory a database uses, to SQL only.  It is asked on a
cursor of ours, which is a connection of its own: results, transactions and
settings of the user's connection stay as they are.  Asked with a query running
in another thread it answers without waiting.  A database that several
connections share belongs to none of them, and nothing is said of versions that
do not count connections (1.4 does not, 2.0 does).

Cost: 1 ms a connection.
"""

from __future__ import annotations

import sys
from typing import Any

from leakhunter.heap.seen import Seen

MODULE = "duckdb"

_ASK = (
    "SELECT (SELECT sum(memory_usage_bytes) FROM duckdb_memory()), "
    "(SELECT count FROM duckdb_connection_count())"
)
_HIS_AND_OURS = 2


def handles(cls: type) -> bool:
    """Is this a connection?  Never a subclass of the user's."""
    return cls is sys.modules[MODULE].DuckDBPyConnection


def look(obj: Any) -> Seen:
    """Memory of the database, when no other connection keeps it."""
    duckdb = sys.modules[MODULE]
    connection = duckdb.DuckDBPyConnection
    try:
        cursor = connection.cursor(obj)
    except duckdb.ConnectionException:  # closed
        return Seen()
    try:
        connection.execute(cursor, _ASK)
        ((used, connections),) = connection.fetchall(cursor)
    finally:
        connection.close(cursor)
    if connections != _HIS_AND_OURS:
        return Seen(hidden=True)
    return Seen(object.__sizeof__(obj) + int(used), estimate=True)


def describe(obj: Any) -> str:
    """A database has no shape."""
    del obj
    return ""
