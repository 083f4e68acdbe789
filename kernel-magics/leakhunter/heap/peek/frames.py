"""Names of the locals that a frame holds, without touching the frame.

Up to Python 3.12 reading ``f_locals`` writes a snapshot onto the frame, and
removes from an older one what ``traceback.clear_frames`` has cleared: it would
change what is alive.  There the names come from a snapshot that is already
there (IPython's formatter leaves one), or from the order of the variables.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import IPython

from leakhunter.heap.safe import short

_OPTIMIZED = 0x1
_MACHINERY = str(Path(IPython.__file__).parent)
"""Frames of IPython itself hold what every frame below them holds; nobody asked for their names."""
_PROXY = sys.version_info >= (3, 13)
"""From 3.13 on ``f_locals`` is a view that leaves nothing behind (PEP 667)."""


def function_of(frame: types.FrameType) -> str:
    """Name of the function that runs in a frame."""
    return short(frame.f_code.co_name)


def names_read(function: types.FunctionType) -> frozenset[str]:
    """Global names and attributes that a function's code has, functions inside it included."""
    todo, names = [function.__code__], set[str]()
    for code in todo:
        names.update(n for n in code.co_names if type(n) is str)
        todo += [c for c in code.co_consts if type(c) is types.CodeType]
    return frozenset(names)


def local_names(frame: types.FrameType, referents: Sequence[Any]) -> dict[int, str]:
    """Names of a function's locals by the ``id`` of their values.

    Parameters
    ----------
    frame
        The frame; nothing is read from it that would change it.
    referents
        What ``gc.get_referents`` says of it.
    """
    code = frame.f_code
    # a file's name may be the user's own kind of text
    ours = str.startswith(code.co_filename, _MACHINERY)
    if not code.co_flags & _OPTIMIZED or ours:
        return {}
    if _PROXY:
        # of a frame that a generator owns the view would read what a closed one has let go of
        if not any(r is code for r in referents):
            return {}
        return {id(value): short(name) for name, value in frame.f_locals.items()}
    names = (*code.co_varnames, *code.co_cellvars, *code.co_freevars)
    for found in referents:
        if (
            type(found) is dict
            and found
            and all(type(k) is str and k in names for k in found)
        ):
            return {id(value): short(name) for name, value in found.items()}
    own = (frame.f_back, frame.f_globals, frame.f_builtins, code)
    values = [r for r in referents if not any(r is o for o in own)]
    if len(values) < len(names) or not names:
        return {}
    tail = values[-len(names) :]
    return {id(value): short(name) for name, value in zip(names, tail, strict=True)}
