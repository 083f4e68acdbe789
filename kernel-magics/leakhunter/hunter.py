"""One Hunter a kernel: it owns the recorder and the ledger, checks, and hands out reports.

The doors (magics, wire) ask it; :mod:`leakhunter.act` is what changes things.
"""

from __future__ import annotations

import functools
import gc
import time
import types
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import uuid4

import msgspec

from leakhunter.act.receipts import Book
from leakhunter.cells import alive_today, ref_of, roll_up
from leakhunter.detect import ref_cycle
from leakhunter.detect.called import called
from leakhunter.detect.case import Case, Collector, Facts, Standing
from leakhunter.detect.catalogue import LIBRARIES
from leakhunter.detect.checks import checks
from leakhunter.detect.expected import set_apart
from leakhunter.detect.find import (
    LEAST,
    Found,
    Ids,
    finding,
    named,
    ranked,
    shown,
)
from leakhunter.detect.lingering import lingering
from leakhunter.detect.liveness import liveness
from leakhunter.expectations import Expectations
from leakhunter.explorer.explorer import Explorer
from leakhunter.format import write_sizes
from leakhunter.heap import safe
from leakhunter.heap.contents import contents
from leakhunter.heap.finalized import awaited
from leakhunter.heap.graph import Graph
from leakhunter.heap.holders import holders_of
from leakhunter.heap.imported import versions_of
from leakhunter.heap.ledger import Ledger
from leakhunter.heap.partition import Claim, Piece, Shares, partition
from leakhunter.heap.peek import native
from leakhunter.heap.roots import ROOTS
from leakhunter.heap.roots.modules import own_modules
from leakhunter.heap.segments import segments
from leakhunter.heap.slots import (
    Slot,
    user_names,
)
from leakhunter.heap.trial import trial
from leakhunter.heap.walk.capture import Reach
from leakhunter.heap.walk.collector import enabled, held_off, take_stock
from leakhunter.heap.walk.picture import OBJECTS_ASKED, OBJECTS_IDLE, picturing
from leakhunter.heap.workers import owners
from leakhunter.heap.written import Writer
from leakhunter.inspector import Inspector
from leakhunter.measuring import Measured, Measures
from leakhunter.model import (
    SCHEMA,
    CellRun,
    Frees,
    Lingering,
    Memory,
    Report,
    Settings,
    Source,
)
from leakhunter.prove.prover import Prover
from leakhunter.record.children import Child
from leakhunter.record.limits import Limits
from leakhunter.record.meter import Meter, Status
from leakhunter.record.recorder import Recorder
from leakhunter.record.run import Ended, with_names
from leakhunter.sheet import children_of, read_memory, sheet_of
from leakhunter.slices import at_once
from leakhunter.timeline import made_in, ran, still_to_run
from leakhunter.trace.tracer import Tracer

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

BYTES_A_LOOK = 1000
"""Free memory for each object that is looked at: five times what the picture takes of it."""

VARIABLE = "name:"
"""Says that the rest is a variable's name: one may be called like a finding's id."""

CHILDREN_ASKED = 0.5
"""Seconds for reading what child processes hold alone, when somebody asked."""

CHILDREN_IDLE = 0.01
"""The same for a check after a cell: one slice."""

_RUNS_CODE = (
    types.FunctionType,
    types.MethodType,
    type,
    functools.partial,
    types.GeneratorType,
)
_CONTAINERS = frozenset(map(id, (dict, list, tuple, set)))


@dataclass(frozen=True)
class Checkup:
    """A report with what acting on it needs; still no object of the user's.

    The picture takes about 100 bytes an object, so nobody keeps one for long.
    """

    report: Report
    case: Case
    found: list[Found]

    def by_id(self, identity: str) -> Found | None:
        """The finding with this id, or the part of one (``f3.1``)."""
        whole = identity.split(".", maxsplit=1)[0]
        found = next((f for f in self.found if f.finding.id == whole), None)
        if found is None or identity == whole:
            return found
        return next((p for p in found.parts if p.finding.id == identity), None)


class Hunter:
    """Watches one shell.

    Parameters
    ----------
    shell
        The IPython shell to watch.
    """

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell
        self.session = uuid4().hex[:12]
        take_stock()
        self.settings = Settings()
        write_sizes(decimal=self.settings.decimal_units)
        self.meter = Meter()
        self.limits = Limits()
        self.recorder = Recorder(shell, self.meter)
        self.recorder.births.wanted = self.settings.birth_cells
        self.last: Report | None = None
        self.reach = Reach()
        self._garbage: Found | None = None
        self._ledger = Ledger()
        self._measures = Measures(shell, self.meter)
        self.ids = Ids()
        self.expected = Expectations()
        self.inspector = Inspector(self)
        self.explorer = Explorer(shell)
        self.book = Book()
        self.tracer = Tracer(shell, self.meter, self.recorder)
        self.prover = Prover(self)
        self._notebook: list[Source] = []
        self._asked = False
        self.before_check: Callable[[], None] = lambda: None

    def configure(self, settings: Settings) -> None:
        """Follow new settings."""
        self.settings = settings
        write_sizes(decimal=settings.decimal_units)
        self.limits.setting = settings.memory_limit
        self.meter.wanted = settings.exact_peak
        self.recorder.births.wanted = settings.birth_cells

    def notebook(self, cells: list[Source]) -> None:
        """Learn the notebook's code cells, in order."""
        self._notebook = list(cells)

    def memory(self) -> Memory:
        """The memory now; safe to call from any thread."""
        return read_memory(self.meter, self.limits, self.recorder)

    def memory_after(self, run: CellRun) -> Memory:
        """The memory as the record of the run that has just ended tells it: it is not read twice."""
        status = Status(run.rss_after, run.anon_after, None, None, None)
        return read_memory(self.meter, self.limits, self.recorder, status)

    # ---------------------------------------------------------------- checking

    def check(self, objects: int = OBJECTS_ASKED) -> Checkup:
        """Look at everything now and keep the report as :attr:`last`.

        Automatic collection is held off all the while: it would take the
        evidence of cycles away between two steps.
        """
        self.before_check()
        with held_off():
            return at_once(self.checking(objects))

    def affordable(self, objects: int) -> int:
        """So many objects to look at, or as many as free memory allows: a check must not fill it."""
        if objects <= OBJECTS_IDLE:
            return objects
        limit = self.limits.read(self.meter.rss())
        free = max(limit.bytes - (limit.used or 0), 0)
        return min(objects, max(free // BYTES_A_LOOK, OBJECTS_IDLE))

    def checking(self, objects: int) -> Generator[None, None, Checkup]:
        """The same in slices: a generator that may be dropped between two of them."""
        collector = Collector(enabled(), gc.get_freeze_count())
        begun = time.perf_counter()
        self._asked = objects >= OBJECTS_ASKED
        self.reach = Reach()
        before = yield from self._measures.reading(asked=self._asked)
        graph = yield from picturing(
            self.shell,
            self.affordable(objects),
            asked=self._asked,
            reach=self.reach,
        )
        measured = yield from self._measures.measuring(
            graph, before, asked=self._asked, anew=not collector.enabled
        )
        yield
        ended = self.recorder.runs()
        names, plain = self._session_names()
        shell = self.shell
        inputs = list(shell.history_manager.input_hist_raw)
        cells = ran(ended, inputs, self.recorder.running)
        waiting = still_to_run(self._notebook, ended)
        uses = liveness(cells, waiting, names, plain, called(graph))
        yield
        births = self._births(graph, made_in(uses, ended))
        yield
        runs = self._complete(ended, set(names))
        yield
        facts = yield from self._facts(graph, measured, collector)
        yield
        case = Case(
            graph=graph,
            uses=uses,
            runs=runs,
            sources={e.record.run: e.source for e in ended},
            outputs=_by_node(graph.slots),
            stored=[s for s in graph.slots if s.place == "stored"],
            births=births,
            cells=cells,
            waiting=waiting,
            settings=self.settings,
            facts=facts,
        )
        yield
        known = self.expected.known
        found = ranked(set_apart((yield from finding(case, self.ids)), known))
        yield
        remains = lingering(case)
        bindings = self.recorder.bindings
        bindings.tell({number: one.bytes for number, one in remains if not one.gone})
        bindings.remember(contents(graph, bindings.unwatched(names)))
        yield
        report = yield from self._report(
            case, found, [one for _, one in remains], measured, begun
        )
        self.last = report
        for one in found:
            if one.finding.kind == ref_cycle.KIND:
                self._garbage = replace(one, did="collected by Python meanwhile")
        return Checkup(report, case, found)

    def _births(self, graph: Graph, made: Callable[[Slot, int], int]) -> dict[int, int]:
        """The run that made each big node; none where the setting asks for none."""
        births = self.recorder.births
        if births.wanted == "off":
            self._ledger = Ledger()
            return {}
        addresses = {b.node: b.address for b in graph.buffers if b.address}
        arrays = {n for n in addresses if graph.modules[n].startswith("numpy")}
        sure = births.of(addresses, arrays)
        return self._ledger.update(graph, self.recorder.last_run, made, sure)

    def _facts(
        self, graph: Graph, measured: Measured, collector: Collector
    ) -> Generator[None, None, Facts]:
        """What is known beside the picture."""
        whole = Piece("variables", "", sum(graph.sizes))
        pieces = measured.balance([whole]).pieces
        bindings = self.recorder.bindings
        yield
        gone = bindings.let_go()
        let_go = {node: gone[k] for k, node in graph.nodes_of(gone).items()}
        yield
        writer = Writer(self.shell, graph)
        own, bare = own_modules(self.shell)
        yield
        return Facts(
            lengths=bindings.lengths(),
            let_go=let_go,
            watched=self._standing(graph, writer),
            written=writer.bigs(),
            awaited=awaited(self.shell, graph),
            collector=collector,
            children=self._owned(graph),
            versions=versions_of(LIBRARIES),
            kept={p.label: p.bytes for p in pieces if p.part == "kept"},
            unexplained=sum(p.bytes for p in pieces if p.part == "unexplained"),
            garbage=sum(p.bytes for p in pieces if p.part == "garbage"),
            own_modules=own,
            bare_modules=bare,
            shared=sum(p.bytes for p in pieces if p.part == "shared"),
            segments=segments(self.shell),
        )

    def _standing(self, graph: Graph, writer: Writer) -> list[Standing]:
        """How it stands with the values that were let go."""
        recorder = self.recorder
        found = [(w, w.alive()) for w in recorder.bindings.watched(recorder.last_run)]
        by_id = graph.nodes_of(k for _, alive in found for k in alive)
        nodes = (by_id[k] for _, alive in found for k in alive if k in by_id)
        ways = writer.whole(nodes)
        return [
            Standing(
                number=one.number,
                what=one.what,
                whole=one.whole,
                told=one.told,
                nodes={by_id[k]: size for k, size in alive.items() if k in by_id},
                alive=bool(alive),
                ways=ways,
            )
            for one, alive in found
        ]

    def _session_names(self) -> tuple[list[str], frozenset[str]]:
        """The user's names in their order, and those whose value is plain data."""
        names: dict[str, None] = {}
        plain = set()
        for name, value in user_names(self.shell):
            names[name] = None
            cls = type(value)
            runs = safe.derives(cls, *_RUNS_CODE) or id(cls) in _CONTAINERS
            if not runs and safe.module_of(cls) != "__main__":
                plain.add(name)
        return list(names), frozenset(plain)

    def _complete(self, ended: list[Ended], names: set[str]) -> list[CellRun]:
        """Records with the names they read and what they hold now."""
        made = self.recorder.births.made()
        held = self._ledger.held({run: one.held for run, one in made.items()})
        changed = {}
        for one in ended:
            record = with_names(one, names)
            now = held.get(record.run, 0)
            of_run = made.get(record.run)
            all_made = record.made if of_run is None else of_run.made
            if (record.held, record.made) != (now, all_made):
                record = msgspec.structs.replace(record, held=now, made=all_made)
            if record is not one.record:
                changed[record.run] = record
        self.recorder.replace(changed)
        return [e.record for e in self.recorder.runs()]

    def meant(self, checkup: Checkup, word: str) -> list[Found]:
        """What a word means: a finding's id, a name that findings have, a variable, an output, or a row of objects.

        A word that begins with :data:`VARIABLE` can only mean a variable.
        """
        if word.startswith(VARIABLE):
            found = named(checkup.case, self.ids, word.removeprefix(VARIABLE))
            return [] if found is None else [found]
        one = checkup.by_id(word) or self._collected(word)
        if one is not None:
            return [one]
        by_name = [f for f in checkup.found if word in f.finding.names]
        own = None if by_name else named(checkup.case, self.ids, word)
        if own is None and not by_name:
            own = shown(checkup.case, self.ids, word)
        if own is None and not by_name and self.inspector.knows(word):
            return self.inspector.meant(checkup, word)
        return by_name if own is None else [own]

    def _collected(self, word: str) -> Found | None:
        """Garbage that an earlier check told of, and Python has collected by itself since."""
        known = self._garbage
        return known if known is not None and known.finding.id == word else None

    def frees(self, checkup: Checkup, found: list[Found]) -> Frees:
        """What clearing these would free, alone and together; nothing is touched."""
        graph = checkup.case.graph
        slots = {slot for one in found for slot in one.slots}
        together = trial(graph, slots)
        alone = [trial(graph, one.slots) for one in found] if found[1:] else [together]
        return Frees(
            titles=[one.finding.title for one in found],
            alone=[one.bytes for one in alone],
            bytes=together.bytes,
            exact=together.exact,
            held=holders_of(graph, slots, together),
        )

    # --------------------------------------------------------------- reporting

    def _report(
        self,
        case: Case,
        found: list[Found],
        remains: list[Lingering],
        measured: Measured,
        begun: float,
    ) -> Generator[None, None, Report]:
        safe_slots = [s for f in found if f.finding.group == "safe" for s in f.slots]
        # what is expected is in use: no sum promises it
        open_ones = [f for f in found if f.finding.group != "expected"]
        all_slots = [s for f in open_ones for s in f.slots]
        safe_bytes = trial(case.graph, safe_slots).bytes + _beyond(found, "safe")
        yield
        everything = trial(case.graph, all_slots)
        total = everything.bytes + _beyond(found, "safe") + _beyond(found, "check")
        rows = sum(f.finding.frees for f in found if f.finding.group == "safe")
        listed = [f.finding for f in found]
        before = measured.facts.status
        memory = read_memory(self.meter, self.limits, self.recorder, before)
        yield
        pieces, alive = yield from _shares(
            case, open_ones, everything.gone, self._ledger.born(case.graph)
        )
        yield
        return Report(
            schema=SCHEMA,
            at=time.time(),
            after=ref_of(case.runs[-1]) if case.runs else None,
            after_run=self.recorder.last_run,
            seconds=time.perf_counter() - begun,
            complete=case.graph.complete,
            objects=case.graph.visited,
            memory=memory,
            sheet=sheet_of(
                measured.balance(pieces),
                children_of((c for c, _ in case.facts.children), case),
            ),
            cells=roll_up(case.runs),
            findings=listed,
            safe_bytes=safe_bytes,
            check_bytes=max(total - safe_bytes, 0),
            only_together=safe_bytes - rows if safe_bytes - rows >= LEAST else 0,
            checks=checks(case),
            lingering=remains,
            alive=alive_today(case.runs, alive),
        )

    def _owned(self, graph: Graph) -> list[tuple[Child, int | None]]:
        """Child processes, each with the node of the object that stands for it."""
        children = self._children()
        known = owners((c.pid for c in children if c.alive), graph)
        return [(child, known.get(child.pid)) for child in children]

    def _children(self) -> list[Child]:
        """Child processes, with as much of their page tables as there is time for."""
        budget = CHILDREN_ASKED if self._asked else CHILDREN_IDLE
        recorder = self.recorder
        return recorder.children.look(recorder.last_run, recorder.running, budget)

    def held_by_children(self) -> int:
        """Bytes that child processes hold alone."""
        recorder = self.recorder
        found = recorder.children.look(
            recorder.last_run, recorder.running, CHILDREN_ASKED
        )
        return sum((child.bytes or 0) + child.kin for child in found if child.alive)

    def close(self) -> None:
        """Stop recording and give everything back."""
        self.recorder.stop()
        self.book.close()
        self.tracer.close()
        self.meter.close()
        self.limits.close()
        native.close()
        self.last = None


def _beyond(found: list[Found], group: str) -> int:
    """What clearing the findings of a group frees beyond the picture."""
    return sum(
        f.beyond
        for f in found
        if f.finding.group == group and f.finding.remedy.action == "clear"
    )


def _shares(
    case: Case, found: list[Found], together: Iterable[int], births: Mapping[int, int]
) -> Generator[None, None, Shares]:
    """The picture, shared out among the parts of the sheet."""
    claims = []
    for one in found:
        claims.append(Claim(one.finding.part, trial(case.graph, one.slots).gone))
        yield
    libraries = {root.PLACE: str(root.LIBRARY) for root in ROOTS}
    return (yield from partition(case.graph, claims, together, libraries, births))


def _by_node(slots: dict[Slot, int]) -> list[list[Slot]]:
    """Slots of each shown object."""
    found: dict[int, list[Slot]] = {}
    for slot, node in slots.items():
        output = slot.place in ("out", "hidden", "displayhook", "result")
        if output or (slot.place == "name" and _is_shown_name(slot, slots)):
            found.setdefault(node, []).append(slot)
    return list(found.values())


def _is_shown_name(slot: Slot, slots: dict[Slot, int]) -> bool:
    """Is this one of IPython's own names: the display hook or the hidden namespace has it too?"""
    name = str(slot.key)
    if not (name.strip("_").isdigit() or set(name) == {"_"}):
        return False
    twins: Iterable[Slot] = (Slot("hidden", name), Slot("displayhook", name))
    return any(slots.get(twin) == slots[slot] for twin in twins)
