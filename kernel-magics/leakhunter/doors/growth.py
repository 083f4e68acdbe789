"""Growth tests that a front end wishes for: the plan, then the runs, one a turn of the event loop."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from leakhunter.act.refusal import Refusal
from leakhunter.doors.interruptible import interruptible
from leakhunter.messages import Planned, Proved, Proving, Refused, WishPlan, WishProve
from leakhunter.prove import cells
from leakhunter.prove.model import Growth, Plan, Proof
from leakhunter.prove.prover import stopped
from leakhunter.prove.walk import shown
from leakhunter.trace.grown import RUNS

if TYPE_CHECKING:
    from leakhunter.doors.outbox import Outbox
    from leakhunter.hunter import Hunter
    from leakhunter.prove.trial import Step

PROGRESS = 0.5
"""Seconds between two words about how far a test is."""

CHANGED = "A cell has run since: look at the plan again; nothing was run."

Steps = Generator[None, None, None]


class _Test(NamedTuple):
    """A test that was planned and told."""

    id: str
    subject: cells.Subject
    plan: Plan
    before: str | None


class Tests:
    """Plans and runs growth tests over the wire.

    Parameters
    ----------
    hunter
        Its prover runs them.
    outbox
        Where the answers go.
    """

    def __init__(self, hunter: Hunter, outbox: Outbox) -> None:
        self._hunter = hunter
        self._outbox = outbox
        self._number = 0
        self._planned: _Test | None = None

    def forget(self) -> None:
        """A cell has started: the plan was read from what has changed."""
        self._planned = None

    def granting(self, wish: WishPlan | WishProve) -> Steps:
        """Grant a wish."""
        return self._plan(wish) if isinstance(wish, WishPlan) else self._prove(wish)

    def _plan(self, wish: WishPlan) -> Steps:
        """Tell what a test would do."""
        self._planned = None
        try:
            subject = self._subject(wish)
            plan = self._hunter.prover.plan(
                subject.source, subject.cell, before=wish.before
            )
        except Refusal as refusal:
            self._refuse(wish.request, str(refusal))
            return
        self._number += 1
        test = _Test(f"t{self._number}", subject, plan, wish.before)
        self._planned = test
        self._outbox.send(Planned, request=wish.request, test=test.id, plan=plan)
        yield

    def _subject(self, wish: WishPlan) -> cells.Subject:
        return cells.meant(self._hunter, wish.finding, wish.cell)

    def _prove(self, wish: WishProve) -> Steps:
        """Run a test; wherever it is left, what was measured is told."""
        test = self._planned
        if test is None or test.id != wish.test:
            self._refuse(wish.request, CHANGED)
            return
        if test.plan.world.changes and not wish.agreed:
            self._refuse(
                wish.request, f"{test.plan.world.changes[0].text} Agree first."
            )
            return
        source, _, whole = test.subject
        steps = self._hunter.prover.proving(
            source, test.plan, test.before, whole if wish.lines else None
        )
        told, batch = 0.0, -1
        try:
            while True:
                with interruptible():
                    step = next(steps)
                now = time.monotonic()
                if step.batch != batch or now - told >= PROGRESS:
                    told, batch = now, step.batch
                    self._tell(wish.request, test.plan, step)
                yield
        except StopIteration as end:
            self._conclude(wish.request, end.value)
        except GeneratorExit:
            self._stop(wish.request, steps)
            raise
        except KeyboardInterrupt:
            # between two runs; inside of one the prover hears it
            self._stop(wish.request, steps)
        except Refusal as refusal:
            self._refuse(wish.request, str(refusal))

    def _stop(self, request: str, steps: Generator[Step, None, Proof]) -> None:
        """End a test, in whose place something else is to run at once."""
        try:
            self._conclude(request, stopped(steps))
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - a cell of the user's may wait for us
            self._refuse(
                request, f"The test ended without a result: {type(error).__name__}."
            )

    def _tell(self, request: str, plan: Plan, step: Step) -> None:
        self._outbox.send(
            Proving,
            request=request,
            batch=step.batch,
            run=step.run,
            of=[plan.warm_up, *plan.batches, RUNS][step.batch],
            left=step.left,
            strongest=step.strongest and _named(step.strongest),
        )

    def _conclude(self, request: str, proof: Proof) -> None:
        # what the cell asked the notebook to insert or page belongs to no cell
        self._hunter.shell.payload_manager.clear_payload()
        told = msgspec.structs.replace(
            proof, growths=[_named(g) for g in proof.growths]
        )
        self._outbox.send(Proved, request=request, proof=told)

    def _refuse(self, request: str, message: str) -> None:
        self._outbox.send(Refused, request=request, message=message)


def _named(growth: Growth) -> Growth:
    """A growth with its name as a person would write it."""
    return msgspec.structs.replace(growth, name=shown(growth.name))
