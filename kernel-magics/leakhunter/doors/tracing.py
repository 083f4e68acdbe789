"""Traces that a front end wishes for: the plan, one measured run between the user's cells, files of the result."""

from __future__ import annotations

import base64
from collections.abc import Callable, Generator
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple

from leakhunter.act.refusal import Refusal
from leakhunter.doors.interruptible import interruptible
from leakhunter.heap.slots import output_dict
from leakhunter.messages import (
    Exported,
    LinesTold,
    Progress,
    Refused,
    Traced,
    TracePlanned,
    WishExport,
    WishTrace,
    WishTracePlan,
)
from leakhunter.prove import cells
from leakhunter.prove.world import world_of
from leakhunter.record.run import first_line
from leakhunter.trace.export import FORMATS
from leakhunter.trace.model import ExportFormat, Trace, TracePlan
from leakhunter.trace.slim import slim

if TYPE_CHECKING:
    from leakhunter.doors.outbox import Outbox
    from leakhunter.hunter import Hunter

CHANGED = "A cell has run since: look at the plan again; nothing was run."
BUSY = "A trace runs already; this one was not begun."
GONE = "This trace is no longer kept: trace the cell again."

_ENDS: dict[ExportFormat, str] = {
    "speedscope": ".speedscope.json",
    "folded": ".folded",
    "pprof": ".pb.gz",
    "csv": ".csv",
}

Steps = Generator[None, None, None]
Wish = WishTracePlan | WishTrace | WishExport


class _Planned(NamedTuple):
    """A trace that was planned and told."""

    id: str
    subject: cells.Subject
    plan: TracePlan


class Traces:
    """Plans and runs traces over the wire.

    Parameters
    ----------
    hunter
        Its tracer runs them.
    outbox
        Where the answers go.
    commit
        From here on the wish cannot be taken back; false when it was.

    Attributes
    ----------
    running
        Whether one runs now; read from any thread.
    """

    def __init__(
        self, hunter: Hunter, outbox: Outbox, commit: Callable[[], bool]
    ) -> None:
        self._hunter = hunter
        self._outbox = outbox
        self._commit = commit
        self._number = 0
        self._planned: _Planned | None = None
        self._last: tuple[str, Trace] | None = None
        self.running = False

    def forget(self) -> None:
        """A cell has started: the plan was read from what has changed."""
        self._planned = None

    def granting(self, wish: Wish) -> Steps:
        """Grant a wish."""
        try:
            match wish:
                case WishTracePlan():
                    self._plan(wish)
                case WishTrace():
                    self._trace(wish)
                case WishExport():
                    self._export(wish)
        except Refusal as refusal:
            self._refuse(wish.request, str(refusal))
            return
        yield

    def _plan(self, wish: WishTracePlan) -> None:
        """Tell what a trace would run."""
        self._planned = None
        hunter = self._hunter
        subject = cells.meant(hunter, wish.finding, wish.cell)
        ended = hunter.recorder.runs()
        last = next(e.record for e in reversed(ended) if e.source == subject.whole)
        failed = last.error is not None
        limit = hunter.limits.read(hunter.meter.rss())
        plan = TracePlan(
            cell=subject.cell,
            source_line=first_line(subject.source),
            seconds=None if failed else last.seconds,
            rise=None if failed or last.peak is None else last.peak - last.rss_before,
            memory=limit.used,
            limit=limit.bytes,
            world=world_of(
                subject.source,
                hunter.shell.user_ns,
                [e.source for e in ended],
                shown=subject.cell.execution_count in output_dict(hunter.shell),
            ),
            native=find_spec("memray") is not None,
        )
        self._number += 1
        self._planned = _Planned(f"a{self._number}", subject, plan)
        self._outbox.send(
            TracePlanned, request=wish.request, trace=self._planned.id, plan=plan
        )

    def _trace(self, wish: WishTrace) -> None:
        """Run it, and tell what was measured."""
        planned, self._planned = self._planned, None
        if planned is None or planned.id != wish.trace:
            raise Refusal(CHANGED)
        changes = planned.plan.world.changes
        if changes and not wish.agreed:
            self._planned = planned
            msg = f"{changes[0].text} Agree first."
            raise Refusal(msg)
        if not self._commit():
            return
        self.running = True
        # what waited for a cell has begun
        self._outbox.send(Progress, request=wish.request, done=0, total=0)
        try:
            with interruptible():
                found = self._hunter.tracer.again(
                    planned.subject, wish.measure, wish.functions
                )
        except KeyboardInterrupt:
            # all was put back; the signal came in the last moment
            msg = "It was stopped before there was anything to tell."
            raise Refusal(msg) from None
        except SyntaxError:
            msg = "The cell is no Python that can be traced."
            raise Refusal(msg) from None
        finally:
            self.running = False
        if isinstance(found, Trace):
            self._last = (planned.id, found)
            self._outbox.send(
                Traced, request=wish.request, id=planned.id, trace=slim(found)
            )
        else:
            self._outbox.send(LinesTold, request=wish.request, profile=found)

    def _export(self, wish: WishExport) -> None:
        """Tell the bytes of a file."""
        if self._last is None or self._last[0] != wish.trace:
            raise Refusal(GONE)
        end = _ENDS[wish.format]
        content = FORMATS[end](self._last[1])
        self._outbox.send(
            Exported,
            request=wish.request,
            end=end,
            content=base64.b64encode(content).decode("ascii"),
        )

    def _refuse(self, request: str, message: str) -> None:
        self._outbox.send(Refused, request=request, message=message)
