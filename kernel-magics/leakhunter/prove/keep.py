"""The session as it was before a test, put back whatever happened.

Names, outputs, the last exception and result, random numbers, figures, the
environment, and containers that only grew.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leakhunter.heap.slots import (
    FORMATTERS,
    SYS_NAMES,
    UNDERSCORES,
    output_dict,
)
from leakhunter.prove import plots, randoms
from leakhunter.prove.containers import Containers

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_SHELL = ("last_execution_result", "last_execution_succeeded")

_MISSING = object()


class Kept:
    """What a session was like.

    Parameters
    ----------
    shell
        The session; nothing of it is changed.
    """

    def __init__(self, shell: InteractiveShell) -> None:
        self._containers = Containers(shell)
        self._names: dict[Any, Any] = dict(shell.user_ns)
        self._steps: list[Callable[[], object]] = [
            partial(_mapping, shell.user_ns, self._names),
            *_states(shell),
        ]
        self._space = shell.user_ns
        self._left: dict[Any, Any] | None = None

    def leave(self) -> None:
        """The event loop goes on: names that others bind meanwhile are to stay."""
        self._left = dict(self._space)

    def come_back(self) -> None:
        """Take over what was bound, or deleted, since :meth:`leave`."""
        left, self._left = self._left, None
        if left is None:
            return
        for key in left.keys() - self._space.keys():
            self._names.pop(key, None)
        for key, value in self._space.items():
            if left.get(key, _MISSING) is not value:
                self._names[key] = value

    def put_back(self) -> list[str]:
        """Put everything back; for a moment without interrupts (:func:`uninterrupted`).

        Returns
        -------
        list
            Sentences on what could not be put back.
        """
        self.come_back()
        told = [fault for step in self._steps if (fault := _done(step))]
        self._steps.clear()
        told += [
            f"`{path}` was changed in a way that cannot be put back; it stays changed."
            for path in self._containers.put_back()
        ]
        return told


def _done(step: Callable[[], object]) -> str:
    """Take one step; what went wrong, or nothing: the other steps are needed all the more."""
    try:
        step()
    except Exception as error:  # noqa: BLE001 - libraries differ, and users replace things
        return f"Something could not be put back: {type(error).__name__}."
    return ""


def _states(shell: InteractiveShell) -> Iterator[Callable[[], object]]:
    """What puts each part back beside the names, which come first: containers are found by them."""
    for space in (shell.user_ns_hidden, output_dict(shell)):
        yield partial(_mapping, space, dict(space))
    yield partial(
        _attributes, shell.displayhook, _values(shell.displayhook, UNDERSCORES)
    )
    yield partial(_attributes, shell, _values(shell, _SHELL))
    yield partial(_last_exception, _values(sys, SYS_NAMES))
    for owner, name in FORMATTERS.values():
        formatter = getattr(shell, owner, None)
        yield partial(_attributes, formatter, _values(formatter, (name,)))
    yield from randoms.states(shell.user_ns)
    yield from plots.states()
    yield partial(_environment, dict(os.environ))
    yield partial(_warnings, list(warnings.filters))
    # a folder that is gone cannot be gone back to
    with suppress(OSError):
        yield partial(os.chdir, Path.cwd())
    yield partial(_path, list(sys.path))


def _values(owner: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(owner, name, _MISSING) for name in names}


def _attributes(owner: Any, before: dict[str, Any]) -> None:
    for name, value in before.items():
        if value is not _MISSING and getattr(owner, name, _MISSING) is not value:
            setattr(owner, name, value)


def _last_exception(before: dict[str, Any]) -> None:
    for name, value in before.items():
        if value is not _MISSING:
            setattr(sys, name, value)
        elif hasattr(sys, name):
            delattr(sys, name)


def _mapping(space: dict[Any, Any], before: dict[Any, Any]) -> None:
    """Bind what was bound, and nothing else; the order of what stays is kept."""
    for key in [k for k in space if k not in before]:
        del space[key]
    for key, value in before.items():
        if space.get(key, _MISSING) is not value:
            space[key] = value


def _environment(before: dict[str, str]) -> None:
    for name in set(os.environ) - set(before):
        del os.environ[name]
    os.environ.update(before)


def _warnings(before: list[Any]) -> None:
    if warnings.filters != before:
        warnings.filters[:] = before  # type: ignore[index]
        # what was decided by the filters of the cell is decided anew
        getattr(warnings, "_filters_mutated", lambda: None)()


def _path(before: list[str]) -> None:
    if sys.path != before:
        sys.path[:] = before


@contextmanager
def uninterrupted() -> Iterator[list[float]]:
    """Hold interrupts off for a moment; yields the times at which one came."""
    came: list[float] = []
    if threading.current_thread() is not threading.main_thread():
        yield came
        return
    old = signal.signal(signal.SIGINT, lambda *_: came.append(time.monotonic()))
    try:
        yield came
    finally:
        signal.signal(signal.SIGINT, old)
