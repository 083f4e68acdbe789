"""Runs a cell again and again as the notebook would, silently and without a place in its history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunter.prove.inner import Inner
from leakhunter.prove.quiet import Silence
from leakhunter.record.run import error_name
from leakhunter.unstored import unstored

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


class FailedError(Exception):
    """A run raised; ``name`` is the class of its exception."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Stage:
    """One cell, ready to be run.

    It runs in silent mode: no count, no ``Out``, no record of ours; what
    belongs to the end of a cell, as showing and closing figures, happens as
    ever.

    Parameters
    ----------
    shell
        The session.
    source
        The cell.

    Attributes
    ----------
    runs
        Runs that have ended well.
    """

    def __init__(self, shell: InteractiveShell, source: str) -> None:
        self._shell = shell
        self._source = source
        self.silence = Silence()
        self._inner = Inner()
        self.runs = 0

    @property
    def waits(self) -> bool:
        """Does the cell await something?  Then it runs in a loop of ours (:class:`Inner`)."""
        shell = self._shell
        try:
            transformed = shell.transform_cell(self._source)
            return bool(
                shell.should_run_async(self._source, transformed_cell=transformed)
            )
        except Exception:  # noqa: BLE001 - no Python: running it will say so
            return False

    def run(self) -> None:
        """Run it once.

        Raises
        ------
        FailedError
            When the cell raised, or is no Python.
        KeyboardInterrupt
            When it was interrupted.
        """
        shell = self._shell
        count = shell.execution_count
        with unstored(shell), self.silence.over(shell), self._inner.over(shell):
            result = shell.run_cell(self._source, silent=True, store_history=False)
        if shell.execution_count != count:
            shell.execution_count = count
        failed = error_name(result)
        # its frames hold what the cell made
        shell.last_execution_result = None
        del result
        if failed == "KeyboardInterrupt":
            raise KeyboardInterrupt
        if failed is not None:
            raise FailedError(failed)
        self.runs += 1

    def close(self) -> None:
        """End the loop of cells that await, with what they have left in it."""
        with unstored(self._shell), self.silence.over(self._shell):
            self._inner.close()
