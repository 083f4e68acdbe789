"""A growth test as a still picture: the verdict, its counts, the lines that leave what grows."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from leakhunter.doors.html import rich
from leakhunter.doors.still import CODE, STRIP, bar, folded, notes, still, table
from leakhunter.doors.text.prove import CHIPS, compared_words, counts, other_words
from leakhunter.format import size_text
from leakhunter.prove.walk import shown

if TYPE_CHECKING:
    from leakhunter.prove.model import GrownLine, Growth, Proof


def proof_html(proof: Proof) -> str:
    """What a test proved."""
    first = proof.growths[0] if proof.growths else None
    parts = [
        f"<p><b>{CHIPS[proof.verdict]}</b> {rich(proof.sentence)} {rich(proof.detail)}</p>"
    ]
    if first is not None:
        parts.append(_chart(first, proof.runs_at))
    if proof.compared is not None:
        parts.append(f"<p>{rich(compared_words(proof.compared))}</p>")
    if proof.lines:
        parts.append(_lines(proof.lines))
    if proof.lines_note:
        parts.append(notes([proof.lines_note]))
    if proof.fix is not None:
        parts.append(f"<p>Fix: <code>{escape(proof.fix)}</code></p>")
    rate = (
        f"Given out by allocators: {size_text(round(proof.bytes_per_run), signed=True)} a run; "
        f"resident: {size_text(round(proof.resident_per_run), signed=True)} a run."
    )
    texts = [*map(other_words, proof.growths[1:4]), rate, proof.counted, proof.control]
    listed = "".join(f"<li>{rich(text)}</li>" for text in texts)
    parts.append(folded("What else was counted", f"<ul>{listed}</ul>"))
    parts += [f"<p>{rich(sentence)}</p>" for sentence in proof.kept]
    return still("".join(parts), proof.at)


def _chart(growth: Growth, runs: list[int]) -> str:
    """One bar for each count."""
    low, high = min(growth.counts), max(growth.counts)
    heads = [("Runs", ""), (shown(growth.name), ""), ("", STRIP)]
    # the shortest bar stands for the least count, not for nothing
    rows = [
        [str(run), escape(text), bar(1 + (count - low), 1 + (high - low))]
        for run, count, text in zip(runs, growth.counts, counts(growth), strict=True)
    ]
    return table(heads, rows)


def _lines(lines: list[GrownLine]) -> str:
    heads = [("In each run", ""), ("", STRIP), ("Line that leaves it", CODE)]
    most = max(line.bytes for line in lines)
    rows = [
        [size_text(line.bytes, signed=True), bar(line.bytes, most), _place(line)]
        for line in lines
    ]
    return table(heads, rows)


def _place(line: GrownLine) -> str:
    text = escape(f"{line.where}: {line.source}" if line.source else line.where)
    if line.inside is None:
        return text
    return f'{text}<br><span class="lh-mute">in {escape(line.inside)}</span>'
