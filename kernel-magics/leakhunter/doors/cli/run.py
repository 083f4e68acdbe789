"""One notebook, run from top to bottom in a kernel of its own."""

from __future__ import annotations

import asyncio
import logging
import queue
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from nbclient import NotebookClient
from nbclient.exceptions import (
    CellExecutionError,
    CellTimeoutError,
    DeadKernelError,
)

from leakhunter.act.refusal import Refusal
from leakhunter.detect.words import plural
from leakhunter.doors.cli.endings import killed_words
from leakhunter.doors.cli.kernel import Kernel, KernelEnded
from leakhunter.doors.cli.model import End, NotebookRun, Stop
from leakhunter.doors.cli.notebook import CodeCell, Notebook
from leakhunter.doors.cli.tasks import own_tasks
from leakhunter.doors.cli.watcher import Watcher
from leakhunter.messages import RunsReply
from leakhunter.model import CellRef, CellRun, Report, Settings

CHECK = 600
"""Seconds for the report; a check of a full heap takes some."""

LATE = 20
"""The same after a cell that took too long: it may not hear the interrupt either."""

MESSAGE = 300
"""Characters of an error that are told."""

INSTALL = "pip install jupyterlab-leakhunter"

_silent = logging.getLogger("leakhunter.cli")
_silent.addHandler(logging.NullHandler())
_silent.propagate = False


class Session:
    """A notebook and the kernel that runs it.

    Parameters
    ----------
    notebook
        What to run; its outputs are filled in.
    kernel
        A kernelspec.
    cwd
        The folder to run in.
    timeout
        Seconds that a cell may take.
    stopped
        Tells whether the user asked to stop.
    """

    def __init__(
        self,
        notebook: Notebook,
        kernel: str,
        cwd: Path,
        timeout: int | None,
        stopped: Callable[[], bool],
    ) -> None:
        self._notebook = notebook
        self._name = kernel
        self._timeout = timeout
        self._asked_to_stop = stopped
        self._cells = list(notebook.cells())
        self._kernel = Kernel(kernel, cwd)
        self._watcher = Watcher(notebook.path.name, len(self._cells))
        self._runs: list[CellRun] = []
        self._cell: CodeCell | None = None

    async def run(self) -> NotebookRun:
        """Run the cells, ask for the report, and end the kernel whatever happens.

        Raises
        ------
        Refusal
            One sentence, when it could not be begun.
        """
        at, begun = time.time(), time.monotonic()
        stop: Stop | None = None
        report: Report | None = None
        try:
            await self._begin()
            stop = await self._run_cells()
            if stop is None or stop.how in ("failed", "timeout"):
                self._cell = None
                self._watcher.check()
                report = await self._check(stop)
        except (KernelEnded, asyncio.CancelledError):
            stop = stop or self._gone()
        finally:
            self._watcher.end()
            await self._kernel.end(now=stop is not None)
        return NotebookRun(
            notebook=str(self._notebook.path),
            kernel=self._name,
            at=at,
            seconds=time.monotonic() - begun,
            stopped=stop,
            runs=self._runs,
            report=report,
            highest=self._watcher.highest,
        )

    # --------------------------------------------------------------- begin

    async def _begin(self) -> None:
        """Start the kernel, switch its side on, and tell it what a front end would."""
        path = self._notebook.path
        await self._kernel.start()
        self._watcher.begin(self._kernel.pid)
        state = await self._kernel.activate()
        if state == "missing":
            msg = f"{path}: the kernel '{self._name}' has no Leak Hunter; in its environment: {INSTALL}"
            raise Refusal(msg)
        if state != "watching":
            msg = f"{path}: Leak Hunter could not begin in the kernel '{self._name}': {state.removeprefix('failed: ')}."
            raise Refusal(msg)
        await self._tell("notebook", cells=self._notebook.sources())
        expected = self._notebook.expected()
        if expected:
            await self._tell("expected", expected=expected)

    async def _tell(self, command: str, **arguments: Any) -> dict[str, Any] | None:
        return await self._kernel.tell(command, **msgspec.to_builtins(arguments))

    # ----------------------------------------------------------------- cells

    async def _run_cells(self) -> Stop | None:
        """Run them one by one; where it stopped, and why."""
        runner = NotebookClient(
            self._notebook.node,
            km=self._kernel.manager,
            timeout=self._timeout,
            log=_silent,
        )
        runner.kc = self._kernel.client
        for cell in self._cells:
            self._cell = cell
            self._kernel.client.cell_id = cell.cell_id
            self._watcher.cell(cell.first_line)
            try:
                async with own_tasks():
                    await runner.async_execute_cell(cell.node, cell.place)
            except CellExecutionError as error:
                await self._fetch()
                return self._stop("failed", _one_line(error.ename, error.evalue))
            except CellTimeoutError:
                await self._kernel.interrupt()
                seconds = plural(self._timeout or 0, "second", "seconds")
                return self._stop("timeout", f"It took more than {seconds}.")
            except DeadKernelError:
                raise KernelEnded from None
            await self._fetch()
        runner.set_widgets_metadata()
        return None

    async def _fetch(self) -> None:
        """Keep the records of what has run: a kernel that dies cannot be asked for them."""
        since = max((r.run for r in self._runs), default=0)
        self._runs += await self._records(since)

    async def _records(self, since: int) -> list[CellRun]:
        """The records after one of them."""
        found: list[CellRun] = []
        more = True
        while more:
            body = await self._tell("runs", since_run=since)
            reply = msgspec.convert(body, RunsReply) if body else None
            if reply is None or not reply.runs:
                break
            found += reply.runs
            since, more = reply.runs[-1].run, reply.more
        return found

    # ------------------------------------------------------------------- end

    async def _check(self, stop: Stop | None) -> Report | None:
        """The report; only a notebook that came to its end has cells that read nothing more."""
        if stop is None:
            await self._tell("configure", settings=Settings(leftover_after=1))
        seconds = CHECK if stop is None else LATE
        try:
            text = await self._kernel.ask("%leakcheck --json", seconds)
            report = msgspec.json.decode(text, type=Report)
            # once more, now that it is known what each holds
            self._runs = await self._records(0) or self._runs
        except (asyncio.TimeoutError, queue.Empty):
            return None
        except msgspec.DecodeError:
            msg = f"{self._notebook.path}: the kernel '{self._name}' gave no report; it needs the same version of Leak Hunter, and a notebook that leaves it loaded."
            raise Refusal(msg) from None
        return report

    def _gone(self) -> Stop:
        """Why there is no kernel any more."""
        if self._asked_to_stop():
            return self._stop("interrupted", "It was stopped.")
        return self._stop("killed", killed_words(self._kernel.status, self._watcher))

    def _stop(self, how: End, message: str) -> Stop:
        cell = self._cell
        if cell is None:
            return Stop(how=how, cell=None, source_line="", message=message)
        record = next(
            (r for r in reversed(self._runs) if r.cell_id == cell.cell_id), None
        )
        # a cell that did not end has no record: it is the next
        counts = [r.execution_count or 0 for r in self._runs]
        count = record.execution_count if record else max(counts, default=0) + 1
        ref = CellRef(cell_id=cell.cell_id, execution_count=count)
        return Stop(how=how, cell=ref, source_line=cell.first_line, message=message)


def _one_line(name: str, value: str) -> str:
    """An error as the last line of its traceback."""
    text = " ".join(f"{name}: {value}".split()).removesuffix(":")
    return text if len(text) <= MESSAGE else text[: MESSAGE - 1] + "…"
