"""A wish that cannot be granted."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - an answer, not an error
    """A wish that cannot be granted; its text is one sentence for the user."""
