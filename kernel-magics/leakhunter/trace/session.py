"""A trace over several cells: what each of them came to, and what all still hold."""

from __future__ import annotations

import threading
import time
import tracemalloc
from typing import TYPE_CHECKING, Any, NamedTuple

from leakhunter.model import CellRef
from leakhunter.trace.model import CellStats, Trace
from leakhunter.trace.run import Run

if TYPE_CHECKING:
    from IPython.core.interactiveshell import ExecutionInfo, InteractiveShell

    from leakhunter.record.meter import Meter
    from leakhunter.trace.spots import Spots


class _Open(NamedTuple):
    """A cell that has not ended."""

    info: Any
    number: int
    begun: float
    traced: int
    rss: int


class Session(Run):
    """A trace over several cells: also what each of them came to."""

    def __init__(
        self, shell: InteractiveShell, meter: Meter, names: Spots, depth: int
    ) -> None:
        super().__init__(meter, names, "Trace", depth)
        self._shell = shell
        self._lines = False
        self._open: list[_Open] = []

    def start(self, *, lines: bool) -> None:
        """Begin, and hear of cells."""
        super().start(lines=False)
        # what they would tell is known then, and following them makes objects of its own
        self._lines = lines and not self._allocations.followed
        self._shell.events.register("pre_run_cell", self._pre)
        self._shell.events.register("post_run_cell", self._post)

    def stop(self) -> Trace:
        """End, and tell what was found."""
        self._silence()
        return super().stop()

    def abandon(self) -> None:
        """End without an answer."""
        self._silence()
        self.unfollow()
        self._end()
        self._allocations.close()

    def _silence(self) -> None:
        events = self._shell.events
        for event, callback in (("pre_run_cell", self._pre), ("post_run_cell", self._post)):  # fmt: skip
            if callback in events.callbacks[event]:
                events.unregister(event, callback)

    def _pre(self, info: ExecutionInfo) -> None:
        try:
            if threading.current_thread() is not threading.main_thread():
                return
            if not self._open:
                self._keep_peak()
                self._allocations.ready()
                if self._lines:
                    self.follow()
            traced = tracemalloc.get_traced_memory()[0]
            # some IPythons have counted on when the cell has ended
            count = self._shell.displayhook.prompt_count
            self._open.append(
                _Open(info, count, time.perf_counter(), traced, self._meter.rss())
            )
        except Exception:  # noqa: BLE001 - a fault of ours must not reach the user's cell
            self.watcher.faults += 1

    def _post(self, result: Any) -> None:
        try:
            info = getattr(result, "info", None)
            if threading.current_thread() is not threading.main_thread() or not any(
                one.info is info for one in self._open
            ):
                return
            while self._open[-1].info is not info:
                self._open.pop()
            self._ended(self._open.pop())
        except Exception:  # noqa: BLE001 - a fault of ours must not reach the user's cell
            self.watcher.faults += 1

    def _ended(self, one: _Open) -> None:
        if self._open:
            return
        self.unfollow()
        now, peak = tracemalloc.get_traced_memory()
        peak = max(peak, self.watcher.take_highest())
        self.peak = max(self.peak, peak - self._traced)
        tracemalloc.reset_peak()
        if not one.info.store_history:
            return
        cell_id = one.info.cell_id if type(one.info.cell_id) is str else None
        self.cells.append(
            CellStats(
                name=f"cell {one.number}",
                cell=CellRef(cell_id=cell_id, execution_count=one.number),
                seconds=time.perf_counter() - one.begun,
                change=now - one.traced,
                peak=peak - one.traced,
                rss_change=self._meter.rss() - one.rss,
            )
        )

    def _keep_peak(self) -> None:
        """Peaks begin anew with each cell; what was before is kept."""
        self.peak = max(self.peak, tracemalloc.get_traced_memory()[1] - self._traced)
        self.watcher.take_highest()
        tracemalloc.reset_peak()
