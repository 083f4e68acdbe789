"""Which other tool follows this thread's code: it is named and left alone."""

from __future__ import annotations

import sys
import types

from leakhunter.heap import safe

_KNOWN = {
    "_pydevd_bundle": "the debugger",
    "pydevd": "the debugger",
    "bdb": "the debugger",
    "pdb": "the debugger",
    "coverage": "coverage",
    "cProfile": "cProfile",
    "_lsprof": "cProfile",
    "profile": "profile",
    "line_profiler": "line_profiler",
    "memory_profiler": "memory_profiler",
    "memray": "memray",
    "pyinstrument": "pyinstrument",
    "scalene": "Scalene",
    "hunter": "hunter",
    "viztracer": "VizTracer",
}


def tracer() -> str | None:
    """The tool behind ``sys.settrace``; ``None`` without one."""
    return _name(sys.gettrace())


def profiler() -> str | None:
    """The tool behind ``sys.setprofile``; ``None`` without one."""
    return _name(sys.getprofile())


def _name(hook: object) -> str | None:
    if hook is None:
        return None
    module = None
    if type(hook) is types.MethodType:
        hook = hook.__func__
    if type(hook) is types.FunctionType:
        module = hook.__globals__.get("__name__")
    if type(module) is not str:
        module = safe.module_of(type(hook))
    package = module.partition(".")[0]
    return _KNOWN.get(package, package or "another tool")
