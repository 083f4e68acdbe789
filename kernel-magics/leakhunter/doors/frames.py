"""A message on iopub as the frames that go over the wire, made without the session's own way.

Jupyter's session builds a message of dictionaries and writes each with
:mod:`json`: 40 µs more than this in every cell, twice.  What goes out is the
same, also its number, date and signature.  Where a session, its packer or its
socket is not the usual one, there are no frames and the session sends.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import msgspec

_DELIMITER = b"<IDS|MSG>"
_JSON = ("json", "orjson")

_encode = msgspec.json.Encoder().encode


def frames(kernel: Any, kind: str, content: bytes, topic: bytes) -> list[bytes] | None:
    """The frames of a message about the request that runs; None where the session must send it.

    Parameters
    ----------
    kernel
        The ipykernel.
    kind
        Type of the message.
    content
        JSON.
    topic
        What subscribers may choose by.
    """
    session = kernel.session
    if not _usual(session, kernel.iopub_socket):
        return None
    parent = kernel.get_parent("shell")
    try:
        parts = [
            _encode(session.msg_header(kind)),
            _encode(parent["header"] if parent else {}),
            _encode(session.metadata),
            content,
        ]
    except (TypeError, KeyError, UnicodeEncodeError):
        return None
    return [topic, _DELIMITER, session.sign(parts), *parts]


def _usual(session: Any, socket: Any) -> bool:
    """Is this Jupyter's own session, as it is, in the process that it was made in?"""
    return (
        type(session) is _class_of("jupyter_client.session", "Session")
        and type(socket) is _class_of("ipykernel.iostream", "BackgroundSocket")
        and "send" not in vars(session)
        and session.packer in _JSON
        and not session.adapt_version
        and session.pid == os.getpid()
    )


def _class_of(module: str, name: str) -> Any:
    """A class of a module that is loaded; else a thing that is no object's class."""
    return vars(sys.modules[module]).get(name) if module in sys.modules else None
