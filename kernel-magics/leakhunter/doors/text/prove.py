"""A growth test as text: what will run, how far it is, what it proved, with a chart of the batches."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from leakhunter.doors.text.layout import WIDTH, pad, plain
from leakhunter.format import count_text, duration_text, ellipsis, size_text
from leakhunter.heap.safe import short
from leakhunter.prove.walk import shown
from leakhunter.trace.grown import RUNS

if TYPE_CHECKING:
    from leakhunter.prove.model import Compared, GrownLine, Growth, Plan, Proof

CHIPS = {
    "leak": "LEAK",
    "plateau": "PLATEAU",
    "clean": "CLEAN",
    "suspect": "SUSPECT",
    "cannot-tell": "CANNOT TELL",
}
_COLUMNS = 40
"""Width of the longest bar."""

_OTHERS = 4


def plan_text(plan: Plan) -> str:
    """What will run, what it changes, and when it stops."""
    lines = [f"Prove it: {_cell(plan.cell.execution_count)} {plan.source_line}"[:WIDTH]]
    batches = ", ".join(map(str, plan.batches))
    time = (
        f"at most {duration_text(plan.max_seconds)}"
        if plan.seconds is None
        else f"about {duration_text(plan.seconds)}"
    )
    lines += _wrap(
        f"Runs it {plan.warm_up} times to warm up, then in batches of {batches}: "
        f"at most {plan.runs} runs, {time}. It ends early when nothing grows; "
        f"a leak is followed by {RUNS} slower runs that find its lines."
    )
    lines += _wrap(
        f"Stops when memory reaches {size_text(plan.stop_bytes)}; now {size_text(plan.memory)} are used."
    )
    world = plan.world
    if world.rebound:
        lines += _item(f"Names that it binds are put back: {_names(world.rebound)}.")
    if world.grown:
        lines += _item(f"What it adds is taken out again: {_names(world.grown)}.")
    if world.random:
        lines += _item("Random numbers go on afterwards as if it had not run.")
    for change in world.changes:
        where = f" (line {change.line})" if change.line else ""
        lines += _item(f"{change.text[:-1]}{where}.", mark="!")
    return "\n".join(lines)


def batch_text(plan: Plan, batch: int, left: float) -> str:
    """A line for a batch that begins."""
    if batch > len(plan.batches):
        return f"Finding the lines: {RUNS} more runs, slower ..."
    return f"Batch of {plan.batches[batch - 1]} ... about {plain(duration_text(left))} left"


def run_text(plan: Plan, batch: int, run: int, left: float) -> str:
    """The line that changes with each run."""
    if batch > len(plan.batches):
        return f"Finding the lines: run {run} of {RUNS}, slower"
    name = f"Batch of {plan.batches[batch - 1]}" if batch else "Warm-up"
    time = f", about {plain(duration_text(left))} left" if left and batch else ""
    return f"{name}: run {run}{time}"


def proof_text(proof: Proof) -> str:
    """What a test proved."""
    head = f"{CHIPS[proof.verdict]}  {proof.sentence}"
    lines = textwrap.wrap(plain(head), WIDTH) + _wrap(proof.detail)
    first = proof.growths[0] if proof.growths else None
    if first is not None:
        lines += ["", *_chart(first, proof.runs_at)]
    if proof.fix:
        lines += ["", f"  Fix:  {proof.fix}"]
    if proof.compared is not None:
        lines += ["", *_wrap(compared_words(proof.compared))]
    if proof.lines:
        lines += ["", *_sites(proof.lines)]
    lines.append("")
    if proof.lines_note:
        lines += _item(proof.lines_note)
    for other in proof.growths[1:_OTHERS]:
        lines += _item(other_words(other))
    lines += _item(
        f"Given out by allocators: {size_text(round(proof.bytes_per_run), signed=True)} a run; "
        f"resident: {size_text(round(proof.resident_per_run), signed=True)} a run."
    )
    lines += _item(proof.counted)
    lines += _item(proof.control)
    for sentence in proof.kept:
        lines += _item(sentence, mark="!")
    lines += _wrap(
        f"Test {proof.id} of {_cell(proof.cell.execution_count)}: {proof.runs} runs, "
        f"{duration_text(proof.seconds)}. Names, outputs and figures are as before."
    )
    return "\n".join(lines)


def _sites(lines: Sequence[GrownLine]) -> Iterable[str]:
    """The lines that leave it, with what each leaves."""
    yield "  Lines that leave it, in each run:"
    for line in lines:
        size = plain(size_text(line.bytes, signed=True))
        yield ellipsis(
            f"  {size:>11}  {line.where}: {line.source}".rstrip(": "), WIDTH, 24
        )
        if line.inside is not None:
            yield ellipsis(f"  {'':>11}  in {line.inside}", WIDTH, 24)


def counts(growth: Growth) -> list[str]:
    """What was counted, as texts."""
    return [
        plain(size_text(c)) if growth.sort == "bytes" else count_text(c)
        for c in growth.counts
    ]


def _chart(growth: Growth, runs: Sequence[int]) -> Iterable[str]:
    """One bar for each count."""
    low = min(growth.counts)
    span = max(growth.counts) - low
    shown_counts = counts(growth)
    wide = max(map(len, shown_counts))
    yield f"  {plain(shown(growth.name))[: WIDTH - 20]}, after so many runs:"
    for run, count, text in zip(runs, growth.counts, shown_counts, strict=True):
        # the shortest bar stands for the least count, not for nothing
        length = 1 + round((count - low) / span * (_COLUMNS - 1)) if span else 1
        yield f"  {run:>4}  {pad(text, wide, right=True)}  {'█' * length}"


def other_words(growth: Growth) -> str:
    """Something else that grows."""
    limit = f" of at most {count_text(growth.bound)}" if growth.bound else ""
    now = (
        size_text(growth.counts[-1])
        if growth.sort == "bytes"
        else count_text(growth.counts[-1])
    )
    return f"{CHIPS[growth.verdict].capitalize()}: `{shown(growth.name)}`, now {now}{limit}."


def compared_words(compared: Compared) -> str:
    """What has become of an earlier growth."""
    before = _rate(compared.rate_before, compared.bytes_before)
    after = _rate(compared.rate_after, compared.bytes_after)
    word = "Fixed" if compared.fixed else "Not fixed"
    return f"{word}: `{shown(compared.name)}` grew {before} a run in {compared.before}, now {after}."


def _rate(count: float, size: float) -> str:
    return f"{count:+.1f} ({size_text(round(size), signed=True)})"


def _cell(count: int | None) -> str:
    return f"[{count}]" if count else "[ ]"


def _names(names: Sequence[str]) -> str:
    found = ", ".join(short(n) for n in names[:6])
    return f"{found} and {len(names) - 6} more" if len(names) > 6 else found  # noqa: PLR2004 - as many as are named


def _wrap(text: str) -> list[str]:
    return textwrap.wrap(
        plain(text), WIDTH, initial_indent="  ", subsequent_indent="  "
    )


def _item(text: str, mark: str = "-") -> list[str]:
    return textwrap.wrap(
        plain(text), WIDTH, initial_indent=f"  {mark} ", subsequent_indent="    "
    )
