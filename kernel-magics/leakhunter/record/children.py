"""Child processes of the kernel: what each holds alone, and during which run it began."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import psutil

from leakhunter.heap import safe
from leakhunter.model import CellRun
from leakhunter.record.processes import Elsewhere, Facts, Held, System
from leakhunter.record.procfs import Linux

if TYPE_CHECKING:
    from leakhunter.record.run import OpenRun

BUDGET = 0.02
"""Seconds that walks over page tables may take in one look."""

NEAR = 0.02
"""Seconds that a start may seem to lie beside its run: two clocks are compared."""

_TICK = 0.01
"""What a start time is rounded down to."""


class Child(NamedTuple):
    """A process that descends from the kernel.

    Attributes
    ----------
    bytes
        Memory that it holds alone, at least: ending it gives this back.
        ``None`` when it is not told, or until there was time to read it.
    kin
        Its part of what all forks of the kernel hold together and nobody else:
        ending all of them gives this back too.
    fresh
        ``bytes`` was read now; otherwise it is the last reading.
    resident
        Its resident set; what it shares with its parent counts too.
    started
        When it began, in seconds since the epoch.
    run
        The recorded run during which it began; ``None`` for one that began
        between runs or before the first, or may belong to either of two.
    alive
        It runs.  One that has ended is told once, and as a ``zombie`` for as
        long as its parent does not collect it.
    forked
        It was forked and shares memory with its parent.
    helper
        It serves the other processes: ``multiprocessing`` starts it by itself.
    """

    pid: int
    parent: int
    name: str
    bytes: int | None
    kin: int
    fresh: bool
    resident: int
    started: float
    run: int | None
    alive: bool
    zombie: bool
    forked: bool
    helper: bool


@dataclass
class _Known:
    """What is remembered of a child: its run, its last reading, when that was and seconds a byte."""

    run: int | None
    held: Held | None = None
    kin: int = 0
    read: float = 0.0
    rate: float | None = None


class Children:
    """Follows the kernel's child processes, theirs, and those whose parent has ended.

    It looks between cells, on the main thread, and best after each: a child
    that was not there after a run did not begin in it.  Cost of a look: 5 µs
    when there is no child, else 8 µs a thread of the kernel, 35 µs a child,
    and as much of the budget as there is to read.

    Parameters
    ----------
    since
        The records of the runs after a number: ``Recorder.since``.
    processes
        The operating system; another one only in tests.
    clock
        Measures the budget; another one only in tests.
    """

    def __init__(
        self,
        since: Callable[[int], Sequence[CellRun]],
        processes: System | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._since = since
        here = Linux if sys.platform == "linux" else Elsewhere
        self._system: System = here() if processes is None else processes
        self._clock = clock
        self._pid = os.getpid()
        self._known: dict[tuple[int, float], _Known] = {}
        self._told: dict[tuple[int, float], Child] = {}
        self._ended = 0
        self._epoch = self._system.epoch()

    def look(
        self, ended: int, running: OpenRun | None = None, budget: float = BUDGET
    ) -> list[Child]:
        """The children now, and once more those that have ended since the last look.

        Parameters
        ----------
        ended
            Number of the last run that has ended.
        running
            The run that is open, if there is one.
        budget
            Seconds for walks over page tables.  The child read longest ago
            comes first; one that would take more than is left waits.
        """
        if os.getpid() != self._pid:
            return []  # a fork of the kernel: these are not its children
        try:
            found = self._system.descendants(dict(self._known.keys()))
        except (OSError, psutil.Error):
            return list(self._told.values())  # out of files, for one: nothing new
        self._meet(found, running)
        self._ended, self._epoch = ended, self._system.epoch()
        fresh = self._measure(found, budget)
        names = worker_names() if found else {}
        told = {}
        for one in found:
            key = one.pid, one.begun
            told[key] = _child(one, self._known[key], key in fresh, names.get(one.pid))
        gone = [child for key, child in self._told.items() if key not in told]
        self._told = told
        return [*told.values(), *map(_ended, gone)]

    def _meet(self, found: list[Facts], running: OpenRun | None) -> None:
        """Remember exactly these; a new one has begun since the last look."""
        before, self._known = self._known, {}
        spans: list[tuple[int, float, float]] | None = None
        for one in found:
            key = one.pid, one.begun
            known = before.get(key)
            if known is None:
                spans = self._spans(running) if spans is None else spans
                known = _Known(self._run_at(one.started, spans))
            self._known[key] = known

    def _spans(self, running: OpenRun | None) -> list[tuple[int, float, float]]:
        """Begin and end of the runs that have ended since the last look, or are open."""
        runs = self._since(self._ended)
        spans = [(r.run, r.started, r.started + r.seconds) for r in runs]
        if running is not None:
            spans.append((running.run, running.started, float("inf")))
        return spans

    def _run_at(
        self, started: float, spans: list[tuple[int, float, float]]
    ) -> int | None:
        """The run that a start lies in, or the one that it lies near; ``None`` when it may be either of two.

        A start time names 10 ms, and short cells run within them: looking
        after each run leaves a single one.  Once the clock was set, times from
        before and after do not compare, and only a single run is an answer.
        """
        if abs(self._system.epoch() - self._epoch) > NEAR:
            near = [run for run, _, _ in spans]
        else:
            latest = started + _TICK
            apart = {r: max(b - latest, started - e, 0.0) for r, b, e in spans}
            inside = [run for run, gap in apart.items() if not gap]
            near = inside or [run for run, gap in apart.items() if gap < NEAR]
        return near[0] if len(near) == 1 else None

    def _measure(self, found: list[Facts], budget: float) -> set[tuple[int, float]]:
        """Read what each holds alone as far as the budget goes; returns which were read."""
        fresh = set()
        for one in sorted(found, key=lambda f: self._known[f.pid, f.begun].read):
            known = self._known[one.pid, one.begun]
            size = one.resident.all
            seconds = 0.0 if one.zombie else self._system.seconds(one)
            if known.rate is not None:
                seconds = min(seconds, known.rate * size)
            if seconds > budget:
                continue
            begun = self._clock()
            known.held = Held(0) if one.zombie else self._system.held(one)
            fresh.add((one.pid, one.begun))
            if seconds:
                known.read = self._clock()
                known.rate = (known.read - begun) / max(size, 1)
                budget -= known.read - begun
        self._share(found, fresh, budget)
        return fresh

    def _share(
        self, found: list[Facts], fresh: set[tuple[int, float]], budget: float
    ) -> None:
        """Spread what only forks of the kernel hold over them, where all were read just now.

        That reads the kernel as one of them was read, so it may take as long.
        """
        forks = [
            f for f in found if f.forked and f.parent == self._pid and not f.zombie
        ]
        keys = [(f.pid, f.begun) for f in forks]
        known = [self._known[key] for key in keys]
        seconds = max(
            ((k.rate or 0) * f.resident.all for k, f in zip(known, forks, strict=True)),
            default=0,
        )
        shares = [one.held.share for one in known if one.held is not None]
        whole = sum(shares) if len(shares) == len(known) > 1 else 0
        if whole and fresh.issuperset(keys) and seconds <= budget:
            total = self._system.among(whole)
            for one, share in zip(known, shares, strict=True):
                one.kin = total * share // whole
        elif not whole or not self._told.keys() >= set(keys):
            for one in known:
                one.kin = 0


def _child(one: Facts, known: _Known, fresh: bool, name: str | None) -> Child:
    size = one.resident.all
    return Child(
        pid=one.pid,
        parent=one.parent,
        name=name or one.name,
        bytes=None if known.held is None else min(known.held.alone, size),
        kin=known.kin,
        fresh=fresh,
        resident=size,
        started=one.started,
        run=known.run,
        alive=not one.zombie,
        zombie=one.zombie,
        forked=one.forked,
        helper=one.helper,
    )


def _ended(child: Child) -> Child:
    return child._replace(
        bytes=0, kin=0, fresh=True, resident=0, alive=False, zombie=False
    )


def worker_names() -> dict[int, str]:
    """What ``multiprocessing`` calls its processes, by number; its own list would collect the ended ones."""
    module = sys.modules.get("multiprocessing.process")
    names: dict[int, str] = {}
    try:
        content = vars(module)
        attributes = content["BaseProcess"].__dict__["__dict__"].__get__
        for process in list(content["_children"]):
            own = attributes(process)
            pid = (safe.own_dict(own.get("_popen")) or {}).get("pid")
            if type(pid) is int and type(own.get("_name")) is str:
                names[pid] = safe.short(own["_name"])
    except (AttributeError, KeyError, TypeError, RuntimeError):
        return names  # not imported, another version, or changed meanwhile
    return names
