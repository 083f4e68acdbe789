"""What allocators say of themselves: in use, and kept free.

glibc's malloc and CPython's pymalloc write their statistics to a stream; here
it is a stream in memory.  Libraries that bring an allocator are asked only
when they are imported.  Cost: malloc 0.1 to 1 ms (one look at each free
block), pymalloc 0.1 ms in 100 MB, each library some microseconds.
"""

from __future__ import annotations

import ctypes
import functools
import os
import re
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

_LOADED = getattr(os, "RTLD_NOLOAD", 0)
"""Open a library only when it is in the process already."""


class Malloc(NamedTuple):
    """glibc's malloc: its heaps, what of them is free, and large blocks mapped one by one."""

    heaps: int
    free: int
    mapped: int

    @property
    def used(self) -> int:
        """In use inside the heaps."""
        return self.heaps - self.free


class Pymalloc(NamedTuple):
    """CPython's arenas for blocks of up to 512 bytes, and the bytes of blocks in use."""

    arenas: int
    used: int


class Pool(NamedTuple):
    """What a library's own allocator has given out; ``None`` when it does not tell.

    ``apart``: it reserves memory of its own; otherwise its blocks are malloc's.
    """

    library: str
    used: int | None
    apart: bool


class Allocators(NamedTuple):
    """All of them at one moment; ``None`` for one that cannot be asked."""

    malloc: Malloc | None
    pymalloc: Pymalloc | None
    pools: tuple[Pool, ...] = ()


def read_allocators() -> Allocators:
    """Ask all allocators."""
    return Allocators(malloc(), pymalloc(), tuple(pools()))


# ------------------------------------------------------- malloc and pymalloc


@functools.cache
def c_library() -> Any:
    """The C library of this process; ``None`` where it has none by itself (Windows)."""
    try:
        return ctypes.CDLL(None)
    except (OSError, TypeError):
        return None


def _written(write: Callable[[ctypes.c_void_p], Any]) -> str:
    """What a C function writes to a stream; empty where C has no streams in memory."""
    libc = c_library()
    try:
        opened = libc.open_memstream
    except AttributeError:
        return ""
    opened.restype = ctypes.c_void_p
    text, size = ctypes.c_void_p(), ctypes.c_size_t()
    address = opened(ctypes.byref(text), ctypes.byref(size))
    if not address:
        return ""
    stream = ctypes.c_void_p(address)
    try:
        write(stream)
    finally:
        libc.fclose(stream)
    try:
        return ctypes.string_at(text.value or 0, size.value).decode("ascii", "replace")
    finally:
        libc.free(text)


def malloc() -> Malloc | None:
    """What glibc's malloc holds; ``None`` with another C library."""
    try:
        info = c_library().malloc_info
    except AttributeError:
        return None
    # the totals of all arenas follow the last of them
    total = _written(lambda stream: info(0, stream)).rpartition("</heap>")[2]
    sizes = {
        kind: int(size)
        for kind, size in re.findall(
            r'<(?:total|system) type="(\w+)"[^>]* size="(\d+)"', total
        )
    }
    if "current" not in sizes:
        return None
    free = sizes.get("fast", 0) + sizes.get("rest", 0)
    return Malloc(sizes["current"], free, sizes.get("mmap", 0))


def pymalloc() -> Pymalloc | None:
    """What pymalloc holds; ``None`` without it (``PYTHONMALLOC=malloc``, free threading)."""
    try:
        stats = ctypes.pythonapi._PyObject_DebugMallocStats  # noqa: SLF001 - exported for tools since 3.3
    except AttributeError:
        return None
    text = _written(stats)
    arenas = re.search(
        r"^\d+ arenas \* \d+ bytes/arena += +([\d,]+)$", text, re.MULTILINE
    )
    used = re.search(r"^# bytes in allocated blocks += +([\d,]+)$", text, re.MULTILINE)
    if arenas is None or used is None:
        return None
    return Pymalloc(*(int(m[1].replace(",", "")) for m in (arenas, used)))


# ------------------------------------------------------------------ libraries


def pools() -> Iterator[Pool]:
    """What the allocators of imported libraries have given out."""
    told = set()
    for library, name, apart, ask in _LIBRARIES:
        module = sys.modules.get(name)
        if type(module) is types.ModuleType and library not in told:
            told.add(library)
            try:
                yield ask(module)
            except Exception:  # noqa: BLE001 - another version of the library: see less, never fail
                yield Pool(library, None, apart)


def _arrow(lib: Any) -> Pool:
    """Arrow brings mimalloc or jemalloc; it can be told to take malloc's memory instead."""
    pool = lib.default_memory_pool()
    return Pool("Arrow", int(pool.bytes_allocated()), pool.backend_name != "system")


def _polars(lib: Any) -> Pool:
    """Older versions do not count."""
    return Pool("Polars", int(lib._estimate_memory_usage()), apart=True)  # noqa: SLF001 - not told otherwise


def _duckdb(lib: Any) -> Pool:
    """DuckDB keeps its tables in a jemalloc of its own, whose counters it exports."""
    control = extension(lib).duckdb_je_mallctl
    epoch, used = ctypes.c_uint64(1), ctypes.c_size_t()
    size = ctypes.c_size_t(ctypes.sizeof(used))
    # counters are summed up when the epoch moves
    control(b"epoch", None, None, ctypes.byref(epoch), ctypes.c_size_t(8))
    failed = control(
        b"stats.allocated", ctypes.byref(used), ctypes.byref(size), None, ctypes.c_size_t(0)
    )  # fmt: skip
    return Pool("DuckDB", None if failed else used.value, apart=True)


def _sqlite(lib: Any) -> Pool:
    """SQLite counts what it takes from malloc: databases in memory, caches of pages."""
    counted = extension(lib).sqlite3_memory_used
    counted.restype = ctypes.c_int64
    return Pool("SQLite", int(counted()), apart=False)


def extension(lib: Any) -> ctypes.CDLL:
    """The library of an extension module that is imported; nothing is loaded."""
    return _opened(str(lib.__file__))


@functools.cache
def _opened(path: str) -> ctypes.CDLL:
    return ctypes.CDLL(path, mode=_LOADED)


_LIBRARIES: tuple[tuple[str, str, bool, Callable[[Any], Pool]], ...] = (
    ("Arrow", "pyarrow.lib", True, _arrow),
    ("Polars", "polars._plr", True, _polars),
    ("Polars", "polars.polars", True, _polars),
    ("DuckDB", "_duckdb", True, _duckdb),
    ("DuckDB", "duckdb.duckdb", True, _duckdb),
    ("SQLite", "_sqlite3", False, _sqlite),
)
"""Libraries with the module to ask, and whether their allocator lives apart from malloc."""
