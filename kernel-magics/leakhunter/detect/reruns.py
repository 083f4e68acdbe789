"""What cells that read a cleared variable need before they can run again."""

from __future__ import annotations

from collections.abc import Sequence

from leakhunter.detect.case import Case
from leakhunter.detect.words import listed
from leakhunter.format import duration_text


def breaks_of(case: Case, names: Sequence[str]) -> list[str]:
    """Which cells read variables that go, and what to run before them with how long that took."""
    broken = []
    for name in names:
        use = case.uses.get(name)
        if use is None:
            continue
        links = list(dict.fromkeys(r.link for r in use.readers if r is not use.made))
        if links and use.made is not None:
            verb, again = ("reads", "it") if len(links) == 1 else ("read", "them")
            run = case.run(use.made.run)
            took = f" ({duration_text(run.seconds)})" if run is not None else ""
            broken.append(
                f"{listed(links)} {verb} `{name}`. To run {again} again, first run {use.made.link}{took}."
            )
    return broken
