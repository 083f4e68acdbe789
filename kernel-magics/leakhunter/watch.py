"""Puts a hunter and its doors together for one shell, and takes them apart again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunter.doors.completion import Completion
from leakhunter.doors.magics import LeakMagics
from leakhunter.doors.wire import Wire
from leakhunter.hunter import Hunter

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


class Watch:
    """A shell that is being watched.

    Parameters
    ----------
    shell
        The IPython shell; in a kernel the wire to the front end is opened too.
    """

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self.hunter = Hunter(shell)
        kernel = getattr(shell, "kernel", None)
        handlers = getattr(kernel, "control_handlers", None)
        self._wire = Wire(self.hunter, kernel) if handlers is not None else None
        self._magics = LeakMagics(
            self.hunter, lambda: self._wire is not None and self._wire.watched
        )
        if self._wire is None:
            book = self.hunter.book
            forget = lambda _run: book.forget_old()  # noqa: E731
            self.hunter.recorder.listen(forget, forget, forget)
        shell.register_magics(self._magics)
        self._completion = Completion(self.hunter)
        self.hunter.recorder.start()

    def close(self) -> None:
        """Leave the shell as it was before."""
        self.hunter.recorder.stop()
        if self._wire is not None:
            self._wire.close()
        self.hunter.close()
        self._completion.close()
        for registered in self._shell.magics_manager.magics.values():
            if getattr(registered.get("leakcheck"), "__self__", None) is self._magics:
                del registered["leakcheck"]
        self._shell.magics_manager.registry.pop(type(self._magics).__name__, None)
