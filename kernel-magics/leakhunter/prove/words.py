"""What was proved, in words."""

from __future__ import annotations

from collections.abc import Sequence

from leakhunter.format import count_text, duration_text, size_text
from leakhunter.prove.model import Ended, Growth
from leakhunter.prove.walk import shown

_ORDINALS = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
)
_FIGURES = "Gcf.figs"
_RARE = 0.6
_ROUND = 0.05
_FAR = 100_000
"""Runs beyond which nobody cares when the limit is reached."""

FIXES = {_FIGURES: "plt.close(fig)"}
"""By the place that grows."""


def ordinal(number: int) -> str:
    """``The second run``, ``Run 12``: the beginning of a sentence."""
    if number <= len(_ORDINALS):
        return f"The {_ORDINALS[number - 1]} run"
    return f"Run {number}"


def subject(growth: Growth) -> str:
    """What grows, as the subject of a sentence."""
    if growth.name == _FIGURES:
        return "Figures"
    if growth.sort == "objects":
        return f"Objects of `{growth.name}`"
    if growth.name == "native memory":
        return "Memory of native code"
    return f"`{shown(growth.name)}`"


def per_run(growth: Growth) -> str:
    """By how much it grows: ``by 5 on every run``."""
    if growth.sort == "bytes":
        return f"by {size_text(round(growth.rate))} on every run"
    counted = growth.name == _FIGURES or growth.sort == "objects"
    if 0 < growth.rate < _RARE:
        return f"by {'1' if counted else '1 item'} in about {1 / growth.rate:.0f} runs"
    number = f"{growth.rate:.0f}"
    if abs(growth.rate - round(growth.rate)) > _ROUND:
        number = f"about {growth.rate:.1f}"
    unit = "" if counted else " item" if number == "1" else " items"
    return f"by {number}{unit} on every run"


def grows(growth: Growth) -> str:
    """``Figures grow by 5 on every run.``"""
    plural = growth.name == _FIGURES or growth.sort == "objects"
    of = (
        f" ({growth.what})"
        if growth.sort == "items" and growth.what and not plural
        else ""
    )
    by = per_run(growth).replace("item ", f"item{of} ").replace("items ", f"items{of} ")
    return f"{subject(growth)} {'grow' if plural else 'grows'} {by}."


def leaks(own: float | None, size: float, runs: int | None, holder: str) -> str:
    """What follows from a leak: the bytes a run, of itself or of the process, and when the limit is reached."""
    grown = max(own or 0.0, size)
    text = "Without slowing down"
    if grown >= 1:
        text = f"{size_text(round(grown), signed=True)} per run, without slowing down"
    if runs is not None and runs <= _FAR:
        text += f"; limit after {count_text(runs)} more runs"
    return f"{text}. Held by {holder}." if holder else f"{text}."


def failed(run: int, error: str) -> tuple[str, str]:
    """Words for a run that raised."""
    if run == 1:
        return (
            f"The first run raised {error}.",
            "The cell does not run as the session is now.",
        )
    return (
        f"{ordinal(run)} raised {error}.",
        "The cell uses up its input or changes it: make the input anew in the cell.",
    )


def short(ended: Ended, runs: int, least: int) -> tuple[str, str]:
    """Words for too few runs."""
    why = {
        "stopped": "Stopped",
        "time": "The time was up",
        "memory": "Memory was too full",
    }
    return (
        f"{why.get(ended, 'Ended')} after {runs} {'run' if runs == 1 else 'runs'}.",
        f"{least} are needed to tell.",
    )


def fills(growth: Growth) -> tuple[str, str]:
    """Words for something that fills up."""
    now = count_text(growth.counts[-1])
    if growth.bound is not None:
        return (
            "A cache that fills up.",
            f"`{growth.name}` holds {now} of at most {count_text(growth.bound)}.",
        )
    if growth.sort == "objects":
        return "Something fills up.", f"{subject(growth)} stop at about {now}."
    amount = size_text(growth.counts[-1]) if growth.sort == "bytes" else f"{now} items"
    return f"{subject(growth)} fills up.", f"Growth stops at about {amount}."


def unsure(growth: Growth, runs: int, seconds: float) -> tuple[str, str]:
    """Words for a suspicion."""
    return (
        "Grows, but too little to be sure.",
        f"{grows(growth)} {runs} runs ({duration_text(seconds)}) would tell.",
    )


def clean(ended: Ended, runs: int, *, shows: bool) -> tuple[str, str]:
    """Words for a cell that leaves nothing; ``shows``: but its last value, which the test drops."""
    text = f"{runs} runs."
    if ended == "settled":
        text = f"Two batches without growth; stopped after {runs} runs."
    if shows:
        text += " In the notebook each run adds its last value to `Out`; not here."
    return "Nothing grows.", text


WAITING = (
    "The cell leaves tasks to the event loop.",
    "They cannot run before the test has ended, so that they pile up in any case.",
)


def counted(
    classes: int, places: int, others: Sequence[Growth], *, complete: bool
) -> str:
    """What else was counted."""
    text = f"{count_text(classes)} classes and {count_text(places)} places counted"
    if not complete:
        text += " (not all: there are too many objects)"
    if not others:
        return f"{text}: no other growth."
    names = ", ".join(subject(g) for g in others[:3])
    more = f" and {len(others) - 3} more" if len(others) > 3 else ""  # noqa: PLR2004 - as many as are named
    return f"{text}. Also growing: {names}{more}."
