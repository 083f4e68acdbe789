"""The parts of the memory sheet in words, and the four groups that they form."""

from __future__ import annotations

from leakhunter.model import PartId

PART_WORDS: dict[PartId, str] = {
    "variables": "Variables some cell still reads",
    "hidden": "Held by libraries for you",
    "libraries": "Libraries and code",
    "pools": "Memory pools in use",
    "files": "Mapped files",
    "shared": "Shared memory",
    "leftover": "Leftover variables",
    "history": "Output history",
    "views": "Arrays pinned by small views",
    "traceback": "Failed-cell traceback",
    "registry": "Open figures and registries",
    "garbage": "Garbage not yet collected",
    "kept": "Kept free by Python",
    "unexplained": "Unexplained",
}

GROUPS: dict[str, tuple[PartId, ...]] = {
    "In use": ("variables", "hidden", "libraries", "pools", "files", "shared"),
    "Could go": ("leftover", "history", "views", "traceback", "registry", "garbage"),
    "Kept free by Python": ("kept",),
    "Unexplained": ("unexplained",),
}
