"""Findings: one file a kind.  Reads only, and only what :class:`~leakhunter.detect.case.Case` holds.

A detector is a module with

``KIND``
    its kind, a word of :data:`leakhunter.model.Kind`;
``candidates(case)``
    sets of slots that hold memory nobody seems to need;
``tell(case, group)``
    the finding's words, for a group of candidates that free their memory together;
``does(members)``
    what clearing some of its candidates does, and what it then has done: two sentences.

To add one: write the file, add it to ``DETECTORS``, write its test.
"""

from __future__ import annotations

from types import ModuleType

from leakhunter.detect import (
    accumulator,
    allocator_retention,
    async_task,
    autograd_graph,
    cache,
    child_processes,
    closure,
    container_holds,
    document,
    figure,
    gc_state,
    index_cache,
    leftover,
    module_namespace,
    native_leak,
    open_resource,
    output_history,
    ref_cycle,
    registry,
    suspended_frame,
    thread_frame,
    traceback,
    uncollectable_cycle,
    view_base,
    widget,
)

DETECTORS: tuple[ModuleType, ...] = (
    figure,
    document,
    widget,
    registry,
    module_namespace,
    open_resource,
    child_processes,
    async_task,
    thread_frame,
    suspended_frame,
    autograd_graph,
    cache,
    accumulator,
    container_holds,
    closure,
    leftover,
    traceback,
    output_history,
    view_base,
    index_cache,
    uncollectable_cycle,
    ref_cycle,
    gc_state,
    native_leak,
    allocator_retention,
)
"""In the order in which a kind gives its name to a mixed group, and in which
one of several that free the same memory is kept: holders that tell more come
before plain variables."""
