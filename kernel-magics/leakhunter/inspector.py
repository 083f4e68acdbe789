"""Objects by class, their biggest instances, what refers to one, and what of it can be cleared.

It hands out ids: ``o3`` is a class, ``o3.2`` one of its objects.  Between two
questions it keeps numbers and addresses only; an address counts only while an
object of the same class is there.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Generator
from itertools import count
from typing import TYPE_CHECKING, Any

from leakhunter.act.refusal import Refusal
from leakhunter.cells import ref_of
from leakhunter.detect.find import Found, named
from leakhunter.heap import safe
from leakhunter.heap.slots import Slot, user_names
from leakhunter.heap.trial import trial
from leakhunter.heap.unused import Unused
from leakhunter.heap.walk.picture import OBJECTS_ASKED
from leakhunter.heap.whole.objects import Biggest, Class, Count, Objects, Tally, find
from leakhunter.heap.whole.ours import ours
from leakhunter.heap.whole.references import References as Referrers
from leakhunter.heap.whole.unreachable import Unreachable, with_contents
from leakhunter.heap.whole.weaker import weaker
from leakhunter.model import (
    Instance,
    Instances,
    ObjectsShow,
    ObjectTable,
    Reference,
    References,
    TypeRow,
)

if TYPE_CHECKING:
    from leakhunter.heap.whole.references import Reference as Place
    from leakhunter.heap.whole.references import Referred
    from leakhunter.hunter import Checkup, Hunter

SECONDS = 2.0
"""Work for one answer unless more is asked for."""

ROWS = 300
"""Rows of one answer; smaller ones are counted."""

INSTANCES = 50
KEPT = 20
"""Counts remembered, to compare with."""


class Inspector:
    """Answers questions about objects.

    Parameters
    ----------
    hunter
        Whose session.

    Attributes
    ----------
    done, total
        How far the question is that is being worked on.
    """

    def __init__(self, hunter: Hunter) -> None:
        self._hunter = hunter
        self._ids: dict[Class, str] = {}
        self._classes: dict[str, Class] = {}
        self._next = count(1)
        self._addresses: dict[str, int] = {}
        self._mark: tuple[int, dict[Class, Tally]] | None = None
        self._counts: dict[int, dict[Class, Tally]] = {}
        self._pass: Objects | Unreachable = Objects(0)

    @property
    def done(self) -> int:
        """Objects looked at for the question that is being worked on."""
        return self._pass.done

    @property
    def total(self) -> int:
        """Objects that there are to look at."""
        return self._pass.total

    # ---------------------------------------------------------------- counting

    def counting(  # noqa: PLR0913 - each is an option of the user's
        self,
        show: ObjectsShow = "all",
        *,
        mark: bool = False,
        since_run: int | None = None,
        only: str | None = None,
        least: int = 0,
        seconds: float = SECONDS,
    ) -> Generator[None, None, ObjectTable]:
        """Count objects by class, in slices; the generator may be dropped.

        Parameters
        ----------
        show
            Which objects.
        mark
            Compare later counts with this one.
        since_run
            Compare with the count after this run instead of the mark.
        only
            A class, or what the names of some have in them.
        least
            Bytes from which on a class is listed.
        seconds
            Work after which the rest is left out.

        Raises
        ------
        Refusal
            When nothing was counted that this count could be compared with.
        """
        begun = time.perf_counter()
        before, words = self._before(show, since_run)
        left_out = []
        clears: dict[Class, list[str]] = {}
        if show == "unreachable":
            tallies, complete = yield from self._garbage(seconds)
            if not complete:
                left_out.append("Garbage: there was no time for all objects.")
        elif show == "unused":
            tallies, clears, complete = yield from self._unused()
        else:
            tallies, complete = yield from self._all(seconds)
            left_out.append("Numbers, and texts below 4,096 characters.")
        if not complete and show in ("all", "growing"):
            left_out.insert(0, f"{self.total - self.done:,} of {self.total:,} objects.")
        now = self._hunter.recorder.last_run
        if show in ("all", "growing") and complete:
            if mark:
                self._mark = now, tallies
                before, words = self._before("all", None)
            self._counts[now] = tallies
            while len(self._counts) > KEPT:
                del self._counts[next(iter(self._counts))]
        rows = _chosen(
            [self._row(key, t, before, clears) for key, t in tallies.items()],
            only,
            least,
        )
        if show == "growing":
            rows = [
                r
                for r in rows
                if (r.count_change or 0) > 0 or (r.bytes_change or 0) > 0
            ]
            rows.sort(key=lambda r: -(r.bytes_change or 0))
        else:
            rows.sort(key=lambda r: -r.bytes)
        runs = self._hunter.recorder.runs()
        return ObjectTable(
            at=time.time(),
            show=show,
            rows=rows[:ROWS],
            more=max(len(rows) - ROWS, 0),
            objects=sum(r.count for r in rows),
            bytes=sum(r.bytes for r in rows),
            seconds=time.perf_counter() - begun,
            complete=complete,
            since=words,
            after=ref_of(runs[-1].record) if runs else None,
            frozen=gc.get_freeze_count(),
            uncollectable=len(gc.garbage),
            left_out=left_out,
        )

    def _before(
        self, show: ObjectsShow, since_run: int | None
    ) -> tuple[dict[Class, Tally] | None, str | None]:
        """What to compare with, and that in words."""
        if show not in ("all", "growing"):
            return None, None
        if since_run is not None:
            if since_run not in self._counts:
                msg = f"Objects were not counted after this cell; {self._counted()}"
                raise Refusal(msg)
            return self._counts[since_run], f"after {self._link(since_run)}"
        if self._mark is not None:
            return self._mark[1], f"the mark after {self._link(self._mark[0])}"
        if show == "growing":
            msg = f"There is no mark to compare with: take one with %leakcheck gc --mark; {self._counted()}"
            raise Refusal(msg)
        return None, None

    def _counted(self) -> str:
        runs = ", ".join(self._link(run) for run in self._counts)
        return f"counts exist after {runs}." if runs else "no count exists yet."

    def _link(self, run: int) -> str:
        """A run as a person would write it."""
        for ended in self._hunter.recorder.runs():
            if ended.record.run == run and ended.record.execution_count is not None:
                return f"[{ended.record.execution_count}]"
        return "the start" if run == 0 else "a cell"

    def _all(
        self, seconds: float
    ) -> Generator[None, None, tuple[dict[Class, Tally], bool]]:
        objects = self._pass = Objects(seconds)
        counting = Count(objects)
        yield from objects.run(counting.take)
        return counting.tallies, objects.complete

    def _garbage(
        self, seconds: float
    ) -> Generator[None, None, tuple[dict[Class, Tally], bool]]:
        search = self._pass = Unreachable(seconds)
        yield from search.run()
        objects = Objects(seconds)
        counting = Count(objects)
        objects.hand_out(with_contents(search.objects), counting.take)
        search.objects.clear()
        return counting.tallies, search.complete

    def _unused(
        self,
    ) -> Generator[None, None, tuple[dict[Class, Tally], dict[Class, list[str]], bool]]:
        checkup = yield from self._hunter.checking(OBJECTS_ASKED)
        unused = Unused(checkup.case.graph, self._idle_names(checkup))
        classes = unused.classes()
        clears = {key: unused.names(nodes) for key, nodes in classes.items()}
        sizes = checkup.case.graph.sizes
        tallies = {
            key: Tally(len(nodes), sum(sizes[n] for n in nodes))
            for key, nodes in classes.items()
        }
        return tallies, clears, checkup.case.graph.complete

    @staticmethod
    def _idle_names(checkup: Checkup) -> list[str]:
        """Names that no cell reads again, without doubt."""
        return [
            name
            for name, use in checkup.case.uses.items()
            if use.later >= 1 and use.next_reader is None and use.doubt is None
        ]

    def _row(
        self,
        key: Class,
        now: Tally,
        before: dict[Class, Tally] | None,
        clears: dict[Class, list[str]],
    ) -> TypeRow:
        old = None if before is None else before.get(key, Tally(0, 0))
        return TypeRow(
            id=self._id(key),
            type=key[1],
            module=key[0],
            count=now.objects,
            bytes=now.bytes,
            count_change=None if old is None else now.objects - old.objects,
            bytes_change=None if old is None else now.bytes - old.bytes,
            clears=clears.get(key, []),
        )

    def _id(self, key: Class) -> str:
        if key not in self._ids:
            self._ids[key] = f"o{next(self._next)}"
            self._classes[self._ids[key]] = key
        return self._ids[key]

    # --------------------------------------------------------------- one class

    def class_of(self, row: str) -> Class:
        """The class that an id stands for.

        Raises
        ------
        Refusal
            When it was never handed out.
        """
        found = self._classes.get(row.partition(".")[0])
        if found is None:
            msg = f"There is no row '{row}': %leakcheck gc lists them."
            raise Refusal(msg)
        return found

    def listing(
        self, row: str, most: int = INSTANCES, seconds: float = SECONDS
    ) -> Generator[None, None, Instances]:
        """The biggest objects of a class, in slices."""
        wanted = self.class_of(row)
        objects = self._pass = Objects(seconds)
        names = {id(v): n for n, v in user_names(self._hunter.shell)}
        biggest = Biggest(objects, wanted, most, frozenset(names))
        yield from objects.run(biggest.take)
        found = []
        for at, item in enumerate(biggest.items, 1):
            identity = f"{row}.{at}"
            self._addresses[identity] = item.key
            label = names.get(item.key) or item.shape or f"{wanted[1]} {at}"
            found.append(Instance(id=identity, label=label, bytes=item.bytes))
        return Instances(
            row=row, type=wanted[1], instances=found, complete=objects.complete
        )

    # -------------------------------------------------------------- one object

    def referring(self, word: str) -> Generator[None, None, References]:
        """What refers to a variable or a listed object, in slices.

        Raises
        ------
        Refusal
            When there is no such thing any more.
        """
        checkup = yield from self._hunter.checking(OBJECTS_ASKED)
        box: list[Any] = []
        if word in self._addresses:
            wanted = self.class_of(word)
            yield from find(self._addresses[word], wanted, box)
        else:
            box.extend(v for n, v in user_names(self._hunter.shell) if n == word)
        if not box:
            msg = f"There is no variable or listed object '{word}' any more."
            raise Refusal(msg)
        try:
            kind = safe.type_name(type(box[0]))
            names = [n for n, v in user_names(self._hunter.shell) if v is box[0]]
            clear, why_not = self._clearable(checkup, word, id(box[0]))
            graph = checkup.case.graph
            skip = ours(self._hunter, checkup)
            referred = Referrers(self._hunter.shell, graph, skip).of(box)
        finally:
            box.clear()
        return References(
            title=names[0] if names else word,
            type=kind,
            strong=[_told(r, referred) for r in referred.strong],
            weak=[_told(r, referred) for r in referred.weak],
            unseen=referred.unseen,
            clear=clear,
            why_not=why_not,
        )

    def _clearable(
        self, checkup: Checkup, word: str, key: int
    ) -> tuple[str | None, str | None]:
        """What to clear for an object to go, or why that is not possible."""
        graph = checkup.case.graph
        names = [
            Slot("name", n) for n, v in user_names(self._hunter.shell) if id(v) == key
        ]
        alone = trial(graph, names)
        if any(graph.ids[node] == key for node in alone.freed):
            return (word if word in self._addresses else str(names[0].key)), None
        if word not in self._addresses:
            return (
                None,
                f"Removing `{word}` alone frees nothing: something else holds it too.",
            )
        try:
            self.meant(checkup, word)
        except Refusal as refusal:
            return None, str(refusal)
        return word, None

    # ---------------------------------------------------------------- clearing

    def knows(self, word: str) -> bool:
        """Was this id handed out?"""
        return word in self._classes or word in self._addresses

    def meant(self, checkup: Checkup, word: str) -> list[Found]:
        """The variables to remove for a class or an object: referenced, but read by no cell again.

        Raises
        ------
        Refusal
            When something else holds it too, in one sentence.
        """
        graph = checkup.case.graph
        wanted = self.class_of(word)
        unused = Unused(graph, self._idle_names(checkup))
        if word in self._addresses:
            key = self._addresses[word]
            nodes = {n for n in unused.freed if graph.ids[n] == key}
        else:
            nodes = unused.classes().get(wanted, set())
        names = unused.names(nodes)
        if word in self._addresses and not names:
            slots = [
                s
                for s, n in graph.slots.items()
                if s.place == "name" and graph.ids[n] == key
            ]
            freed = trial(graph, slots).freed
            names = [str(s.key) for s in slots if graph.slots[s] in freed]
        if not names:
            what = (
                f"this `{wanted[1]}`" if word in self._addresses else f"`{wanted[1]}`"
            )
            msg = f"Nothing of {what} is held only by variables that no cell reads again; `%leakcheck refs` says what holds it."
            raise Refusal(msg)
        found = [named(checkup.case, self._hunter.ids, name) for name in names]
        return [one for one in found if one is not None]


def _told(reference: Place, referred: Referred) -> Reference:
    """A reference for the doors."""
    instead = None if reference.weak else weaker(reference, referred)
    return Reference(
        label=reference.label,
        how=reference.how,
        note=reference.note,
        code=instead.code if instead else None,
        when=instead.when if instead else None,
    )


def _chosen(rows: list[TypeRow], only: str | None, least: int) -> list[TypeRow]:
    """Rows of this class, or else with this in their names, and of at least so many bytes."""
    if only is not None:
        exact = [r for r in rows if only in (r.type, f"{r.module}.{r.type}")]
        part = only.lower()
        rows = exact or [r for r in rows if part in f"{r.module}.{r.type}".lower()]
    return [r for r in rows if r.bytes >= least]
