"""Messages made without the session: the same as the session's, or the session's own."""

from __future__ import annotations

from datetime import datetime, timezone
from types import SimpleNamespace

import pytest
from ipykernel.iostream import BackgroundSocket
from jupyter_client.session import Session

from leakhunter.doors.frames import frames
from leakhunter.doors.outbox import MESSAGE, TOPIC, Outbox
from leakhunter.messages import Progress, Unloaded

SENT = datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=timezone.utc)
REQUEST = {
    "msg_id": "a_1", "msg_type": "execute_request", "username": "zoë", "session": "a",
    "date": SENT, "version": "5.4", "subshell_id": None,
}  # fmt: skip


class Sent:
    """Keeps what is sent, as the thread behind a kernel's socket."""

    def __init__(self) -> None:
        self.messages: list[list[bytes]] = []

    def send_multipart(self, parts, **_options):
        self.messages.append(parts)


def kernel_of(session, parent=None):
    thread = Sent()
    return SimpleNamespace(
        session=session,
        iopub_socket=BackgroundSocket(thread),
        get_parent=lambda _channel: {} if parent is None else {"header": parent},
        sent=thread.messages,
    )


def understood(session, parts):
    """As a client reads it: the signature is checked."""
    _topic, parts = session.feed_identities(parts)
    return Session(key=session.key).deserialize(parts)


@pytest.mark.parametrize("parent", [None, REQUEST])
@pytest.mark.parametrize("metadata", [{}, {"tags": [1, "x"]}])
def test_a_message_is_as_the_session_makes_it(parent, metadata):
    session = Session(key=b"secret", metadata=metadata)
    kernel = kernel_of(session, parent)
    ours = frames(kernel, MESSAGE, b'{"seq":1}', TOPIC)
    session.send(
        kernel.iopub_socket,
        MESSAGE,
        {"seq": 1},
        parent=kernel.get_parent("shell"),
        ident=TOPIC,
    )
    (theirs,) = kernel.sent
    assert TOPIC == ours[0] == theirs[0]
    mine, usual = understood(session, ours), understood(session, theirs)
    for message in (mine, usual):
        message["header"].pop("date")
    number = int(mine["msg_id"].rpartition("_")[2])
    assert usual["msg_id"].endswith(f"_{number + 1}")
    for message in (mine, usual):
        message["msg_id"] = message["header"]["msg_id"] = ""
    assert usual == mine


def test_a_date_is_written_as_the_session_writes_it():
    session = Session(key=b"secret")
    ours = frames(kernel_of(session, REQUEST), MESSAGE, b"{}", TOPIC)
    assert session.pack(REQUEST["date"])[1:-1] in ours[4]


class Other(Session):
    """A session of somebody else's."""


def patched():
    session = Session()
    session.__dict__["send"] = lambda *_args, **_options: None
    return session


def forked():
    session = Session()
    session.pid = 1
    return session


@pytest.mark.parametrize(
    "session",
    [Other(), patched(), Session(packer="pickle", unpacker="pickle"), forked()],
    ids=["class", "patched", "packer", "fork"],
)
def test_an_unusual_session_sends_itself(session):
    assert frames(kernel_of(session), MESSAGE, b"{}", TOPIC) is None


def test_an_unusual_socket_gets_what_the_session_sends():
    kernel = kernel_of(Session())
    kernel.iopub_socket = Sent()
    assert frames(kernel, MESSAGE, b"{}", TOPIC) is None


def test_what_only_the_session_can_write_it_writes():
    session = Session(key=b"secret")
    kernel = kernel_of(session, REQUEST)
    outbox = Outbox(kernel)
    outbox.open = True
    outbox.send(Progress, request="half a pair \udc80", done=1, total=2)
    kernel.get_parent = lambda _channel: {"header": {**REQUEST, "odd": object}}
    assert frames(kernel, MESSAGE, b"{}", TOPIC) is None
    kernel.get_parent = lambda _channel: {"header": REQUEST}
    outbox.send(Unloaded)
    assert [1, 2] == [understood(session, m)["content"]["seq"] for m in kernel.sent]
