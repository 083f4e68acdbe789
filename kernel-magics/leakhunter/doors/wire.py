"""The door to the front end.

Out: events on iopub (:mod:`leakhunter.doors.outbox`).  In: a ``debug_request``
whose command begins with ``leakhunter.``, on the control channel, which is
read while a cell runs and, unlike any other message there, changes neither
the kernel's status nor the culling of idle kernels.  Debugger, interrupt and
shutdown share that channel, so a message is answered at once from what is
known, or queued as an errand; user objects are never touched in that thread.
"""

from __future__ import annotations

import inspect
import platform
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from leakhunter.doors.errands import Errands
from leakhunter.doors.outbox import Outbox
from leakhunter.doors.wishes import Wishes
from leakhunter.messages import (
    PROTOCOL,
    Accepted,
    AnyReply,
    AnyRequest,
    Cancel,
    Configure,
    FetchReceipts,
    FetchReport,
    FetchRuns,
    Hello,
    HelloReply,
    MarkExpected,
    Notebook,
    ReceiptsReply,
    Rejected,
    ReportReply,
    RunEnded,
    RunsReply,
    RunStarted,
    Sample,
    TellExpected,
    Unloaded,
    Visible,
)
from leakhunter.record import rapid
from leakhunter.record.sampler import INTERVAL, Sampler
from leakhunter.version import VERSION

if TYPE_CHECKING:
    from leakhunter.hunter import Hunter
    from leakhunter.model import Expected
    from leakhunter.record.run import Ended, OpenRun

PREFIX = "leakhunter."
MAX_REPLY = 200_000
"""Bytes of records in one reply; the rest is asked for again."""

RATE = 50
"""Messages a second that are answered; the channel is not ours alone."""

QUIET = 0.15
"""Seconds without a new cell before a check begins by itself."""

FORGET = 30.0
"""Seconds after which a panel that says nothing is taken to be closed."""


class Look(NamedTuple):
    """A front end that looks at the memory of a running cell.

    Attributes
    ----------
    said
        When it last said so, by the monotonic clock.
    closely
        In its panel: also at what happens between two samples, which costs
        ten times as much.
    """

    said: float
    closely: bool


class Wire:
    """Connects a hunter with the front ends of its kernel.

    Parameters
    ----------
    hunter
        What is watched.
    kernel
        The ipykernel, of version 6.29 or later.
    """

    def __init__(self, hunter: Hunter, kernel: Any) -> None:
        self._hunter = hunter
        self._kernel = kernel
        self._outbox = Outbox(kernel)
        self._errands = Errands(kernel.io_loop, lambda: hunter.recorder.busy)
        self._sampler = Sampler(self._sample)
        self._looking: dict[str, Look] = {}
        self._wishes = Wishes(hunter, self._errands, self._outbox)
        self._arrivals: list[float] = []
        self._original = kernel.control_handlers.get("debug_request")
        self._handler = self._debug_request
        kernel.control_handlers["debug_request"] = self._handler
        hunter.recorder.listen(self._make_way, self._run_started, self._run_ended)
        # a check that is half done holds objects: another one would count its references
        hunter.before_check = self._errands.pause
        hunter.expected.on_mark = self._marked
        hunter.book.alarm = self._end_of_undo

    @property
    def watched(self) -> bool:
        """Has a front end of ours said hello?"""
        return self._outbox.open

    def close(self) -> None:
        """Put everything back; somebody else's handler on top of ours stays in place."""
        self._hunter.before_check = lambda: None
        self._hunter.expected.on_mark = lambda _mark, _remove: None
        self._hunter.book.alarm = lambda _seconds: None
        self._errands.close()
        self._sampler.close()
        self._outbox.send(Unloaded)
        self._outbox.open = False
        handlers = self._kernel.control_handlers
        if handlers.get("debug_request") is self._handler:
            if self._original is None:
                del handlers["debug_request"]
            else:
                handlers["debug_request"] = self._original

    # ------------------------------------------------------- the user's cells

    def _make_way(self, recorded: bool) -> None:
        """Let go of what takes memory, before that of the cell is read."""
        self._errands.interrupt()
        self._hunter.book.forget_old()
        if recorded:
            self._wishes.forget()

    def _run_started(self, run: OpenRun | None) -> None:
        if run is None:
            return
        self._outbox.send(
            RunStarted,
            run=run.run,
            cell_id=run.cell_id,
            execution_count=run.execution_count,
            started=run.started,
            rss=run.rss,
            oom_kills=self._hunter.limits.oom_kills() if self.watched else None,
        )
        self._sampling()

    def _run_ended(self, ended: Ended | None) -> None:
        self._sampler.end()
        self._hunter.book.forget_old()
        if ended is not None and self._outbox.open:
            memory = self._hunter.memory_after(ended.record)
            self._outbox.send(RunEnded, record=ended.record, memory=memory)
            if self._hunter.settings.check_after_cell:
                self._errands.later(QUIET, self._wishes.check_by_itself)
        self._errands.kick()

    def _end_of_undo(self, seconds: float) -> None:
        """Let go of what was saved when its time has come, also while nothing runs."""
        self._errands.later(seconds + 1, self._undo_ended, "undo")

    def _undo_ended(self) -> None:
        book = self._hunter.book
        book.forget_old()
        seconds = book.next_end()
        if seconds is not None:
            self._end_of_undo(seconds)

    def _sampling(self) -> None:
        if self._looking and self._hunter.recorder.running is not None:
            if any(look.closely for look in list(self._looking.values())):
                rapid.begin()
            self._sampler.begin()
        else:
            self._sampler.end()

    def _sample(self) -> None:
        run = self._hunter.recorder.running
        if run is None:
            return
        silent = time.monotonic() - FORGET
        if all(look.said < silent for look in list(self._looking.values())):
            self._sampler.end()
            return
        # more than one after a call that kept Python, and this thread, from running
        readings = rapid.every(rapid.take(), INTERVAL)
        now = rapid.Reading(time.time(), self._hunter.meter.rss())
        for at, rss in readings or [now]:
            run.peak = max(run.peak, rss)
            used = self._hunter.limits.read(rss).used
            self._outbox.send(Sample, run=run.run, at=at, rss=rss, limit_used=used)

    # --------------------------------------------------------------- messages

    async def _debug_request(
        self, stream: Any, ident: Any, parent: dict[str, Any]
    ) -> None:
        content = parent.get("content") or {}
        command = content.get("command")
        if type(command) is not str or not command.startswith(PREFIX):
            if self._original is not None:
                result = self._original(stream, ident, parent)
                if inspect.isawaitable(result):
                    await result
            return
        reply = self._answer(command, content.get("arguments"))
        refused = isinstance(reply, Rejected)
        body = msgspec.to_builtins(reply)
        document = {
            "type": "response",
            "request_seq": content.get("seq", 0),
            "seq": 0,
            "success": not refused,
            "command": command,
            "body": body,
        }
        if isinstance(reply, Rejected):
            document["message"] = reply.message
        self._kernel.session.send(stream, "debug_reply", document, parent, ident)

    def _answer(self, command: str, arguments: object) -> AnyReply:
        """The answer to a message; never raises, never waits."""
        try:
            self._hunter.book.forget_old()
            if not self._in_time():
                return Rejected(
                    message=f"More than {RATE} messages a second; try again."
                )
            fields = arguments if isinstance(arguments, dict) else {}
            request: AnyRequest = msgspec.convert(
                {**fields, "command": command}, AnyRequest
            )
            return self._handle(request)
        except msgspec.ValidationError as error:
            return Rejected(message=f"{command} was not understood: {error}.")
        except Exception as error:  # noqa: BLE001 - the control channel must go on
            return Rejected(message=f"{command} failed: {type(error).__name__}.")

    def _in_time(self) -> bool:
        now = time.monotonic()
        self._arrivals = [t for t in self._arrivals if t > now - 1]
        self._arrivals.append(now)
        return len(self._arrivals) <= RATE

    def _handle(self, request: AnyRequest) -> AnyReply:
        match request:
            case Hello():
                return self._hello(request)
            case Visible() | Configure() | Notebook() | TellExpected():
                self._learn(request)
            case FetchRuns():
                return self._runs(request.since_run)
            case FetchReport():
                hunter = self._hunter
                return ReportReply(
                    session=hunter.session, seq=self._outbox.seq, report=hunter.last
                )
            case FetchReceipts():
                return self._receipts()
            case Cancel():
                if not self._wishes.cancel(request.request):
                    return Rejected(message="It is too late to take this back.")
            case _:
                self._wishes.add(request)
        return Accepted(waits=self._hunter.recorder.busy)

    def _learn(self, told: Visible | Configure | Notebook | TellExpected) -> None:
        """Take in what a front end tells.

        Raises
        ------
        msgspec.ValidationError
            When it is not as it should be.
        """
        match told:
            case Visible():
                self._look(told)
            case Configure():
                before = self._hunter.settings
                self._hunter.configure(told.settings)
                other_units = before.decimal_units != told.settings.decimal_units
                if other_units and self._hunter.last is not None:
                    self._wishes.check_again()
            case Notebook():
                self._hunter.notebook(told.cells)
            case TellExpected():
                try:
                    changed = self._hunter.expected.tell(told.expected)
                except ValueError as error:
                    raise msgspec.ValidationError(str(error).rstrip(".")) from None
                if changed:
                    self._wishes.check_again()

    def _marked(self, mark: Expected, remove: bool) -> None:
        """Something was called expected in the kernel: the notebook is to remember it."""
        if self._outbox.open:
            self._outbox.send(MarkExpected, expected=mark, remove=remove)
            self._wishes.check_again()

    def _look(self, told: Visible | Hello) -> None:
        if told.visible or told.glances:
            self._looking[told.client] = Look(time.monotonic(), told.visible)
        else:
            self._looking.pop(told.client, None)
        self._sampling()

    def _hello(self, request: Hello) -> HelloReply:
        first = not self._outbox.open
        self._outbox.open = True
        self._look(request)
        recorder = self._hunter.recorder
        run = recorder.running
        if first and run is None:
            self._errands.soon(QUIET, self._wishes.check_by_itself)
        missing = [] if self._hunter.meter.exact else ["peak"]
        kills = self._hunter.limits.oom_kills()
        return HelloReply(
            protocol=PROTOCOL,
            version=VERSION,
            session=self._hunter.session,
            seq=self._outbox.seq,
            python=platform.python_version(),
            system=platform.system(),
            running=None
            if run is None
            else RunStarted(
                seq=self._outbox.seq,
                run=run.run,
                cell_id=run.cell_id,
                execution_count=run.execution_count,
                started=run.started,
                rss=run.rss,
                oom_kills=kills,
            ),
            memory=self._hunter.memory(),
            last_run=recorder.last_run,
            has_report=self._hunter.last is not None,
            missing=missing,
            oom_kills=kills,
        )

    def _runs(self, since: int) -> RunsReply:
        records, size = [], 0
        waiting = self._hunter.recorder.since(since)
        for record in waiting:
            size += len(msgspec.json.encode(record))
            if size > MAX_REPLY:
                break
            records.append(record)
        return RunsReply(
            session=self._hunter.session,
            seq=self._outbox.seq,
            runs=records,
            more=len(records) < len(waiting),
        )

    def _receipts(self) -> ReceiptsReply:
        """As many of the newest receipts as fit."""
        fitting, size = [], 0
        for receipts in self._hunter.book.all():
            size += len(msgspec.json.encode(receipts))
            if size > MAX_REPLY:
                break
            fitting.append(receipts)
        return ReceiptsReply(
            session=self._hunter.session, seq=self._outbox.seq, receipts=fitting
        )
