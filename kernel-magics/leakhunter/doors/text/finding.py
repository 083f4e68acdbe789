"""One finding as text: what holds it, why, what clearing frees, the fix."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from leakhunter.doors.text.layout import WIDTH, plain
from leakhunter.format import size_text

if TYPE_CHECKING:
    from leakhunter.model import Finding


def finding_text(finding: Finding) -> str:
    """One finding: what holds it, why, what clearing frees, and the fix."""
    lines = [
        f"{finding.label}  {plain(finding.title)}   {plain(size_text(finding.frees))}"
    ]
    for depth, step in enumerate(finding.chain):
        branch = "" if depth == 0 else "    " * (depth - 1) + "  └─ "
        note = f"  ({plain(step.note)})" if depth == 0 and step.note else ""
        more = f" {plain(step.note)}" if depth and step.note and not step.stuck else ""
        stuck = "   ← stuck here" if step.stuck else ""
        lines.append(f"  {branch}{plain(step.label)}{note}{more}{stuck}"[:WIDTH])
    lines += [""] + [line for fact in finding.facts for line in _item(fact)]
    how = "exactly" if finding.exact else "at least"
    sentence = f"Clearing frees {plain(size_text(finding.frees))}, {how}."
    breaks = [plain(b) for b in finding.breaks] or ["Breaks nothing."]
    lines += [
        "",
        *textwrap.wrap(
            " ".join([sentence, *breaks]),
            WIDTH - 2,
            initial_indent="  ",
            subsequent_indent="  ",
        ),
    ]
    if finding.fix:
        lines.append(f"  Fix:  {finding.fix}")
    return "\n".join(lines)


def _item(text: str) -> list[str]:
    return textwrap.wrap(
        plain(text), WIDTH - 4, initial_indent="  - ", subsequent_indent="    "
    )
