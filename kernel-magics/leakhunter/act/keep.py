"""Saving what a clearing takes, before it takes it: what can be saved, what it needs, doing it.

The values are held only while they are looked at or written.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from leakhunter.act.refusal import Refusal
from leakhunter.act.undo.room import room
from leakhunter.act.undo.spill import Changed, saving
from leakhunter.act.undo.survey import Survey, surveying
from leakhunter.act.unpin import pinned
from leakhunter.cells import ref_of
from leakhunter.detect.held import made_in
from leakhunter.heap.held import held_in
from leakhunter.heap.paths import follow
from leakhunter.heap.slots import GARBAGE, GONE, KEPT, STUCK, Slot
from leakhunter.heap.walk.collector import held_off
from leakhunter.model import CellRef, UndoPlan, Unsaved

if TYPE_CHECKING:
    from leakhunter.act.lasting import Finder, Lasting
    from leakhunter.act.preview import Plan
    from leakhunter.act.undo.room import Room
    from leakhunter.act.undo.spill import Spill
    from leakhunter.detect.case import Case
    from leakhunter.detect.find import Found
    from leakhunter.hunter import Hunter

MOST = 1000
"""Objects of earlier clearings that are looked after."""

Tell = Callable[[int, int], None]
"""Is told how many bytes of how many have been saved."""

BYTES_PER_SECOND = 400_000_000
"""What a cloud volume writes; a local disk is faster."""

_HELD = frozenset({"name", "out", "hidden", "displayhook"})
"""Places whose values come back."""

_TRACEBACK = "a traceback cannot be saved"
_REASONS = {
    **dict.fromkeys(("sys", "formatter", "error", "raised"), _TRACEBACK),
    "stored": "IPython's copy of an output is not saved",
    "figure": "a closed figure cannot be opened again",
    "items": "what lies inside another object is not saved",
    "suspended": "a call that was ended cannot go on",
    "child": "a process that has ended cannot go on",
    "tensor": "the graph that made a tensor cannot be saved",
    "library": "what a module holds is not saved",
    "module": "what a module holds is not saved",
    "computed": "it is computed again when it is read",
    "cache": "a cache is filled again when it is needed",
}
_TITLES = dict.fromkeys(("sys", "formatter", "error"), "the last exception")
_NOT_SAVED = "it is not saved"
_CLOSED = "what its library closes stays closed"

_NOTHING = frozenset(
    {GARBAGE.place, KEPT.place, STUCK.place, "lookup", "closed", "result", "view"}
)
"""Places of which nothing is lost: nobody has it any more, or it is made again by itself."""


class Values:
    """What some findings hold that can come back, by slot; and why the rest cannot.

    Holds the values: to be dropped before anything is cleared.
    """

    def __init__(self, hunter: Hunter, case: Case, found: Iterable[Found]) -> None:
        self.held: dict[Slot, Any] = {}
        self.lost: dict[Slot, str] = {}
        for slot in dict.fromkeys(s for one in found for s in one.slots):
            value = _value(hunter, case, slot)
            if value is not GONE:
                self.held[slot] = value
            elif slot.place not in _NOTHING and slot.place not in _HELD:
                self.lost[slot] = _REASONS.get(slot.place, _CLOSED)

    def leave_out(self, refused: dict[Slot, str]) -> None:
        """Take out what cannot be saved after all."""
        for slot, reason in refused.items():
            self.held.pop(slot, None)
            self.lost[slot] = reason


def _value(hunter: Hunter, case: Case, slot: Slot) -> Any:
    graph, shell = case.graph, hunter.shell
    if slot.place in _HELD:
        return held_in(shell, slot)
    cut = graph.cuts.get(slot)
    if cut is not None and slot.place == "view":
        value = pinned(shell, graph, cut)
        return GONE if value is None else value
    direct = cut is not None and cut.root.place == "name" and len(cut.path) == 1
    if cut is not None and direct and slot.place == "items":
        steps = follow(shell, graph, cut.root, cut.path)
        return GONE if steps is None else steps[-1].obj
    return GONE


class Seen(NamedTuple):
    """What a survey of all of a preview found; looking at a part again may take seconds.

    ``weight`` are the bytes in memory of what would be saved.
    """

    survey: Survey
    weight: int

    def bytes_of(self, weight: int) -> int:
        """About what saving a part takes that has this weight."""
        return self.survey.bytes * weight // self.weight if self.weight else 0


def looking(
    hunter: Hunter, case: Case, found: Sequence[Found], lasting: Lasting
) -> Generator[None, None, Seen]:
    """Survey what these findings hold, up to about a second, in slices; may be dropped."""
    values = Values(hunter, case, found)
    try:
        seen = yield from surveying(values.held, lasting)
        values.leave_out(seen.refused)
        return Seen(seen, lasting.weight(values.held))
    finally:
        # a traceback keeps this frame for as long as the user likes
        values.held.clear()


def _left_out(values: Values, seen: Seen) -> None:
    refused = seen.survey.refused
    values.leave_out({s: refused[s] for s in values.held if s in refused})


def undo_plan(
    hunter: Hunter,
    case: Case,
    found: Sequence[Found],
    lasting: Lasting,
    seen: Seen,
) -> UndoPlan:
    """What undo would bring back, what that takes, and what it cannot."""
    values = Values(hunter, case, found)
    _left_out(values, seen)
    need = seen.bytes_of(lasting.weight(values.held))
    place = _room(hunter, need)
    refused = place.refused if values.held else None
    if not values.held and values.lost:
        refused = "Nothing of this can be brought back."
    elif refused is not None:
        values.leave_out(dict.fromkeys(values.held, _NOT_SAVED))
    return UndoPlan(
        bytes=0 if refused else need,
        seconds=0 if refused else need / BYTES_PER_SECOND,
        free_disk=place.free_disk,
        minutes=hunter.settings.undo_minutes,
        unsaved=_unsaved(case, found, values),
        refused=refused,
    )


def _room(hunter: Hunter, need: int) -> Room:
    memory = hunter.memory()
    headroom = None
    if memory.limit is not None:
        headroom = max(memory.limit - (memory.limit_used or memory.rss), 0)
    return room(need, hunter.settings, headroom)


def _unsaved(case: Case, found: Sequence[Found], values: Values) -> list[Unsaved]:
    """What is lost of each finding: all of it, or its variables, and one of what else there is."""
    entries = []
    for one in found:
        lost = [slot for slot in one.slots if slot in values.lost]
        names = [slot for slot in lost if slot.place == "name"]
        in_part = any(slot in values.held for slot in one.slots)
        if not lost:
            continue
        if not in_part and len(one.finding.names) <= 1:
            cell, reason = one.finding.cell, values.lost[lost[0]]
            entries.append(_entry(case, one, one.finding.title, reason, cell))
            continue
        others = [slot for slot in lost if slot not in names]
        for slot in [*names, *others[:1]]:
            made = case.run(made_in(case, slot.label)) if slot in names else None
            cell = ref_of(made) if made is not None else None
            title = _TITLES.get(slot.place, slot.label)
            entry = _entry(case, one, title, values.lost[slot], cell)
            entries.append(msgspec.structs.replace(entry, in_part=in_part))
    return entries


def _entry(
    case: Case, one: Found, title: str, reason: str, made: CellRef | None
) -> Unsaved:
    cell = made if one.finding.made_again else None
    run = case.run_of_count(cell.execution_count) if cell is not None else None
    return Unsaved(
        item=one.finding.id,
        title=title,
        reason=reason,
        cell=cell,
        seconds=None if run is None else run.seconds,
    )


class Kept(NamedTuple):
    """What was saved, what was not, what finds the rest, and what stands for what earlier clearings look for."""

    spill: Spill | None
    unsaved: list[Unsaved]
    finders: Sequence[Finder] = ()
    again: Mapping[Slot, Finder] = {}


def nothing_kept(hunter: Hunter, plan: Plan, found: Sequence[Found]) -> Kept:
    """Nothing of these is saved: all that is lost, and which cells make it again."""
    case = plan.checkup.case
    values = Values(hunter, case, found)
    values.leave_out(dict.fromkeys(values.held, _NOT_SAVED))
    return Kept(None, _unsaved(case, found, values))


def _again(hunter: Hunter, lasting: Lasting, values: Values) -> dict[Slot, Finder]:
    """Add what earlier clearings look for and this one takes."""
    found = {}
    for number, finder in enumerate(hunter.book.finders()[-MOST:]):
        obj = finder()
        if lasting.ends(obj):
            slot = Slot("again", number)
            values.held[slot] = obj
            found[slot] = finder
    return found


def keeping(
    hunter: Hunter, plan: Plan, found: Sequence[Found], tell: Tell
) -> Generator[None, None, Kept]:
    """Save what can be saved of these findings, in steps.

    What an earlier clearing did not save, because something of these holds it,
    is saved along.

    Raises
    ------
    Refusal
        When it cannot be saved although the preview said so; nothing has been
        changed, and nothing is left on the disk.
    """
    case = plan.checkup.case
    lasting = plan.lasting(hunter, found)
    values = Values(hunter, case, found)
    _left_out(values, plan.seen)
    if not values.held:
        return Kept(None, _unsaved(case, found, values))
    again = _again(hunter, lasting, values)
    need = plan.seen.bytes_of(lasting.weight(values.held))
    place = _room(hunter, need)
    if place.refused is not None:
        if plan.preview.totals.undo.refused is not None:
            return nothing_kept(hunter, plan, found)
        raise Refusal(_sentence(place.refused))
    why = ""
    try:
        steps = saving(values.held, place.folder, lasting)
        spill = yield from _written(steps, need, tell)
        wanted = [s for s in values.held if s not in again]
        refused = dict.fromkeys({*wanted} - {*spill.slots}, "it could not be saved")
        values.leave_out(refused)
        unsaved = _unsaved(case, found, values)
        return Kept(spill, unsaved, tuple(lasting.finders), again)
    except Changed as changed:
        why = str(changed)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        why = "The disk is full." if full else f"Saving failed: {error.strerror}."
    except KeyboardInterrupt:
        why = "Interrupted while saving."
    except Exception as error:  # noqa: BLE001 - whatever it is: what is not saved is not cleared
        why = f"Saving failed: {type(error).__name__}."
    finally:
        # a traceback keeps this frame for as long as the user likes
        values.held.clear()
    raise Refusal(_sentence(why))


def _written(
    steps: Generator[int, None, Spill], total: int, tell: Tell
) -> Generator[None, None, Spill]:
    """The same steps, each told."""
    try:
        while True:
            try:
                with held_off():
                    done = next(steps)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            tell(min(done, total), total)
            yield
    finally:
        steps.close()


def _sentence(why: str) -> str:
    return f"{why} Nothing was cleared; it can be cleared without undo."
