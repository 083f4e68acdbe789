"""The kernel's memory at one moment, and the parts that it is made of."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, get_args

from leakhunter.cells import ref_of
from leakhunter.model import Child, Gpu, Memory, Part, PartDetail, PartId, Sheet
from leakhunter.record import children as process
from leakhunter.record import gpu

if TYPE_CHECKING:
    from leakhunter.balance import Balance
    from leakhunter.detect.case import Case
    from leakhunter.record.limits import Limits
    from leakhunter.record.meter import Meter, Status
    from leakhunter.record.recorder import Recorder


def read_memory(
    meter: Meter, limits: Limits, recorder: Recorder, status: Status | None = None
) -> Memory:
    """Read the memory now, or tell it as this reading has it."""
    status = meter.status() if status is None else status
    limit = limits.read(status.rss)
    peak, exact, run = recorder.peak
    return Memory(
        at=time.time(),
        rss=status.rss,
        anon=status.anon,
        peak=max(peak, status.rss),
        peak_exact=exact,
        peak_cell=None if run is None or peak < status.rss else ref_of(run),
        limit=limit.bytes,
        limit_source=limit.source,
        limit_used=limit.used,
    )


def children_of(children: Iterable[process.Child], case: Case) -> list[Child]:
    """Child processes that run and whose memory is known, the biggest first."""
    found = []
    for child in children:
        run = case.run(child.run) if child.run is not None else None
        if child.alive and not child.helper:
            found.append(
                Child(
                    pid=child.pid,
                    name=child.name,
                    bytes=(child.bytes or 0) + child.kin,
                    cell=None if run is None else ref_of(run),
                )
            )
    return sorted(found, key=lambda c: -c.bytes)


def gpus() -> list[Gpu]:
    """GPUs in use; what a library does not tell counts as what its arrays take."""
    return [
        Gpu(
            name=one.name or one.device,
            allocated=one.allocated,
            reserved=one.allocated if one.reserved is None else one.reserved,
            peak=one.peak,
        )
        for one in gpu.look()
    ]


def sheet_of(balance: Balance, children: list[Child]) -> Sheet:
    """The sheet of a balance: its pieces by part, in the order of the screen."""
    found: dict[PartId, list[PartDetail]] = {part: [] for part in get_args(PartId)}
    for piece in balance.pieces:
        found[piece.part].append(PartDetail(label=piece.label, bytes=piece.bytes))
    parts = [
        Part(
            part=part,
            bytes=sum(d.bytes for d in details),
            details=sorted((d for d in details if d.label), key=lambda d: -d.bytes),
            checked=part not in balance.unchecked,
        )
        for part, details in found.items()
    ]
    return Sheet(
        at=time.time(),
        rss=sum(p.bytes for p in parts),
        parts=parts,
        overlap=balance.overlap,
        children=children,
        gpus=gpus(),
    )
