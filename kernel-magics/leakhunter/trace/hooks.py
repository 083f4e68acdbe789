"""Being told of calls and lines: ``sys.monitoring`` from Python 3.12 on, else ``sys.settrace``.

Only code that is wanted is followed line by line.  Afterwards the hook is as
it was found; where another tool has it, nothing is touched.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from leakhunter.trace import tools
from leakhunter.trace.watcher import Watcher

_NAME = "leakhunter"

_IDS = (4, 3, 2)
"""Tool ids of ``sys.monitoring`` that we may take: two without a purpose, then the profiler's."""

_YIELDS = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR

Wanted = Callable[[CodeType], bool]


class BusyError(Exception):
    """Another tool has the only hook; the message is its name."""


class SetTrace:
    """Through ``sys.settrace``: every call of this thread asks us once, only wanted ones go on.

    Raises
    ------
    BusyError
        On :meth:`start`, when another tool has it.
    """

    def __init__(self, watcher: Watcher, wanted: Wanted) -> None:
        self._watcher = watcher
        self._wanted = wanted
        self._known: dict[int, tuple[CodeType, bool]] = {}
        self._call = self._on_call
        self._local = self._on_event

    def start(self) -> None:
        """Begin."""
        other = tools.tracer()
        if other is not None:
            raise BusyError(other)
        sys.settrace(self._call)

    def stop(self) -> None:
        """End; a tracer that was set meanwhile stays."""
        if sys.gettrace() is self._call:
            sys.settrace(None)
        self._watcher.finish()

    def _on_call(self, frame: FrameType, event: str, arg: Any) -> Any:  # noqa: ARG002 - Python's signature
        code = frame.f_code
        known = self._known.get(id(code))
        if known is None:
            # kept with its id: that of a dead one is given again
            known = self._known[id(code)] = (code, self._wanted(code))
        if not known[1] or self._watcher.elsewhere:
            return None
        # a generator goes on at its `yield`, and begins at its first line
        again = code.co_flags & _YIELDS and frame.f_lineno != code.co_firstlineno
        self._watcher.enter(code, again=bool(again))
        return self._local

    def _on_event(self, frame: FrameType, event: str, arg: Any) -> Any:  # noqa: ARG002 - Python's signature
        try:
            if event == "line":
                self._watcher.line(frame.f_lineno)
            elif event == "return":
                # a frame that lives on must not hold us
                frame.f_trace = None
                self._watcher.leave()
                return None
        except Exception:  # noqa: BLE001 - a fault of ours must not reach the user's code
            self._watcher.faults += 1
        return self._local


class Monitoring:
    """Through ``sys.monitoring``: other tools keep theirs.

    Raises
    ------
    BusyError
        On :meth:`start`, when all tool ids are taken.
    """

    def __init__(self, watcher: Watcher, wanted: Wanted) -> None:
        self._watcher = watcher
        self._wanted = wanted
        self._api: Any = sys.monitoring  # type: ignore[attr-defined,unused-ignore]
        self._tool: int | None = None
        self._followed: dict[int, CodeType] = {}
        events = self._api.events
        self._callbacks: dict[int, Callable[..., Any]] = {
            events.PY_START: self._on_start,
            events.PY_RESUME: self._on_resume,
            events.PY_THROW: self._on_resume,
            events.LINE: self._on_line,
            events.PY_RETURN: self._on_leave,
            events.PY_YIELD: self._on_leave,
            events.PY_UNWIND: self._on_unwind,
        }

    def start(self) -> None:
        """Begin."""
        api, events = self._api, self._api.events
        free = [i for i in _IDS if api.get_tool(i) is None]
        if not free:
            raise BusyError(str(api.get_tool(_IDS[0])))
        self._tool = free[0]
        api.use_tool_id(self._tool, _NAME)
        for event, callback in self._callbacks.items():
            api.register_callback(self._tool, event, callback)
        # what an earlier tool of this number switched off is asked again
        api.restart_events()
        api.set_events(
            self._tool,
            events.PY_START | events.PY_RESUME | events.PY_UNWIND | events.PY_THROW,
        )

    def stop(self) -> None:
        """End, and give the tool id back."""
        if self._tool is not None:
            api, tool = self._api, self._tool
            self._tool = None
            api.set_events(tool, 0)
            for code in self._followed.values():
                api.set_local_events(tool, code, 0)
            for event in self._callbacks:
                api.register_callback(tool, event, None)
            api.free_tool_id(tool)
        self._watcher.finish()

    def _follow(self, code: CodeType) -> bool:
        """Have the lines of wanted code told."""
        if id(code) in self._followed:
            return True
        if self._tool is None or not self._wanted(code):
            return False
        self._followed[id(code)] = code
        events = self._api.events
        self._api.set_local_events(
            self._tool, code, events.LINE | events.PY_RETURN | events.PY_YIELD
        )
        return True

    def _enter(self, code: CodeType, *, again: bool) -> Any:
        try:
            if not self._follow(code):
                return self._api.DISABLE
            if not self._watcher.elsewhere:
                self._watcher.enter(code, again=again)
        except Exception:  # noqa: BLE001 - a fault of ours must not reach the user's code
            self._watcher.faults += 1
        return None

    def _on_start(self, code: CodeType, offset: int) -> Any:  # noqa: ARG002 - Python's signature
        return self._enter(code, again=False)

    def _on_resume(self, code: CodeType, offset: int, error: object = None) -> Any:  # noqa: ARG002 - Python's signature
        done = self._enter(code, again=True)
        return None if error is not None else done  # a throw cannot be switched off

    def _on_line(self, code: CodeType, number: int) -> None:  # noqa: ARG002 - Python's signature
        try:
            if not self._watcher.elsewhere:
                self._watcher.line(number)
        except Exception:  # noqa: BLE001 - a fault of ours must not reach the user's code
            self._watcher.faults += 1

    def _on_leave(self, code: CodeType, offset: int, value: object) -> None:  # noqa: ARG002 - Python's signature
        try:
            if not self._watcher.elsewhere:
                self._watcher.leave()
        except Exception:  # noqa: BLE001 - a fault of ours must not reach the user's code
            self._watcher.faults += 1

    def _on_unwind(self, code: CodeType, offset: int, error: object) -> None:
        if id(code) in self._followed:
            self._on_leave(code, offset, error)


def hook(watcher: Watcher, wanted: Wanted) -> SetTrace | Monitoring:
    """The way that this Python has."""
    kind = Monitoring if hasattr(sys, "monitoring") else SetTrace
    return kind(watcher, wanted)
