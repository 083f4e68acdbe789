"""The truth about numpy's blocks in a kernel: an own allocator in Python, by numpy's public API.

It counts what :mod:`leakhunter.record.births` is to say, in another way: a
handler that is set before each cell and asks numpy's default one for memory.
Slow, and seen in the main thread only.
"""

from __future__ import annotations

import ctypes
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from types import ModuleType
from typing import Any

LEAST = 65_536
_SIZE, _POINTER = ctypes.c_size_t, ctypes.c_void_p
_TYPES = {
    "malloc": (_POINTER, _POINTER, _SIZE),
    "calloc": (_POINTER, _POINTER, _SIZE, _SIZE),
    "realloc": (_POINTER, _POINTER, _POINTER, _SIZE),
    "free": (None, _POINTER, _POINTER, _SIZE),
}
_SET, _DEFAULT = 304, 306
"""Places in numpy's table of functions."""


class Handler(ctypes.Structure):
    """``PyDataMem_Handler``."""

    _fields_ = [
        ("name", ctypes.c_char * 127),
        ("version", ctypes.c_uint8),
        ("ctx", _POINTER),
        *((name, _POINTER) for name in _TYPES),
    ]

    def ask(self, name: str, *values: Any) -> int | None:
        """Call one of its functions, without letting the GIL go: numpy's own need it."""
        call = ctypes.PYFUNCTYPE(*_TYPES[name])(getattr(self, name))
        return call(self.ctx, *values)  # type: ignore[no-any-return]


class Truth:
    """Blocks that are alive, each with the cell that made it."""

    def __init__(self) -> None:
        self.blocks: dict[int, tuple[int, int]] = {}
        self.cell = 0
        self._set: Any = None
        self._capsule: Any = None
        self._own: Any = None
        self._calls: list[Any] = []

    def ready(self, module: ModuleType) -> None:
        """Make the handler, from numpy's C module."""
        pointer = ctypes.pythonapi.PyCapsule_GetPointer
        pointer.restype, pointer.argtypes = (
            _POINTER,
            [ctypes.py_object, ctypes.c_char_p],
        )
        new = ctypes.pythonapi.PyCapsule_New
        new.restype, new.argtypes = (
            ctypes.py_object,
            [_POINTER, ctypes.c_char_p, _POINTER],
        )
        api = ctypes.cast(
            pointer(vars(module)["_ARRAY_API"], None), ctypes.POINTER(_POINTER)
        )
        capsule = ctypes.cast(api[_DEFAULT], ctypes.POINTER(ctypes.py_object)).contents
        # asked at each call: somebody may stand before its functions
        default = Handler.from_address(pointer(capsule.value, b"mem_handler"))
        self._set = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.py_object)(api[_SET])

        def born(at: int | None, size: int) -> int | None:
            if at and size >= LEAST:
                self.blocks[at] = (size, self.cell)
            return at

        def malloc(_ctx: Any, size: int) -> int | None:
            return born(default.ask("malloc", size), size)

        def calloc(_ctx: Any, many: int, size: int) -> int | None:
            return born(default.ask("calloc", many, size), many * size)

        def realloc(_ctx: Any, old: Any, size: int) -> int | None:
            was = self.blocks.pop(old, None)
            at = default.ask("realloc", old, size)
            if not at and was:
                self.blocks[old] = was
            return born(at, size)

        def free(_ctx: Any, at: Any, size: int) -> None:
            self.blocks.pop(at, None)
            default.ask("free", at, size)

        self._calls = [
            ctypes.CFUNCTYPE(*_TYPES[call.__name__])(call)
            for call in (malloc, calloc, realloc, free)
        ]
        ours = [ctypes.cast(call, _POINTER).value for call in self._calls]
        self._own = Handler(b"truth", 1, None, *ours)
        self._capsule = new(ctypes.addressof(self._own), b"mem_handler", None)
        self.begin()

    def begin(self, _info: object = None) -> None:
        """Set the handler, in the context of the cell that begins."""
        if self._set is not None:
            self._set(self._capsule)

    def held(self) -> dict[int, int]:
        """Bytes alive by cell."""
        total: dict[int, int] = {}
        for size, cell in list(self.blocks.values()):
            total[cell] = total.get(cell, 0) + size
        return total


class _Finder(importlib.abc.MetaPathFinder):
    """Has the truth begin as soon as numpy's C module is there."""

    def __init__(self, truth: Truth) -> None:
        self._truth = truth

    def find_spec(
        self, name: str, _path: Any, _target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Numpy's own, with a loader that tells us."""
        if name != "numpy":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        loader: Any = spec.loader if spec else None
        run = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            run(module)
            self._truth.ready(sys.modules["numpy._core._multiarray_umath"])

        loader.exec_module = exec_module
        return spec


def begin(shell: Any) -> Truth:
    """Follow numpy in this shell from now on."""
    truth = Truth()
    sys.meta_path.insert(0, _Finder(truth))
    shell.events.register("pre_run_cell", truth.begin)
    return truth
