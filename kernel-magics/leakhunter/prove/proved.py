"""From what was counted to a proof: the verdict, its words, and the comparison with an earlier one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from leakhunter.prove import control, words
from leakhunter.prove.counted import Counted
from leakhunter.prove.growths import growths
from leakhunter.prove.model import Compared, Growth, GrowthVerdict, Proof
from leakhunter.prove.plan import BATCHES, LEAST, WARM_UP
from leakhunter.prove.verdict import line, runs_at, runs_to

if TYPE_CHECKING:
    from leakhunter.prove.trial import Trial
    from leakhunter.record.limits import Limit

FIXED = 0.1
"""Share of the old rate up to which a growth counts as fixed."""


class Rate(NamedTuple):
    """Growth a run of one place or class: in what is counted, and in bytes where that is known."""

    counts: float
    bytes: float


class Proved(NamedTuple):
    """A proof, with the rates of all that was counted."""

    proof: Proof
    rates: dict[str, Rate]


class Facts(NamedTuple):
    """What a proof says beside what was counted; ``fault`` is what the self-test found wrong."""

    id: str
    at: float
    seconds: float
    fault: str
    limit: Limit
    earlier: Proved | None


def conclude(trial: Trial, facts: Facts) -> Proved:
    """Say what a test proved."""
    counted, batches = trial.series.counted(), trial.batches
    found = growths(counted, batches) if len(batches) > 1 else []
    size, resident = _slopes(counted, batches)
    leaking = bool(found) and found[0].verdict == "leak"
    after = runs_to(facts.limit.bytes, facts.limit.used, size) if leaking else None
    verdict, sentence, detail = _words(trial, facts, found, size, after)
    rates = _rates(counted, batches, found)
    last = counted.readings[-1] if counted.readings else None
    proof = Proof(
        id=facts.id,
        at=facts.at,
        cell=trial.plan.cell,
        source_line=trial.plan.source_line,
        verdict=verdict,
        sentence=sentence,
        detail=detail,
        fix=words.FIXES.get(found[0].name) if leaking else None,
        ended=trial.ended,
        runs=trial.runs,
        seconds=facts.seconds,
        batches=list(batches),
        runs_at=runs_at(batches) if counted.readings else [],
        growths=found,
        live=counted.live(),
        resident=counted.resident(),
        bytes_per_run=size,
        resident_per_run=resident,
        limit=facts.limit.bytes,
        limit_after=after,
        counted=words.counted(
            len(last.classes) if last else 0,
            len(last.pile.lengths) if last else 0,
            found[1:],
            complete=last is None or last.pile.complete,
        ),
        control=facts.fault or control.PASSED,
        printed=trial.stage.silence.printed,
        kept=trial.kept,
        lines=[] if trial.sites is None or not leaking else trial.sites.lines,
        lines_note="" if trial.sites is None or not leaking else trial.sites.note,
        compared=None if facts.earlier is None else _compared(facts.earlier, rates),
    )
    return Proved(proof, rates)


def _words(
    trial: Trial, facts: Facts, found: list[Growth], size: float, after: int | None
) -> tuple[GrowthVerdict, str, str]:
    """Verdict, sentence and detail."""
    runs = trial.runs
    if trial.ended == "error":
        return "cannot-tell", *words.failed(runs + 1, trial.failed)
    if len(trial.batches) < 2:  # noqa: PLR2004 - one batch has no other to compare with
        return "cannot-tell", *words.short(trial.ended, runs, LEAST)
    if facts.fault:
        return "cannot-tell", facts.fault, "No verdict is given in this kernel."
    if _waiting(trial):
        return "cannot-tell", *words.WAITING
    if not found:
        shows = trial.plan.world.shows
        return "clean", *words.clean(trial.ended, runs, shows=shows)
    first = found[0]
    more = WARM_UP + sum(BATCHES)
    told = {
        "leak": (
            words.grows(first),
            words.leaks(first.bytes_per_run, size, after, trial.holder),
        ),
        "suspect": words.unsure(first, more, more * trial.seconds),
        "plateau": words.fills(first),
    }
    return first.verdict, *told[first.verdict]


def _waiting(trial: Trial) -> bool:
    """Do tasks of the event loop pile up?  It cannot run them while a test runs."""
    tasks = trial.series.counted().objects().get(("_asyncio", "Task"), [0])
    return tasks[-1] > tasks[0]


def _slopes(counted: Counted, batches: list[int]) -> tuple[float, float]:
    """Bytes a run that were given out, and that are resident."""
    if len(counted.readings) < 2:  # noqa: PLR2004 - no line through one point
        return 0.0, 0.0
    return line(counted.live(), batches)[0], line(counted.resident(), batches)[0]


def _rates(
    counted: Counted, batches: list[int], found: list[Growth]
) -> dict[str, Rate]:
    """Rates of all places; of what grows with the bytes of it."""
    if len(counted.readings) < 2:  # noqa: PLR2004 - no line through one point
        return {}
    rates = {
        name: Rate(
            line(counts, batches)[0], line(counted.bytes_under(name), batches)[0]
        )
        for name, counts in counted.places().items()
        if len(set(counts)) > 1
    }
    for growth in found:
        rates[growth.name] = Rate(growth.rate, growth.bytes_per_run or 0.0)
    return rates


def _compared(earlier: Proved, rates: dict[str, Rate]) -> Compared | None:
    """The decisive growth of an earlier proof, and what has become of it."""
    if not earlier.proof.growths:
        return None
    growth = earlier.proof.growths[0]
    before = earlier.rates[growth.name]
    now = rates.get(growth.name, Rate(0.0, 0.0))
    return Compared(
        before=earlier.proof.id,
        name=growth.name,
        rate_before=before.counts,
        rate_after=now.counts,
        bytes_before=before.bytes,
        bytes_after=now.bytes,
        fixed=now.counts <= FIXED * before.counts,
    )
