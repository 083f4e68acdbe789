"""Asking allocators to give freed memory back to the system."""

from __future__ import annotations

import ctypes
import os
import sys
import types
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from leakhunter.record.allocators import c_library, extension

_ALL_ARENAS = 4096
"""jemalloc's number for all of its arenas."""


def trim(modules: Container[str] | None = None) -> None:
    """Return what malloc and the pools of imported libraries hold free; about 60 ms on a fragmented heap.

    No object is touched and nothing is collected.  Polars and pymalloc have
    nothing that could be asked: they return memory by themselves, or not.

    Parameters
    ----------
    modules
        Only pools of libraries with one of these top modules, and malloc; all
        unless they are named.
    """
    for what, ask in _steps():
        if (
            modules is None
            or what not in POOLS
            or any(m in modules for m in POOLS[what])
        ):
            ask()


POOLS: Mapping[str, tuple[str, ...]] = {
    "Arrow": ("pyarrow",),
    "DuckDB": ("duckdb", "_duckdb"),
}
"""Top modules of the libraries whose objects lie in a pool."""


def give_back() -> list[tuple[str, int]]:
    """Ask every allocator, and measure from outside what each gave back.

    Returns
    -------
    list
        Names of allocators, with the bytes by which private memory shrank.
    """
    returned = []
    last = _private()
    for what, ask in _steps():
        if ask():
            now = _private()
            returned.append((what, max(last - now, 0)))
            last = now
    return returned


def _steps() -> Iterator[tuple[str, Callable[[], bool]]]:
    """Allocators that may be asked, with what asks them: false when it could not be done."""
    for what, name, ask in _LIBRARIES:
        module = sys.modules.get(name)
        if type(module) is types.ModuleType:
            yield what, partial(_tried, ask, module)
    yield "malloc", _malloc


def _tried(ask: Callable[[Any], object], module: Any) -> bool:
    """Ask a library; false when this version of it has no such thing."""
    try:
        ask(module)
    except Exception:  # noqa: BLE001 - another version of the library: nothing to give back
        return False
    return True


def _arrow(lib: Any) -> None:
    for name in ("default", "mimalloc", "jemalloc"):
        # which pools there are depends on how Arrow was built
        with suppress(NotImplementedError):
            getattr(lib, f"{name}_memory_pool")().release_unused()


def _duckdb(lib: Any) -> None:
    command = b"arena.%d.purge" % _ALL_ARENAS
    extension(lib).duckdb_je_mallctl(command, None, None, None, ctypes.c_size_t(0))


_LIBRARIES: tuple[tuple[str, str, Callable[[Any], object]], ...] = (
    ("Arrow", "pyarrow.lib", _arrow),
    ("DuckDB", "_duckdb", _duckdb),
    ("DuckDB", "duckdb.duckdb", _duckdb),
)


def _malloc() -> bool:
    """Trim the C library's heaps; where it has no such thing, psutil 7.2 may know another way."""
    try:
        c_library().malloc_trim(0)
    except AttributeError:
        return _tried(lambda lib: lib.heap_trim(), psutil)
    return True


def _private() -> int:
    """Private resident bytes; files and shared memory come and go by themselves."""
    try:
        fields = Path("/proc/self/statm").read_bytes().split()
        return (int(fields[1]) - int(fields[2])) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return int(psutil.Process().memory_info().rss)
