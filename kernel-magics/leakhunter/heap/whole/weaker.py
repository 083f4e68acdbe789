"""Where a weak reference would do, and the code for it.

Three habits keep objects alive that nobody meant to keep: lists of observers,
caches and links back to a parent.  They are known by the names that people
give them.  Whether the holder needs the object is for its author to say, so
this is advice: it says what else holds the object, and that it goes when
nothing does.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from leakhunter.heap.whole.references import Reference, Referred

_OBSERVERS = re.compile(
    r"(observer|listener|subscriber|watcher|handler|callback|hook|client|child|dependent)s?$"
    r"|children$"
)
_CACHE = re.compile(
    r"(cache|memo|registry|instances|pool|lookup|seen|by_\w+)$|^_?cached?_"
)
_PARENT = re.compile(
    r"^_*(parent|owner|root|master|container|manager|backref|prev|previous|head)$"
)


class Weaker(NamedTuple):
    """Code that holds weakly instead, and the sentence that says what that means."""

    code: str
    when: str


def weaker(reference: Reference, referred: Referred) -> Weaker | None:
    """The code for one strong reference; ``None`` where a weak one would not do."""
    if not reference.holder or not (referred.weakly or reference.how == "method"):
        return None
    code = _code(reference)
    if code is None:
        return None
    others = [
        r.label
        for r in referred.strong
        if r.holder != reference.holder
        and r.how in ("name", "attribute", "module", "item")
    ]
    if others:
        when = f"`{others[0]}` keeps it; `{reference.holder}` need not."
    else:
        when = "No other name holds it: with a weak reference it goes at once."
    return Weaker(code, when)


def _code(reference: Reference) -> str | None:
    """By the habit that the reference looks like."""
    holder, field = reference.holder, reference.field.lower()
    if (
        reference.how == "method"
        and reference.container == "list"
        and _OBSERVERS.search(field)
    ):
        return (
            "import weakref\n"
            f"{holder} = [weakref.WeakMethod(m) for m in {holder}]"
            "   # call each as m()(...) if m() is not None"
        )
    if (
        reference.how == "item"
        and reference.container in ("list", "set")
        and _OBSERVERS.search(field)
    ):
        return f"import weakref\n{holder} = weakref.WeakSet({holder})   # needs objects that can be hashed"
    if reference.container == "dict" and _CACHE.search(field):
        if reference.how == "item":
            kind = "WeakValueDictionary"
        elif reference.how == "key":
            kind = "WeakKeyDictionary"
        else:
            return None
        return f"import weakref\n{holder} = weakref.{kind}({holder})"
    if reference.how == "attribute" and _PARENT.search(field):
        place = f"{holder}.{reference.field}"
        return (
            f"import weakref\n{place} = weakref.ref({place})   # read it as {place}()"
        )
    return None
