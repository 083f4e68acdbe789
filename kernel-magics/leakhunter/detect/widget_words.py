"""What is said of outputs that are kept, and of closed widgets."""

from __future__ import annotations

from leakhunter.detect.case import Candidate, Case, Grouped, Told
from leakhunter.detect.known import see
from leakhunter.detect.made import chip
from leakhunter.detect.words import plural
from leakhunter.model import Holder


def tell_printed(case: Case, group: Grouped) -> Told:
    """Words for what was printed into an ``Output``."""
    slot = group.slots[0]
    widget = slot.label.removesuffix(".outputs")
    cut = case.graph.cuts[slot]
    node = case.graph.slots[cut.root]
    items = len(case.graph.edges[cut.target])
    named = not widget.startswith("Output ")
    what = f"`{widget}`" if named else f"`{case.graph.kinds[node]}` widget"
    return Told(
        verdict="leak",
        label=chip(case, group.freed.gone),
        group="check",
        part="registry",
        title=slot.label,
        names=[widget if named else "Output"],
        path=[slot.label, "ipywidgets", cut.root.label],
        reason=f"The {'widget ' if named else ''}{what} keeps all that was printed into it.",
        chain=[
            Holder(role="root", label="ipywidgets", note="keeps each open widget"),
            Holder(role="link", label=what, note=case.graph.kinds[node]),
            Holder(
                role="link", label="`.outputs`", note="keeps each output", stuck=True
            ),
            Holder(
                role="object",
                label=plural(items, "output", "outputs"),
                note="",
                bytes=group.freed.bytes,
            ),
        ],
        facts=[
            f"It holds {plural(items, 'output', 'outputs')} in the kernel, beside what the page shows.",
            "`clear_output()` acts through the page; without one nothing is cleared.",
            *see(case, "widget", "ipywidgets", "Output"),
        ],
        breaks=["What it shows goes from the page too."],
        fix=f"{widget}.outputs = ()" if named else None,
        made_again=False,
    )


def tell_closed(case: Case, group: Grouped, mine: list[Candidate]) -> Told:
    """Words for closed widgets that a signal of their class keeps."""
    slots = [s for m in mine for s in m.slots]
    name = str(slots[0].key).partition(".")[0]
    signal = str(slots[0].key).partition("[")[0]
    closed = plural(len(slots), "closed widget", "closed widgets")
    return Told(
        verdict="leak",
        label=chip(case, group.freed.gone),
        group="check",
        part="registry",
        title=", ".join(m.title for m in mine),
        names=[name],
        path=[signal, *(s.label for s in slots)],
        reason=f"The signal `{signal}` of its class keeps {closed}.",
        chain=[
            Holder(role="root", label=f"class {name}", note="reads a file again when it changes"),
            Holder(role="link", label=f"`{signal}`", note="keeps a function of each widget", stuck=True),
            Holder(role="object", label=closed, note="", bytes=group.freed.bytes),
        ],
        facts=[
            "anywidget connects each new widget and never disconnects it; `close()` does not either.",
            *see(case, "widget", "anywidget"),
        ],
        breaks=[],
        fix=f"{signal}.disconnect()   # open ones no longer follow the file",
        made_again=False,
    )  # fmt: skip
