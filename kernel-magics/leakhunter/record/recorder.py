"""Follows IPython's two run events and keeps one :class:`CellRun` per run.

Only ``pre_run_cell`` and ``post_run_cell`` are used.  They do not always pair
up (an empty cell has no "pre"; a cell that calls ``run_cell`` nests), so open
runs are a stack and an end is matched by its ``ExecutionInfo``.

Nothing here may raise or print into the user's cell, and no reference to a
user's object is kept: names are remembered with the ``id`` of their value.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from leakhunter.model import CellRun
from leakhunter.record import namespace, rapid
from leakhunter.record.bindings import Bindings
from leakhunter.record.births import Births
from leakhunter.record.children import Children
from leakhunter.record.names import without_ours
from leakhunter.record.run import (
    MAX_NAMES,
    Ended,
    OpenRun,
    error_name,
    first_line,
    of_user,
)

if TYPE_CHECKING:
    from IPython.core.interactiveshell import (
        ExecutionInfo,
        ExecutionResult,
        InteractiveShell,
    )

    from leakhunter.heap.slots import Slot
    from leakhunter.record.meter import Meter

MAX_RUNS = 2000
"""Runs kept; at 1 to 2 kB each the records stay below 4 MB."""


class Recorder:
    """Records the runs of one shell.

    Parameters
    ----------
    shell
        The IPython shell whose cells are recorded.
    meter
        Reads this process's memory.

    Attributes
    ----------
    faults
        Failures of ours that were kept from the user's cells.
    opened
        Cells that began, those that are not recorded too.
    children
        The kernel's child processes.
    bindings
        What the user's names were bound to.
    births
        What each run made with numpy.
    """

    def __init__(self, shell: InteractiveShell, meter: Meter) -> None:
        self._shell = shell
        self._meter = meter
        self._before: Callable[[bool], None] | None = None
        self._on_start: Callable[[OpenRun | None], None] | None = None
        self._on_end: Callable[[Ended | None], None] | None = None
        self._stack: list[OpenRun | None] = []
        self._infos: list[Any] = []
        self._lock = threading.Lock()
        self._runs: list[Ended] = []
        self._count = 0
        self.faults = 0
        self.opened = 0
        self.children = Children(self.since)
        self.bindings = Bindings()
        self.births = Births()
        self.peak: tuple[int, bool, CellRun | None] = (0, True, None)

    # ------------------------------------------------------------ life cycle

    def start(self) -> None:
        """Register for the run events; a second call does nothing."""
        events = self._shell.events
        if self._pre not in events.callbacks["pre_run_cell"]:
            events.register("pre_run_cell", self._pre)
            events.register("post_run_cell", self._post)
            self.births.begin()
            names = self._shell.user_ns
            self.bindings.update(0, names, [n for n in names if of_user(n)], ())

    def listen(
        self,
        before: Callable[[bool], None],
        on_start: Callable[[OpenRun | None], None],
        on_end: Callable[[Ended | None], None],
    ) -> None:
        """Be called when a cell begins and when it has ended; with None for one that is not recorded.

        ``before`` comes first, and is told whether the cell will be recorded:
        what is let go of there is not the cell's doing.
        """
        self._before, self._on_start, self._on_end = before, on_start, on_end

    def stop(self) -> None:
        """Leave the run events."""
        for event, callback in (
            ("pre_run_cell", self._pre),
            ("post_run_cell", self._post),
        ):
            if callback in self._shell.events.callbacks[event]:
                self._shell.events.unregister(event, callback)
        self._stack.clear()
        self._infos.clear()
        self.births.close()
        rapid.end()

    # ---------------------------------------------------------------- reading

    @property
    def running(self) -> OpenRun | None:
        """The outermost run of a user's cell that has not ended."""
        for run in list(self._stack):
            if run is not None:
                return run
        return None

    @property
    def busy(self) -> bool:
        """Is any cell open, even one that is not recorded?"""
        return bool(self._stack)

    def runs(self) -> list[Ended]:
        """The recorded runs, oldest first."""
        with self._lock:
            return list(self._runs)

    def since(self, run: int) -> list[CellRun]:
        """Records of the runs after ``run``."""
        return [e.record for e in self.runs() if e.record.run > run]

    @property
    def last_run(self) -> int:
        """Number of the last recorded run, 0 before the first."""
        with self._lock:
            return self._runs[-1].record.run if self._runs else 0

    def replace(self, records: dict[int, CellRun]) -> None:
        """Put newer versions of records in place (what they hold now)."""
        with self._lock:
            for ended in self._runs:
                ended.record = records.get(ended.record.run, ended.record)

    def letting_go(self, slots: Iterable[Slot]) -> None:
        """Learn that we are about to empty these: values that live on are told later."""
        names = [str(slot.key) for slot in slots if slot.place == "name"]
        self.bindings.cleared(names, self.last_run)

    def peaked(self, rss: int) -> None:
        """Learn the peak of the cell that runs, from somebody who has reset the system's mark since."""
        running = self.running
        if running is not None:
            running.peak = max(running.peak, rss)

    # ----------------------------------------------------------------- events

    def _pre(self, info: ExecutionInfo) -> None:
        try:
            if threading.current_thread() is not threading.main_thread():
                return
            self.opened += 1
            recorded = self._is_recorded(info)
            if not self._stack:
                self._make_way(recorded)
            self._stack.append(self._open(info) if recorded else None)
            self._infos.append(info)
            if len(self._stack) == 1 and self._on_start is not None:
                self._on_start(self._stack[0])
        except Exception:  # noqa: BLE001 - a fault of ours must not reach the user's cell
            self.faults += 1

    def _make_way(self, recorded: bool) -> None:
        """Tell that a cell begins; a fault there must not lose its record."""
        try:
            if self._before is not None:
                self._before(recorded)
        except Exception:  # noqa: BLE001 - a fault of ours must not reach the user's cell
            self.faults += 1

    def _is_recorded(self, info: ExecutionInfo) -> bool:
        """Is this a cell of the user's, and more than a question to us?"""
        if self._stack or not (info.store_history or info.cell_id):
            return False
        return bool(without_ours(_source(info)).strip())

    def _open(self, info: ExecutionInfo) -> OpenRun:
        before = self._meter.level()
        self._count += 1
        ids = namespace.ids(self._shell.user_ns)
        self.births.run(self._count)
        exact = self._meter.arm()
        if not exact:
            rapid.begin()
        return OpenRun(
            info=info,
            run=self._count,
            cell_id=info.cell_id if type(info.cell_id) is str else None,
            execution_count=self._count_now() if info.store_history else None,
            source=_source(info),
            started=time.time(),
            clock=time.perf_counter(),
            rss=before.rss,
            anon=before.anon,
            ids=ids,
            exact=exact,
        )

    def _count_now(self) -> int:
        """Execution count of the cell that starts: some IPythons have counted it already.

        The display hook numbers its prompts by it, so it knows in every version.
        """
        return int(self._shell.displayhook.prompt_count)

    def _post(self, result: ExecutionResult | None) -> None:
        try:
            if threading.current_thread() is not threading.main_thread():
                return
            info = getattr(result, "info", None)
            at = len(self._infos) - 1 if info is None else self._index(info)
            if at < 0:
                return
            run = self._stack[at]
            del self._stack[at:], self._infos[at:]
            ended = None if run is None else self._close(run, result)
            if not self._stack and self._on_end is not None:
                self._on_end(ended)
        except Exception:  # noqa: BLE001 - a fault of ours must not reach the user's cell
            self.faults += 1

    def _index(self, info: object) -> int:
        for i in range(len(self._infos) - 1, -1, -1):
            if self._infos[i] is info:
                return i
        return -1

    def _close(self, run: OpenRun, result: ExecutionResult | None) -> Ended:
        seconds = time.perf_counter() - run.clock
        after = self._meter.status()
        read = rapid.end()
        names, old = self._shell.user_ns, run.ids
        other, many = namespace.changed(old, names)
        changed = [n for n in other if of_user(n)]
        bound = [n for n in changed if n not in old]
        rebound = [n for n in changed if n in old]
        gone = len(old) + sum(n not in old for n in other) - many
        left = namespace.ids(names) if gone else old
        deleted = [n for n in old if n not in left and of_user(n)] if gone else []
        if run.exact and after.peak is not None:
            peak = max(after.peak, run.peak, run.rss, after.rss)
        else:
            peak = max(run.peak, read, run.rss, after.rss)
        record = CellRun(
            run=run.run,
            cell_id=run.cell_id,
            execution_count=run.execution_count,
            source_line=first_line(run.source),
            started=run.started,
            seconds=seconds,
            rss_before=run.rss,
            rss_after=after.rss,
            anon_before=run.anon,
            anon_after=after.anon,
            peak=peak,
            peak_exact=run.exact,
            bound=bound[:MAX_NAMES],
            rebound=rebound[:MAX_NAMES],
            deleted=sorted(deleted)[:MAX_NAMES],
            read=[],
            error=error_name(result),
        )
        ended = Ended(record, run.source, {*bound, *rebound})
        self.bindings.update(run.run, names, changed, deleted)
        if peak > self.peak[0]:
            self.peak = (peak, run.exact, record)
        with self._lock:
            self._runs.append(ended)
            del self._runs[:-MAX_RUNS]
        self.births.ready()
        # right after each run: a child that is new now began in it
        self.children.look(run.run, budget=0)
        return ended


def _source(info: ExecutionInfo) -> str:
    return info.raw_cell if type(info.raw_cell) is str else ""
