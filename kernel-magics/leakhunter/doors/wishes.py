"""What a front end may wish for: a check, a preview, a clearing.

Each wish is an errand for the main thread and ends in an event: the answer, or
a refusal in one sentence.  Findings are named by ids that were handed out.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

from leakhunter.act.clear import clear
from leakhunter.act.give import give
from leakhunter.act.preview import Refusal, plan
from leakhunter.doors.errands import Errand, Errands
from leakhunter.hunter import OBJECTS_ASKED, OBJECTS_IDLE, Checkup
from leakhunter.messages import (
    Checked,
    Cleared,
    GaveBack,
    Previewed,
    Refused,
    WishCheck,
    WishClear,
    WishGiveBack,
    WishPreview,
)

if TYPE_CHECKING:
    from leakhunter.detect.find import Found
    from leakhunter.doors.outbox import Outbox
    from leakhunter.hunter import Hunter
    from leakhunter.model import CellRun

PREVIEWS = 10
"""Previews that can still be acted on; every tab makes its own."""

RECORDS = 500
"""Records sent along with a check; older ones are fetched when they are needed."""

OBJECTS_PER_SECOND = OBJECTS_ASKED // 2

Steps = Generator[None, None, None]


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
        self._previewed: dict[str, list[str]] = {}

    def add(self, wish: WishCheck | WishPreview | WishClear | WishGiveBack) -> None:
        """Queue a wish; may be called from any thread."""
        steps: Callable[[], Steps]
        match wish:
            case WishCheck():
                steps = lambda: self._check(wish)  # noqa: E731
            case WishPreview():
                steps = lambda: self._preview(wish)  # noqa: E731
            case WishClear():
                steps = lambda: self._clear(wish)  # noqa: E731
            case WishGiveBack():
                steps = lambda: self._give_back(wish)  # noqa: E731
        name = wish.request
        self._errands.add(Errand(name, steps, lambda text: self._refuse(name, text)))

    def check_by_itself(self) -> None:
        """Queue a check that nobody asked for, unless the settings forbid it."""
        settings = self._hunter.settings
        if settings.check_after_cell:
            objects = OBJECTS_IDLE * settings.check_budget_ms // 300
            steps = lambda: self._idle(objects)  # noqa: E731
            self._errands.replace(Errand("idle check", steps, self._keep_quiet))

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
        checkup = yield from self._hunter.checking(objects)
        runs = checkup.case.runs
        changed = [r for r in runs if self._sent.get(r.run) is not r][-RECORDS:]
        self._sent = {r.run: r for r in runs}
        self._outbox.send(
            Checked, report=checkup.report, records=changed, request=request
        )
        return checkup

    def _preview(self, wish: WishPreview) -> Steps:
        checkup = yield from self._hunter.checking(OBJECTS_ASKED)
        try:
            found = _all(checkup, wish.ids)
            parts = [part for f in found for part in f.parts or (f,)]
            preview = plan(self._hunter, checkup, parts).preview
        except Refusal as refusal:
            self._refuse(wish.request, str(refusal))
            return
        self._previewed[preview.id] = [item.id for item in preview.items]
        while len(self._previewed) > PREVIEWS:
            del self._previewed[next(iter(self._previewed))]
        self._outbox.send(Previewed, request=wish.request, preview=preview)

    def _clear(self, wish: WishClear) -> Steps:
        listed = self._previewed.get(wish.preview, [])
        if not wish.ids or not set(wish.ids) <= set(listed):
            text = "This was not in the preview; look again, nothing was cleared."
            self._refuse(wish.request, text)
            return
        checkup = yield from self._hunter.checking(OBJECTS_ASKED)
        if not self._errands.commit():
            return
        try:
            planned = plan(self._hunter, checkup, _all(checkup, wish.ids))
            receipts = clear(self._hunter, planned, wish.ids)
        except Refusal as refusal:
            self._refuse(wish.request, str(refusal))
            return
        self._previewed.pop(wish.preview, None)
        self._outbox.send(Cleared, request=wish.request, receipts=receipts)
        del checkup, planned
        yield from self._checked(None, OBJECTS_ASKED)

    def _give_back(self, wish: WishGiveBack) -> Steps:
        given = give(self._hunter.meter)
        self._outbox.send(GaveBack, request=wish.request, given=given)
        yield from self._checked(None, OBJECTS_ASKED)


def _all(checkup: Checkup, ids: list[str]) -> list[Found]:
    """The findings with these ids, all of them or a refusal."""
    found = [checkup.by_id(i) for i in ids]
    if not found or any(f is None for f in found):
        msg = (
            "Something listed is gone or in use again; look again, nothing was cleared."
        )
        raise Refusal(msg)
    return [f for f in found if f is not None]
