"""A trace and a profile as still pictures: what is held by line, by function, by library."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from leakhunter.detect.words import plural
from leakhunter.doors.still import CODE, STRIP, bar, folded, notes, still, table
from leakhunter.doors.text.profile import biggest, freed_words
from leakhunter.doors.text.trace import cost_words, head_words, telling, unseen_words
from leakhunter.format import MISSING, column_text, column_unit

if TYPE_CHECKING:
    from leakhunter.trace.model import Branch, FunctionRow, LineRow, Profile, Trace

_LINES = 40
_FUNCTIONS = 40
"""More would be read by nobody, and cost 300 bytes each."""

_PARTS = 20
_LEAST = 0.002
"""Parts of less than this share of all are left out."""


def trace_html(trace: Trace) -> str:
    """Lines with bars, what Python did not see, and the functions to be opened."""
    most = max((max(r.held, r.allocated or 0) for r in trace.lines), default=0)
    unit = column_unit(max(most, abs(trace.unseen), 1024))
    parts = [f"<p><b>{escape(head_words(trace))}</b></p>"]
    if trace.lines:
        shown = telling(trace.lines, _LINES)
        parts.append(_lines(trace, shown, unit))
        rest = len(trace.lines) - len(shown)
        if rest > 0:
            parts.append(notes([plural(rest, "smaller line", "smaller lines")]))
        count = plural(len(trace.functions), "function", "functions")
        parts.append(folded(count, _functions(trace.functions[:_FUNCTIONS], unit)))
    parts.append(notes([unseen_words(trace), cost_words(trace), *trace.notes]))
    return still("".join(parts), trace.at)


def _lines(trace: Trace, shown: list[LineRow], unit: str) -> str:
    most = max(row.held for row in shown)
    heads = [
        (f"Held, {unit}", ""),
        ("", STRIP),
        ("Allocated", ""),
        ("Runs", ""),
        ("Line", CODE),
    ]
    rows = [
        [
            column_text(row.held, unit),
            bar(row.held, most),
            column_text(row.allocated, unit),
            MISSING if row.runs is None else f"{row.runs:,}",
            _place(trace, row),
        ]
        for row in shown
    ]
    return table(heads, rows)


def _place(trace: Trace, row: LineRow) -> str:
    spot = trace.spots[row.spot]
    text = escape(f"{spot.where}: {spot.source}" if spot.source else spot.where)
    if row.inside is None:
        return text
    inner = trace.spots[row.inside]
    function = f" ({inner.function})" if inner.function else ""
    return f'{text}<br><span class="lh-mute">in {escape(inner.where + function)}</span>'


def _functions(rows: list[FunctionRow], unit: str) -> str:
    heads = [
        (f"Own, {unit}", ""),
        ("With calls", ""),
        ("Allocated", ""),
        ("Calls", ""),
        ("Function", CODE),
    ]
    return table(
        heads,
        (
            [
                column_text(row.own, unit),
                column_text(row.total, unit),
                column_text(row.allocated, unit),
                MISSING if row.calls is None else f"{row.calls:,}",
                escape(row.name if row.name == row.where else f"{row.name}, {row.where}"),
            ]
            for row in rows
        ),
    )  # fmt: skip


def profile_html(profile: Profile, at: float) -> str:
    """The tree of cells, functions and lines, to be opened; then the libraries."""
    tree = profile.tree
    most = max(tree.held, tree.allocated or 0, *(b.allocated or 0 for b in tree.parts), 1)  # fmt: skip
    unit = column_unit(max(most, 1024))
    body = _branches(tree.parts, unit, most) + _libraries(profile, unit, most)
    return still(
        body + notes([*filter(None, [freed_words(profile)]), *profile.notes]), at
    )


def _libraries(profile: Profile, unit: str, most: int) -> str:
    """By library; what was freed again is left out where it was not followed."""
    heads = [(f"Held, {unit}", ""), ("", STRIP)]
    if profile.followed:
        heads += [("Allocated", ""), ("Peak", "")]
    rows = []
    for one in biggest(profile.libraries, _PARTS):
        row = [column_text(one.held, unit), bar(one.held, most)]
        if profile.followed:
            row += [column_text(one.allocated, unit), column_text(one.peak, unit)]
        rows.append([*row, escape(one.name)])
    return table([*heads, ("Library", CODE)], rows)


def _branches(parts: list[Branch], unit: str, most: int) -> str:
    shown = [b for b in parts if max(b.held, b.allocated or 0) >= most * _LEAST]
    return "".join(_branch(b, unit, most) for b in shown[:_PARTS])


def _branch(branch: Branch, unit: str, most: int) -> str:
    allocated = column_text(branch.allocated, unit)
    source = f" <code>{escape(branch.source)}</code>" if branch.source else ""
    head = (
        f"{escape(branch.name)}: {column_text(branch.held, unit)} {unit} held, "
        f"{allocated} allocated, peak {column_text(branch.peak, unit)}{source}"
    )
    inner = _branches(branch.parts, unit, most)
    if not inner:
        return f"<div>{head}</div>"
    opened = " open" if branch.level == "cell" else ""
    return f'<details{opened}><summary>{head}</summary><div style="margin-left:16px">{inner}</div></details>'
