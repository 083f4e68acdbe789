"""What a front end may wish for: a check, a preview, a clearing.

Each wish is an errand for the main thread and ends in an event: the answer, or
a refusal in one sentence.  Findings are named by ids that were handed out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import closing
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from leakhunter.act.clear import clearing
from leakhunter.act.collect import collect
from leakhunter.act.give import give
from leakhunter.act.preview import CHANGED, Plan, chosen, planning, totals
from leakhunter.act.promise import Promise, keeping_word
from leakhunter.act.refusal import Refusal
from leakhunter.act.restore import undo
from leakhunter.doors.errands import Errand, Errands
from leakhunter.doors.growth import Tests
from leakhunter.doors.tracing import BUSY, Traces
from leakhunter.heap.walk.picture import OBJECTS_ASKED, OBJECTS_IDLE
from leakhunter.hunter import Checkup
from leakhunter.messages import (
    Checked,
    Cleared,
    Collected,
    Counted,
    GaveBack,
    Inventoried,
    Listed,
    Previewed,
    Progress,
    Referred,
    Refused,
    Totalled,
    Undid,
    WishCheck,
    WishClear,
    WishCollect,
    WishCount,
    WishExport,
    WishGiveBack,
    WishInstances,
    WishPlan,
    WishPreview,
    WishProve,
    WishReferences,
    WishStop,
    WishTotals,
    WishTrace,
    WishTracePlan,
    WishUndo,
    WishVariables,
)
from leakhunter.variables import inventorying

if TYPE_CHECKING:
    from leakhunter.doors.outbox import Outbox
    from leakhunter.heap.walk.capture import Reach
    from leakhunter.hunter import Hunter
    from leakhunter.inspector import Inspector
    from leakhunter.model import CellRun

RECORDS = 500
"""Records sent along with a check; older ones are fetched when they are needed."""

OBJECTS_PER_SECOND = OBJECTS_ASKED // 2

PROGRESS = 0.5
"""Seconds between two words about how far a wish is."""

UNASKED = "idle check"
"""The errand that nobody asked for."""

Steps = Generator[None, None, None]
Wish: TypeAlias = (
    WishCheck
    | WishPreview
    | WishTotals
    | WishClear
    | WishUndo
    | WishGiveBack
    | WishCount
    | WishInstances
    | WishReferences
    | WishCollect
    | WishStop
    | WishVariables
    | WishPlan
    | WishProve
    | WishTracePlan
    | WishTrace
    | WishExport
)
T = TypeVar("T")


class Wishes:
    """Turns wishes into errands.

    Parameters
    ----------
    hunter
        What is asked and changed.
    errands
        Where the work is done.
    outbox
        Where the answers go.
    """

    def __init__(self, hunter: Hunter, errands: Errands, outbox: Outbox) -> None:
        self._hunter = hunter
        self._errands = errands
        self._outbox = outbox
        self._sent: dict[int, CellRun] = {}
        self._plan: Plan | None = None
        self._promise: Promise | None = None
        self._tests = Tests(hunter, outbox)
        self._traces = Traces(hunter, outbox, errands.commit)

    def add(self, wish: Wish) -> None:
        """Queue a wish; may be called from any thread."""
        name = wish.request
        if isinstance(wish, (WishTracePlan, WishTrace)) and self._traces.running:
            # the main thread would answer only after its end
            self._refuse(name, BUSY)
            return
        last_run = self._hunter.recorder.last_run
        granting: dict[type, Callable[..., Steps]] = {
            WishCheck: self._check,
            WishPreview: self._preview,
            WishTotals: self._totals,
            WishClear: lambda wish: self._clear(wish, last_run),
            WishUndo: self._undo,
            WishGiveBack: self._give_back,
            WishCollect: self._collect,
            WishStop: self._stop,
            WishVariables: self._variables,
            WishPlan: self._tests.granting,
            WishProve: self._tests.granting,
            WishTracePlan: self._traces.granting,
            WishTrace: self._traces.granting,
            WishExport: self._traces.granting,
        }
        grant = granting.get(type(wish), self._objects)
        steps = lambda: grant(wish)  # noqa: E731
        refuse = lambda text: self._refuse(name, text)  # noqa: E731
        runs = isinstance(wish, (WishProve, WishTrace))
        self._errands.add(Errand(name, steps, refuse, runs_cells=runs))

    def _stop(self, _wish: WishStop) -> Steps:
        """Unload the extension, which drops all other errands and says so itself."""
        self._hunter.shell.extension_manager.unload_extension("leakhunter")
        yield from ()

    def cancel(self, request: str | None) -> bool:
        """Take back a wish, for None the check that nobody asked for; true when there was one."""
        return self._errands.cancel(UNASKED if request is None else request)

    def check_by_itself(self) -> None:
        """Queue a check that nobody asked for, unless the settings forbid it."""
        if self._hunter.settings.check_after_cell:
            self.check_again()

    def check_again(self) -> None:
        """Queue a check of the small kind: what it would show has changed."""
        objects = OBJECTS_IDLE * self._hunter.settings.check_budget_ms // 300
        steps = lambda: self._idle(objects)  # noqa: E731
        self._errands.replace(Errand(UNASKED, steps, self._keep_quiet, unasked=True))

    @staticmethod
    def _keep_quiet(message: str) -> None:
        """Nobody asked for this check, so nobody is told that it failed."""

    def _refuse(self, request: str, message: str) -> None:
        self._outbox.send(Refused, request=request, message=message)

    def _idle(self, objects: int) -> Steps:
        yield from self._checked(None, objects)

    def _check(self, wish: WishCheck) -> Steps:
        objects = int(max(wish.budget, 0.1) * OBJECTS_PER_SECOND)
        yield from self._checked(wish.request, objects)

    def _checked(
        self, request: str | None, objects: int
    ) -> Generator[None, None, Checkup]:
        """Check and tell everybody; the records that changed go along."""
        checkup = yield from self._checking(request, objects)
        runs = checkup.case.runs
        changed = [r for r in runs if self._sent.get(r.run) is not r][-RECORDS:]
        self._sent = {r.run: r for r in runs}
        self._outbox.send(
            Checked, report=checkup.report, records=changed, request=request
        )
        return checkup

    def _checking(
        self, request: str | None, objects: int = OBJECTS_ASKED
    ) -> Generator[None, None, Checkup]:
        """Look at everything, and tell how far it is."""
        hunter = self._hunter
        steps = hunter.checking(objects)
        return (yield from self._telling(request, steps, lambda: hunter.reach))

    def forget(self) -> None:
        """A cell has started: the preview is no longer true, and its picture takes memory."""
        if self._plan is not None:
            self._promise = Promise.of(self._plan)
        self._plan = None
        self._tests.forget()
        self._traces.forget()

    def _preview(self, wish: WishPreview) -> Steps:
        self._plan = self._promise = None
        checkup = yield from self._checking(wish.request)
        try:
            found = chosen(self._hunter, checkup, wish.ids)
            planned = yield from planning(
                self._hunter,
                checkup,
                [part for _, part in found.values()],
                {i: word for i, (word, _) in found.items()},
            )
        except Refusal as refusal:
            self._refuse(wish.request, str(refusal))
            return
        self._plan = planned
        self._outbox.send(Previewed, request=wish.request, preview=planned.preview)

    def _planned(self, preview: str) -> Plan:
        """The plan with this id, which is the last that was made.

        Raises
        ------
        Refusal
            When a cell has run since, or another preview was made.
        """
        if self._plan is None or self._plan.preview.id != preview:
            raise Refusal(CHANGED)
        return self._plan

    def _totals(self, wish: WishTotals) -> Steps:
        try:
            answer = totals(self._hunter, self._planned(wish.preview), wish.ids)
        except Refusal as refusal:
            self._refuse(wish.request, str(refusal))
            return
        self._outbox.send(
            Totalled, request=wish.request, preview=wish.preview, totals=answer
        )
        yield

    def _clear(self, wish: WishClear, last_run: int) -> Steps:
        """Clear; ``last_run`` is the last that had ended when this was asked for."""
        hunter, promise = self._hunter, self._promise
        try:
            if promise is not None and (wish.preview, last_run) == (
                promise.preview.id,
                promise.preview.after_run,
            ):
                planned = yield from keeping_word(hunter, promise, wish.ids)
            else:
                planned = self._planned(wish.preview)
            receipts = yield from clearing(
                hunter,
                planned,
                wish.ids,
                save=wish.save,
                commit=self._errands.commit,
                tell=self._saving(wish.request),
            )
        except Refusal as refusal:
            self._refuse(wish.request, str(refusal))
            return
        if receipts is None:
            return
        self._plan = self._promise = None
        self._outbox.send(Cleared, request=wish.request, receipts=receipts)
        yield from self._checked(None, OBJECTS_ASKED)

    def _saving(self, request: str) -> Callable[[int, int], None]:
        """Tells twice a second how many bytes have been saved."""
        told = time.monotonic()

        def tell(done: int, total: int) -> None:
            nonlocal told
            if time.monotonic() - told >= PROGRESS:
                told = time.monotonic()
                self._outbox.send(Progress, request=request, done=done, total=total)

        return tell

    def _undo(self, wish: WishUndo) -> Steps:
        if not self._errands.commit():
            return
        try:
            undone = undo(self._hunter, wish.receipt)
        except Refusal as refusal:
            self._refuse(wish.request, str(refusal))
            return
        self._plan = None
        self._outbox.send(Undid, request=wish.request, undone=undone)
        yield from self._checked(None, OBJECTS_ASKED)

    def _give_back(self, wish: WishGiveBack) -> Steps:
        given = give(self._hunter.meter)
        self._outbox.send(GaveBack, request=wish.request, given=given)
        yield from self._checked(None, OBJECTS_ASKED)

    def _collect(self, wish: WishCollect) -> Steps:
        if not self._errands.commit():
            return
        collection = collect(self._hunter.meter)
        self._outbox.send(Collected, request=wish.request, collection=collection)
        yield from self._checked(None, OBJECTS_ASKED)

    def _variables(self, wish: WishVariables) -> Steps:
        checkup = yield from self._hunter.checking(OBJECTS_ASKED)
        inventory = yield from inventorying(checkup)
        self._outbox.send(Inventoried, request=wish.request, inventory=inventory)

    # ------------------------------------------------------------------ objects

    def _objects(self, wish: WishCount | WishInstances | WishReferences) -> Steps:
        """Answer a question about objects; says how far it is while it looks."""
        inspector = self._hunter.inspector
        request = wish.request
        try:
            match wish:
                case WishCount():
                    counting = inspector.counting(
                        wish.show,
                        mark=wish.mark,
                        since_run=wish.since_run,
                        only=wish.only or None,
                        seconds=max(wish.budget, 0.1),
                    )
                    table = yield from self._telling(
                        request, counting, lambda: inspector
                    )
                    self._outbox.send(Counted, request=request, table=table)
                case WishInstances():
                    listing = inspector.listing(wish.row)
                    found = yield from self._telling(
                        request, listing, lambda: inspector
                    )
                    self._outbox.send(Listed, request=request, instances=found)
                case WishReferences():
                    referring = inspector.referring(wish.object)
                    references = yield from self._telling(
                        request, referring, lambda: inspector
                    )
                    self._outbox.send(Referred, request=request, references=references)
        except Refusal as refusal:
            self._refuse(request, str(refusal))

    def _telling(
        self,
        request: str | None,
        steps: Generator[None, None, T],
        reach: Callable[[], Reach | Inspector],
    ) -> Generator[None, None, T]:
        """The same steps, with a word about how far they are twice a second."""
        told = time.monotonic()
        with closing(steps):
            while True:
                try:
                    next(steps)
                except StopIteration as end:
                    result: T = end.value
                    return result
                if time.monotonic() - told >= PROGRESS:
                    told = time.monotonic()
                    done, total = reach().done, reach().total
                    self._outbox.send(Progress, request=request, done=done, total=total)
                yield
