"""Objects as text: counts by class, what refers to one, and what a collection returned."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from leakhunter.detect.words import listed, plural
from leakhunter.doors.text.layout import WIDTH, pad, plain
from leakhunter.format import (
    MISSING,
    column_text,
    column_unit,
    ellipsis,
    size_text,
)

if TYPE_CHECKING:
    from leakhunter.model import (
        Collection,
        Instances,
        ObjectTable,
        Reference,
        References,
        TypeRow,
    )

SHOWN = 25
"""Rows of a table."""

_NAMES = 6
"""Names of variables in one line."""

_TITLES = {
    "all": "Objects",
    "growing": "Objects of classes that grew",
    "unused": "Objects that only variables hold which no cell reads again",
    "unreachable": "Unreachable objects, waiting for a collection",
}
_EMPTY = {
    "all": "There is nothing to count.",
    "growing": "No class has more objects or bytes than before.",
    "unused": "Every object is held by something that a cell can still read.",
    "unreachable": "No garbage waits for a collection.",
}


def objects_text(table: ObjectTable) -> str:
    """Rows by class, the biggest first."""
    since = f", change since {table.since}" if table.since else ""
    head = f"{_TITLES[table.show]}: {table.objects:,}, {plain(size_text(table.bytes))}{since}"
    lines = textwrap.wrap(head, WIDTH)
    if table.rows:
        lines += _rows(table)
    else:
        lines.append(_EMPTY[table.show])
    rest = len(table.rows) - SHOWN + table.more
    if rest > 0:
        lines.append(f"and {plural(rest, 'smaller row', 'smaller rows')}")
    return "\n".join([*lines, *_after(table)])


def _rows(table: ObjectTable) -> list[str]:
    rows = table.rows[:SHOWN]
    unit = column_unit(max(r.bytes for r in rows))
    changed = table.since is not None
    head = f"{'':<5}{'Class':<38}{'Count':>10}" + f"{'Change':>8}" * changed
    lines = [f"{head}{unit:>9}" + f"{'Change':>9}" * changed]
    for row in rows:
        line = f"{row.id:<5}{pad(ellipsis(_name(row), 37), 38)}{row.count:>10,}"
        if changed:
            line += f"{_signed(row.count_change):>8}"
        line += f"{column_text(row.bytes, unit):>9}"
        if changed:
            line += f"{column_text(row.bytes_change, unit, signed=True):>9}"
        lines.append(line)
        if row.clears:
            few = row.clears[:_NAMES]
            rest = len(row.clears) - len(few)
            names = listed([*few, f"{rest:,} others"] if rest else few)
            lines += textwrap.wrap(
                f"held by {names}", WIDTH - 5, initial_indent="     ", subsequent_indent="     "
            )  # fmt: skip
    return lines


def _name(row: TypeRow) -> str:
    return row.type if row.module in ("builtins", "") else f"{row.module}.{row.type}"


def _signed(change: int | None) -> str:
    if not change:
        return MISSING
    return f"{change:+,}".replace("-", "−")


def _after(table: ObjectTable) -> list[str]:
    """What was not counted, and what to type next."""
    lines = []
    if table.left_out:
        lines += textwrap.wrap(f"Not counted: {' '.join(table.left_out)}", WIDTH)
    if not table.complete:
        lines.append("More on request: --budget 10 takes up to 10 s.")
    if table.frozen:
        lines.append(f"{table.frozen:,} objects are frozen out of the collector.")
    if table.uncollectable:
        lines.append(f"{table.uncollectable:,} objects lie in gc.garbage.")
    if table.rows:
        if table.show == "unreachable":
            lines.append("Next:  %leakcheck collect" + " " * 8 + "free all of it")
        else:
            lines.append(
                f"Next:  %leakcheck why {table.rows[0].id}".ljust(33)
                + "its biggest objects"
            )
        if table.show == "unused":
            lines.append(
                f"       %leakcheck clear {table.rows[0].id}".ljust(33)
                + "remove what holds them"
            )
    return lines


def instances_text(
    found: Instances, most: int, why_not: str | None, names: list[str]
) -> str:
    """The biggest objects of a class, and what clearing would remove."""
    lines = [f"The biggest objects of {found.type}:"]
    lines += [
        f"  {one.id:<8}{pad(ellipsis(plain(one.label), 48), 50)}{plain(size_text(one.bytes)):>12}"
        for one in found.instances[:most]
    ]
    if not found.instances:
        lines = [f"There is no {found.type} any more."]
    if names:
        lines += textwrap.wrap(
            f"What only {listed(names)} hold can go, as no cell reads them again: %leakcheck clear {found.row}",
            WIDTH,
        )
    elif why_not:
        lines += textwrap.wrap(plain(why_not), WIDTH)
    if found.instances:
        lines.append(
            f"Next:  %leakcheck refs {found.instances[0].id}".ljust(33)
            + "what refers to it"
        )
    return "\n".join(lines)


def references_text(found: References) -> str:
    """What refers to an object, strong and weak apart."""
    strong = plural(len(found.strong), "strong reference", "strong references")
    lines = [
        f"{found.title}  {found.type}",
        f"  {strong}:" if found.strong else f"  {strong}.",
    ]
    for one in found.strong:
        lines += _reference(one)
    if found.unseen:
        seen = plural(found.unseen, "reference", "references")
        lines.append(f"    {seen} from native code or from what cannot be seen")
    weak = plural(len(found.weak), "weak reference", "weak references")
    lines.append(f"  {weak}:" if found.weak else f"  {weak}.")
    for one in found.weak:
        lines += _reference(one)
    if found.why_not:
        lines += textwrap.wrap(
            plain(found.why_not), WIDTH - 2, initial_indent="  ", subsequent_indent="  "
        )
    elif found.clear:
        lines.append(f"  Clear it:  %leakcheck clear {found.clear}")
    return "\n".join(lines)


def _reference(one: Reference) -> list[str]:
    note = f", {one.note}" if one.note else ""
    lines = [f"    {plain(one.label)}  ({one.how}{note})"[:WIDTH]]
    if one.code is not None:
        lines += textwrap.wrap(
            f"A weak reference would do. {plain(one.when or '')}", WIDTH - 8,
            initial_indent=" " * 8, subsequent_indent=" " * 8,
        )  # fmt: skip
        lines += [" " * 8 + line for line in one.code.split("\n")]
    return lines


def collection_text(found: Collection) -> str:
    """What a collection returned."""
    if not found.objects:
        first = "Nothing was unreachable: a collection found no object to free."
    else:
        what = plural(found.objects, "unreachable object", "unreachable objects")
        first = f"Collected {what}: {plain(size_text(found.measured))} came back."
    rss = f"Kernel memory {plain(size_text(found.rss_before))} → {plain(size_text(found.rss_after))}."
    lines = textwrap.wrap(f"{first} {rss}", WIDTH)
    if found.stuck:
        what = plural(found.stuck, "object", "objects")
        lines.append(f"{what} could not be freed and lie in gc.garbage.")
    return "\n".join(lines)
