"""Running a cell without a sound: what it prints and displays is counted and dropped."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from IPython.core.displaypub import DisplayPublisher

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


_TRACEBACKS = ("showtraceback", "showsyntaxerror", "showindentationerror")


class Silence:
    """Takes what cells print and display; made once for all runs of a test.

    Attributes
    ----------
    printed
        Characters that were dropped.
    """

    def __init__(self) -> None:
        self.printed = 0
        self._stream = _Stream(self)
        self._publisher = _Publisher()

    @contextmanager
    def over(self, shell: InteractiveShell) -> Iterator[None]:
        """Drop what is printed and displayed inside, and tracebacks: a kernel sends them past all streams."""
        publisher, streams = shell.display_pub, (sys.stdout, sys.stderr)
        hidden = {name: vars(shell).get(name) for name in _TRACEBACKS}
        try:
            for name in _TRACEBACKS:
                setattr(shell, name, _nothing)
            shell.display_pub = self._publisher
            sys.stdout = sys.stderr = self._stream
            yield
        finally:
            sys.stdout, sys.stderr = streams
            shell.display_pub = publisher
            for name, own in hidden.items():
                if own is None:
                    vars(shell).pop(name, None)
                else:
                    setattr(shell, name, own)


def _nothing(*_: Any, **__: Any) -> None:
    """Show no traceback; neither is it kept as the last one."""


class _Stream(io.TextIOBase):
    encoding = "utf-8"

    def __init__(self, silence: Silence) -> None:
        self._silence = silence

    def write(self, text: str, /) -> int:
        self._silence.printed += len(text)
        return len(text)

    def writable(self) -> bool:
        return True


class _Publisher(DisplayPublisher):
    def publish(self, *_: Any, **__: Any) -> None:
        """Show nothing."""

    def clear_output(self, wait: bool = False) -> None:
        """Clear nothing."""
