"""atexit: callbacks with their arguments, which Python keeps until the kernel ends and lists nowhere.

They stand in the interpreter's state.  Where in it is found once, by the
number of callbacks and by one that is always there, :func:`logging.shutdown`.
Nothing is found on other systems than Linux, and from Python 3.14 on.

Cost: 5 ms once; then 3 µs a callback.
"""

from __future__ import annotations

import atexit
import ctypes
import logging
import sys
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from leakhunter.heap.peek.native import words
from leakhunter.heap.roots import look

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "exit"
MODULE = None
LIBRARY = "atexit"
LABEL = "atexit {}"

_PYTHONS = frozenset({"logging", "weakref"})
"""Their own callbacks hold their own tables, which have roots of their own."""

_KNOWN = (3, 13)
"""The newest Python whose state is known to hold an array of callbacks."""

_CHUNK = 4096
_CHUNKS = 256
"""How many words at a time are looked through, and how often: 8 MB."""

_MOST = 100_000


class Callback(NamedTuple):
    """A function that is called at the end, and with what."""

    function: Any
    args: Any
    kwargs: Any


def entries(shell: InteractiveShell) -> Iterator[tuple[str, Any]]:
    """What the callbacks of the user and of libraries hold; the same function has the same key."""
    first: dict[int, int] = {}
    for at, callback in enumerate(callbacks()):
        package = look.package_of(callback.function)
        if package in _PYTHONS or package in look.MACHINERY:
            continue
        number = first.setdefault(id(callback.function), at)
        for value in callback:
            if value is not None and (look.keeps(value) or look.of_cells(shell, value)):
                yield f"{number}: {look.called(callback.function)}", value


def callbacks() -> list[Callback]:
    """All callbacks in the order in which they were registered; empty where they cannot be seen."""
    state = _state() if sys.version_info[:2] <= _KNOWN else None
    found = words(state, 2) if state is not None else ()
    if not found:
        return []
    listed = words(found[0], found[1] & 0xFFFFFFFF)
    parts = [words(address, len(Callback._fields)) for address in listed if address]
    return [Callback(*map(_object, part)) for part in parts if part]


def _object(address: int) -> Any:
    return ctypes.cast(address, ctypes.py_object).value if address else None


@cache
def _state() -> int | None:
    """Address of the pointer to the array of callbacks; their number and its length follow."""
    count = atexit._ncallbacks()  # noqa: SLF001 - no other way to tell
    begin = _interpreter()
    for at in range(begin, begin + 8 * _CHUNK * _CHUNKS, 8 * _CHUNK):
        part = words(at, _CHUNK + 1)
        if not part:
            return None
        for i, follows in enumerate(part[1:]):
            if (
                follows & 0xFFFFFFFF == count
                and count <= follows >> 32 < _MOST
                and _has_known(part[i], count)
            ):
                return at + 8 * i
    return None


def _has_known(address: int, count: int) -> bool:
    known = id(logging.shutdown)
    return any(words(one, 1) == (known,) for one in words(address, count) if one)


def _interpreter() -> int:
    get = ctypes.pythonapi.PyInterpreterState_Get
    get.restype = ctypes.c_void_p
    return int(get())
