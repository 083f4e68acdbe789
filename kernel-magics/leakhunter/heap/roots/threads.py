"""threading: what other threads were started with, and locals of the functions they run.

The collector cannot see a frame that runs (CPython 3.11 and later).  Up to
3.12 reading ``f_locals`` leaves a dictionary on the frame that keeps the values
alive: what it was given is taken out again.  A function that asks for its own
locals may share that dictionary, so there nothing is read.

The kernel's own threads are left out, and the thread that looks.
Cost: 15 µs a thread.
"""

from __future__ import annotations

import sys
import threading
import types
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from leakhunter.heap import safe
from leakhunter.heap.roots import look

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "thread"
MODULE = None
LIBRARY = "threading"
LABEL = "thread {}"

_OWN = frozenset(
    {
        "_args", "_kwargs", "_target", "_name", "_ident", "_native_id", "_started",
        "_stderr", "_tstate_lock", "_invoke_excepthook", "_handle", "_context",
        "_os_thread_handle",
    }
)  # fmt: skip
_STARTED_WITH = {"_target": "target", "_args": "args", "_kwargs": "kwargs"}
_OPTIMIZED = 0x1
_FRAME_ONLY = 3
"""References to a snapshot of locals that only its frame knows: the frame's, ours, the call's."""
_RUN = threading.Thread.run.__code__
_CALL_HOLDS = sys.version_info < (3, 12)
"""Up to 3.11 the call of a thread's function holds what it is called with until it returns."""
_CALL_AND_FRAME = sys.version_info[:2] == (3, 11)
_SHARES = frozenset({"locals", "vars"})


def entries(shell: InteractiveShell) -> Iterator[tuple[str, Any]]:
    """Arguments and attributes of threads, and the locals of what they run."""
    del shell
    frames = sys._current_frames()  # noqa: SLF001 - the documented way
    # our own frames must go first: one that refers to itself would stay
    frames.pop(threading.get_ident(), None)
    folders = (*look.folders_of(), threading.__file__)
    for ident, top in frames.items():
        thread = threading._active.get(ident)  # type: ignore[attr-defined]  # noqa: SLF001 - enumerate() takes a lock
        if thread is not None and _is_kernels(thread):
            continue
        name = thread_name(thread)
        if thread is not None:
            for part, value in _started_with(thread):
                yield f"{name}: {part}", value
        yield from _running(name, thread, top, folders)


def _running(
    name: str, thread: object, top: types.FrameType, folders: tuple[str, ...]
) -> Iterator[tuple[str, Any]]:
    """What the calls of a thread hold that are in progress."""
    frame: types.FrameType | None = top
    while frame is not None:
        if frame.f_code is _RUN and thread is not None:
            for value in _called_with(thread):
                yield f"{name}: call", value
        if not frame.f_code.co_filename.startswith(folders):
            function = safe.short(frame.f_code.co_name)
            target = look.attributes(thread).get("_target")
            for local, value, held in _by_cells(frame, locals_of(frame), target):
                if value is not thread and not look.is_small(value):
                    yield f"{name}: local {safe.short(local)} of {function}()", held
        frame = frame.f_back


def _by_cells(
    frame: types.FrameType, found: list[tuple[str, Any]], target: object
) -> Iterator[tuple[str, Any, Any]]:
    """Locals with what the frame itself refers to: of variables that functions share, the cell.

    A cell is found through the function that the thread runs, or one that was
    made in the frame; a variable of another function's is left out.
    """
    code = frame.f_code
    cells: dict[str, Any] = {}
    for function in (target, *(value for _, value in found)):
        if type(function) is types.FunctionType and function.__closure__:
            free = function.__code__.co_freevars
            own = code.co_freevars if function.__code__ is code else code.co_cellvars
            pairs = zip(free, function.__closure__, strict=True)
            cells.update((name, cell) for name, cell in pairs if name in own)
    for name, value in found:
        if name in cells or name not in code.co_freevars:
            yield name, value, cells.get(name, value)


def _called_with(thread: object) -> list[Any]:
    """What a call in progress holds beside the thread.

    The function; up to Python 3.11 also the tuple of arguments, and each named
    one twice.
    """
    held = look.attributes(thread)
    target = held.get("_target")
    # in 3.11 both the call and the frame of a function hold it
    times = 2 if type(target) is types.FunctionType and _CALL_AND_FRAME else 1
    values = [target] * times
    if _CALL_HOLDS:
        named = [value for _, value in look.pairs(held.get("_kwargs"))]
        values += [held.get("_args"), *named, *named]
    return [value for value in values if look.keeps(value)]


def thread_name(thread: object) -> str:
    """Name of a thread, as text to show, with its class where that is not the plain one."""
    name = safe.short(look.attributes(thread).get("_name", "unknown"))
    plain = thread is None or type(thread) is threading.Thread
    return name if plain else f"{name} ({safe.type_name(type(thread))})"


def locals_of(frame: types.FrameType) -> list[tuple[str, Any]]:
    """Locals of a function that runs in another thread; afterwards the frame is as it was."""
    code = frame.f_code
    if not code.co_flags & _OPTIMIZED:
        return []
    if sys.version_info < (3, 13) and not _SHARES.isdisjoint(code.co_names):
        return []
    names = (*code.co_varnames, *code.co_cellvars, *code.co_freevars)
    values = frame.f_locals
    found = [(name, values[name]) for name in names if name in values]
    if type(values) is dict and sys.getrefcount(values) <= _FRAME_ONLY:
        for name in names:
            values.pop(name, None)
    return found


def _is_kernels(thread: object) -> bool:
    """Was this thread made by the kernel or by us?"""
    target = look.attributes(thread).get("_target")
    return look.is_machinery(thread) or look.is_machinery(target)


def _started_with(thread: object) -> Iterator[tuple[str, Any]]:
    held = look.attributes(thread)
    for attribute, word in _STARTED_WITH.items():
        value = held.get(attribute)
        if look.keeps(value):
            yield word, value
    yield from look.parts(thread, _OWN)
