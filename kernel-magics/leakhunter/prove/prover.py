"""Runs a growth test: plan, runs, counts, verdict; afterwards the session is as it was."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import TYPE_CHECKING

from leakhunter.act.refusal import Refusal
from leakhunter.format import size_text
from leakhunter.heap.slots import output_dict
from leakhunter.prove import control
from leakhunter.prove import plan as planning
from leakhunter.prove.inner import by_asyncio
from leakhunter.prove.keep import uninterrupted
from leakhunter.prove.model import Plan, Proof
from leakhunter.prove.proved import Facts, Proved, conclude
from leakhunter.prove.sites import Sites
from leakhunter.prove.stage import Stage
from leakhunter.prove.trial import Progress, Step, Trial
from leakhunter.prove.world import world_of
from leakhunter.record.run import first_line

if TYPE_CHECKING:
    from leakhunter.hunter import Hunter
    from leakhunter.model import CellRef

KEPT = 20
"""Proofs remembered, to compare a later one with."""


class Prover:
    """Proves growth for one hunter.

    Parameters
    ----------
    hunter
        Its shell runs the cells.
    """

    def __init__(self, hunter: Hunter) -> None:
        self._hunter = hunter
        self._proofs: dict[str, Proved] = {}
        self._number = 0
        self._fault: str | None = None
        self._running = False

    # -------------------------------------------------------------- beforehand

    def plan(
        self,
        source: str,
        cell: CellRef,
        seconds: float | None = None,
        before: str | None = None,
    ) -> Plan:
        """What a test would do; nothing has run.

        Parameters
        ----------
        source, cell
            The cell.
        seconds
            Time that it may take, if not as in the settings.
        before
            A proof whose batches are to be repeated.

        Raises
        ------
        Refusal
            When the time or the memory does not suffice, in one sentence.
        """
        hunter = self._hunter
        ended = hunter.recorder.runs()
        last = next((e.record for e in reversed(ended) if e.source == source), None)
        took = last.seconds if last is not None and last.error is None else None
        settings = hunter.settings
        seconds = settings.prove_seconds if seconds is None else seconds
        batches = planning.fitting(took, seconds, settings.prove_batches)
        if before is not None:
            batches = tuple(self.known(before).proof.batches) or batches
        if not batches:
            least = planning.needed(took or 0, settings.prove_batches[:2])
            msg = f"One run takes {took:.1f} s: at least {least:.0f} s are needed."
            raise Refusal(msg)
        limit = hunter.limits.read(hunter.meter.rss())
        stop = int(limit.bytes * settings.prove_stop_percent / 100)
        if limit.used >= stop:
            msg = f"There is no memory left for a test: it would stop at {size_text(stop)}."
            raise Refusal(msg)
        return Plan(
            cell=cell,
            source_line=first_line(source),
            warm_up=planning.WARM_UP,
            batches=list(batches),
            runs=planning.WARM_UP + sum(batches),
            seconds=None if took is None else planning.needed(took, batches),
            max_seconds=seconds,
            memory=limit.used,
            stop_bytes=stop,
            world=world_of(
                source,
                hunter.shell.user_ns,
                [e.source for e in ended],
                shown=cell.execution_count in output_dict(hunter.shell),
            ),
        )

    def known(self, identity: str) -> Proved:
        """An earlier proof.

        Raises
        ------
        Refusal
            When there is none with this id.
        """
        found = self._proofs.get(identity)
        if found is None:
            known = ", ".join(self._proofs) or "none yet"
            msg = f"There is no test '{identity[:20]}' to compare with; known are: {known}."
            raise Refusal(msg)
        return found

    # ------------------------------------------------------------------- proof

    def prove(
        self,
        source: str,
        plan: Plan,
        progress: Progress = lambda *_: None,
        before: str | None = None,
        whole: str | None = None,
    ) -> Proof:
        """Run the test, put everything back, and say what it proved.

        Parameters
        ----------
        source, plan
            The cell, and what was said beforehand.
        progress
            Is told of each run.
        before
            An earlier proof to compare with: then the same batches run to
            their end.
        whole
            The text of the cell with magics of ours: then a leak is followed
            by two more runs that find its lines.

        Raises
        ------
        Refusal
            When the cell cannot be run here at all.
        """
        steps = self.proving(source, plan, before, whole)
        while True:
            try:
                step = next(steps)
            except StopIteration as end:
                proof: Proof = end.value
                return proof
            try:
                progress(step.batch, step.run, step.left)
            except KeyboardInterrupt:
                return stopped(steps)

    def proving(
        self,
        source: str,
        plan: Plan,
        before: str | None = None,
        whole: str | None = None,
    ) -> Generator[Step, None, Proof]:
        """The same in steps: a generator that stands still before each run.

        Closed, it puts everything back; :func:`stopped` ends it with a proof.
        """
        if self._running:
            msg = "A test is running already."
            raise Refusal(msg)
        hunter = self._hunter
        stage = Stage(hunter.shell, source)
        if stage.waits and not by_asyncio(hunter.shell):
            msg = "The cell awaits something that is not asyncio's: such a cell cannot be repeated."
            raise Refusal(msg)
        earlier = None if before is None else self.known(before)
        at, begun = time.time(), time.perf_counter()
        trial = Trial(hunter.shell, hunter.meter, hunter.limits, stage, plan)
        if whole is not None:
            trial.sites = self._sites(source, plan.cell, whole)
        self._running = True
        try:
            if self._fault is None:
                self._fault = control.tell(hunter.shell, hunter.meter) or ""
            yield from trial.running(whole=earlier is not None)
        except KeyboardInterrupt:
            trial.ended = "stopped"
        finally:
            with uninterrupted():
                trial.put_back()
            self._running = False
        with uninterrupted():
            self._number += 1
            facts = Facts(
                id=f"r{self._number}",
                at=at,
                seconds=time.perf_counter() - begun,
                fault=self._fault or "",
                limit=hunter.limits.read(hunter.meter.rss()),
                earlier=earlier,
            )
            proved = conclude(trial, facts)
            self._proofs[proved.proof.id] = proved
            while len(self._proofs) > KEPT:
                del self._proofs[next(iter(self._proofs))]
        return proved.proof

    def _sites(self, source: str, cell: CellRef, whole: str) -> Sites:
        """Finds lines of the cell, by the name under which IPython compiles it."""
        shell = self._hunter.shell
        names = self._hunter.tracer.names()
        text = shell.transform_cell(source)
        file = shell.compile.get_code_name(source, text, shell.execution_count)
        names.body(file, source, (whole, cell))
        return Sites(names, self._hunter.meter)


def stopped(steps: Generator[Step, None, Proof]) -> Proof:
    """End a test that stands still, and keep what was measured.

    Parameters
    ----------
    steps
        What :meth:`Prover.proving` returned, after its first step.
    """
    try:
        steps.throw(KeyboardInterrupt())
    except StopIteration as end:
        proof: Proof = end.value
        return proof
    msg = "a test that was stopped went on"
    raise RuntimeError(msg)
