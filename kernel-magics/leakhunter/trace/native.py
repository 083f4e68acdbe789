"""A deep trace with memray, where it is installed: native code's allocations by native stack.

memray records into a private file that is read back and removed.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leakhunter.act.refusal import Refusal
from leakhunter.trace import tools
from leakhunter.trace.model import Trace
from leakhunter.trace.rows import Rows, cleaned
from leakhunter.trace.snapshot import MOST
from leakhunter.trace.spots import native_file

if TYPE_CHECKING:
    from leakhunter.record.meter import Meter
    from leakhunter.trace.body import Body
    from leakhunter.trace.rows import Frame
    from leakhunter.trace.spots import Spots

_NATIVE = 6
"""Native frames that are kept of a stack, from the allocation on."""


class NativeTrace:
    """One run under memray.

    Parameters
    ----------
    meter, names
        Reads resident memory, names lines.
    title
        What was traced.

    Attributes
    ----------
    found
        What was traced, once it has run.

    Raises
    ------
    Refusal
        When memray is not installed, or another tool is in its way.
    """

    def __init__(self, meter: Meter, names: Spots, title: str) -> None:
        if find_spec("memray") is None:
            msg = "A native trace needs memray in this kernel's environment: %pip install memray (Linux and macOS). Nothing was run."
            raise Refusal(msg)
        other = tools.profiler()
        if other is not None:
            msg = f"memray needs the profile hook, which {other} has; it was left alone and nothing was run."
            raise Refusal(msg)
        self._meter = meter
        self._names = names
        self._title = title
        self._at = self._begun = 0.0
        self.found: Trace | None = None

    def run(self, body: Body) -> None:
        """Run a body; :attr:`found` has the trace, whatever happens.

        Raises
        ------
        Refusal
            When memray is tracking already; nothing was run then.
        BaseException
            Whatever the body raises.
        """
        __tracebackhide__ = True
        import memray  # noqa: PLC0415 - only who asks for it pays for the import

        folder = Path(tempfile.mkdtemp(prefix="leakhunter-"))
        file = folder / "trace.bin"
        self._at, self._begun = time.time(), time.perf_counter()
        rss = self._meter.rss()
        tracker = memray.Tracker(file, native_traces=True)
        entered = False
        try:
            with tracker:
                entered = True
                body.run()
        except RuntimeError as error:
            if not entered:
                msg = (
                    "memray is tracking already; it was left alone and nothing was run."
                )
                raise Refusal(msg) from error
            raise
        finally:
            change = self._meter.rss() - rss
            if entered:
                self.found = self._read(memray, file, change)
            shutil.rmtree(folder, ignore_errors=True)

    def _read(self, memray: Any, file: Path, change: int) -> Trace:
        ended = time.perf_counter()
        with memray.FileReader(file) as reader:
            records = sorted(
                reader.get_leaked_allocation_records(merge_threads=True),
                key=lambda record: -record.size,
            )
            peak = reader.metadata.peak_memory
            rows = Rows(self._names)
            held = blocks = listed = 0
            for number, record in enumerate(records):
                path = cleaned(self._frames(record), self._names)
                if not path:
                    continue
                held += record.size
                blocks += record.n_allocations
                if number < MOST:
                    listed += record.size
                    rows.add(path, record.size, record.n_allocations, cut=False)
        return Trace(
            title=self._title,
            at=self._at,
            seconds=ended - self._begun,
            depth=0,
            held=held,
            blocks=blocks,
            peak=max(peak, held),
            rss_change=change,
            unseen=change - held,
            overhead=0,
            summing=time.perf_counter() - ended,
            native=True,
            spots=rows.spots,
            lines=rows.lines({}),
            functions=rows.functions({}, {}),
            stacks=rows.stacks,
            smaller=held - listed,
            cells=[],
            notes=[],
        )

    @staticmethod
    def _frames(record: Any) -> tuple[Frame, ...]:
        """Frames of a record, the innermost first: native ones, then Python's."""
        python = [(file, line) for _, file, line in record.stack_trace()]
        native: list[Frame] = []
        for function, file, line in record.hybrid_stack_trace():
            if (file, line) in python or len(native) >= _NATIVE:
                break
            native.append((native_file(function), 0))
        return (*native, *python)
