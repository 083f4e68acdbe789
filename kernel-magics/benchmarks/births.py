"""How right "held now" by cell is, against the truth, over the corpus and the example.

    python kernel-magics/benchmarks/births.py                # everything
    python kernel-magics/benchmarks/births.py A01,A03        # some cases

Each notebook runs in a kernel of its own, and the same pictures are given to three
ledgers: one with the hooks, one that looks after each cell, one that looks
only at the end, as after Run All.  An error is what was said of a wrong cell,
in percent of what all cells hold.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
CORPUS = HERE.parent / "tests" / "corpus"
EXAMPLE = HERE.parents[1] / "examples" / "where-did-my-memory-go.ipynb"
sys.path[:0] = [str(CORPUS)]

from corpus_kernel import CaseError, Kernel, purge_shm  # noqa: E402 - a folder of scripts
from run_corpus import overlay_for  # noqa: E402

WAYS = {"hooks": "Hooks", "each": "Checks after each cell", "end": "One check at the end"}  # fmt: skip
NEAR = 2
"""Percent within which an answer is right."""

LEAST = 1_000_000
"""Bytes that a notebook must hold in arrays to be compared."""

BEGIN = f"""
import sys as _s, builtins as _b
_s.path[:0] = [{str(HERE.parent)!r}, {str(HERE)!r}]
import birth_truth as _t
_b._truth = _t.begin(get_ipython())
"""
COMPARE = """
import builtins as _b, leakhunter as _l, types as _y
from leakhunter.heap.ledger import Ledger as _L
_h = _l._watch.hunter
_b._ledgers = {"each": _L(), "end": _L()}
_b._last = False
def _births(self, graph, made, _plain=type(_h)._births):
    for name, ledger in _b._ledgers.items():
        if name == "each" or _b._last:
            ledger.update(graph, self.recorder.last_run, made, {})
    return _plain(self, graph, made)
_h._births = _y.MethodType(_births, _h)
del _births, _y, _L, _h, _l, _b
"""
ASK = """
import builtins as _b, leakhunter as _l, json as _j, sys as _s, gc as _g
_b._last = True
_h = _l._watch.hunter
_h.check()
def _said(ledger, made):
    total = dict(made)
    for entry in ledger._entries.values():
        if entry.counted or entry.ref is None or "numpy" not in _s.modules:
            continue
        if isinstance(entry.ref(), _s.modules["numpy"].ndarray):
            total[entry.run] = total.get(entry.run, 0) + entry.bytes
    return total
_made = {run: one.held for run, one in _h.recorder.births.made().items()}
print(_j.dumps({"truth": _b._truth.held(), "about": _h.recorder.births.about(), "lost": _h.recorder.births.lost,
    "hooks": _said(_h._ledger, _made), **{n: _said(v, {}) for n, v in _b._ledgers.items()}}))
"""


def notebooks(only: list[str]) -> list[dict[str, Any]]:
    """Cases of the corpus, and the example as one."""
    found = [json.loads(path.read_text()) for path in sorted((CORPUS / "cases").glob("*.json"))]  # fmt: skip
    cells = json.loads(EXAMPLE.read_text())["cells"]
    code = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
    example = {"id": "example", "packages": ["numpy", "pandas"], "cells": code}
    return [c for c in [example, *found] if not only or c["id"] in only]


def compared(case: dict[str, Any]) -> dict[str, Any] | None:
    """What was said and what is true of one notebook, bytes by cell; None when it cannot run here."""
    paths, why = overlay_for(case, str(HERE.parents[1] / ".venv-corpus" / "overlays"))
    if why or case.get("runs_here") is False:
        return None
    purge_shm(case)
    try:
        with Kernel(case["id"], time.monotonic() + 180, paths) as kernel:
            kernel.execute(BEGIN)
            kernel.execute("%load_ext leakhunter")
            kernel.execute(COMPARE)
            for number, source in enumerate(case["cells"], 1):
                kernel.execute(f"import builtins as _b; _b._truth.cell = {number}")
                kernel.execute(source, number)
                kernel.execute("import leakhunter; leakhunter._watch.hunter.check(); del leakhunter")  # fmt: skip
            text, error = kernel.execute(ASK)
    finally:
        purge_shm(case)
    if error:
        raise CaseError(error)
    return dict(json.loads(text.splitlines()[-1]))


def error(said: dict[str, int], truth: dict[str, int]) -> int:
    """Bytes that are said of a wrong cell, or of none."""
    wrong = [said.get(run, 0) - truth.get(run, 0) for run in {*said, *truth}]
    return max(sum(w for w in wrong if w > 0), -sum(w for w in wrong if w < 0))


def main(only: str = "") -> None:
    """Print each notebook, and all of them."""
    rows = []
    print(f"{'':9}{'MB held':>9}" + "".join(f"{told:>25}" for told in WAYS.values()))
    for case in notebooks([c for c in only.split(",") if c]):
        try:
            found = compared(case)
        except CaseError as reason:
            print(f"{case['id']:9} {reason}")
            continue
        total = sum(found["truth"].values()) if found else 0
        if found is None or total < LEAST:
            continue
        wrong = {way: error(found[way], found["truth"]) for way in WAYS}
        rows.append((total, wrong))
        print(
            f"{case['id']:9}{total / 1e6:>9.1f}"
            + "".join(f"{100 * wrong[way] / total:>23.2f} %" for way in WAYS),
            "" if found["about"].startswith("hooks") else found["about"], flush=True,
        )  # fmt: skip
    if not rows:
        return
    for name, told in WAYS.items():
        parts = [100 * wrong[name] / total for total, wrong in rows]
        whole = 100 * sum(w[name] for _, w in rows) / sum(t for t, _ in rows)
        print(
            f"{told}: {sum(p <= NEAR for p in parts)} of {len(parts)} notebooks within {NEAR} %; all "
            f"together {whole:.2f} %, median {statistics.median(parts):.2f} %, worst {max(parts):.1f} %"
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
