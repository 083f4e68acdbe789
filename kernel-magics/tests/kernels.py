"""A real ipykernel, spoken to as JupyterLab does."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager

ACTIVATE = "try:\n    __import__('leakhunter').activate()\nexcept Exception:\n    pass"
TIMEOUT = 60


class RealKernel:
    """A kernel in its own folder; a context manager that leaves nothing behind."""

    def __init__(self, env: dict[str, str] | None = None) -> None:
        self.home = tempfile.mkdtemp(prefix="leakhunter-test-")
        package = str(Path(__file__).resolve().parents[1])
        path = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")]))
        whole = {
            **os.environ,
            "IPYTHONDIR": self.home + "/ipython",
            "PYTHONPATH": path,
            **(env or {}),
        }
        self.manager = KernelManager()
        self.manager.start_kernel(cwd=self.home, env=whole)
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=TIMEOUT)
        self.events: list[dict[str, Any]] = []
        self.messages: list[dict[str, Any]] = []
        self._seq = 0
        self._cell = 0

    def __enter__(self):
        return self

    def __exit__(self, *exc: object) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        shutil.rmtree(self.home, ignore_errors=True)

    # -- cells ----------------------------------------------------------------

    def send(
        self, code: str, *, silent: bool = False, cell_id: str | None = None
    ) -> str:
        """Send code without waiting; returns the message id."""
        self._cell += not silent
        content = {
            "code": code,
            "silent": silent,
            "store_history": not silent,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": not silent,
        }
        meta = {} if silent else {"cellId": cell_id or f"cell-{self._cell}"}
        msg = self.client.session.msg("execute_request", content, metadata=meta)
        self.client.shell_channel.send(msg)
        return msg["header"]["msg_id"]

    def wait(self, msg_id: str) -> tuple[str, str | None]:
        """Printed text and error of a run."""
        text: list[str] = []
        idle = False
        end = time.monotonic() + TIMEOUT
        while not idle:
            assert time.monotonic() < end, "the kernel did not answer"
            msg = self._iopub()
            if msg is None or msg["parent_header"].get("msg_id") != msg_id:
                continue
            if msg["msg_type"] == "stream":
                text.append(msg["content"]["text"])
            idle = (
                msg["msg_type"] == "status"
                and msg["content"]["execution_state"] == "idle"
            )
        while True:
            reply = self.client.get_shell_msg(timeout=TIMEOUT)
            if reply["parent_header"].get("msg_id") == msg_id:
                body = reply["content"]
                error = (
                    f"{body.get('ename')}: {body.get('evalue')}"
                    if body["status"] == "error"
                    else None
                )
                return "".join(text), error

    def run(self, code: str, **options: Any) -> str:
        """Run a cell that must not fail; returns what it printed."""
        text, error = self.wait(self.send(code, **options))
        assert error is None, error
        return text

    def value(self, expression: str) -> Any:
        """A value of the user's namespace, asked for without a trace."""
        code = f"import json as _j; print(_j.dumps({expression})); del _j"
        return json.loads(self.run(code, silent=True))

    def load(self) -> None:
        """Switch the extension on as the sidebar does."""
        self.run(ACTIVATE, silent=True)

    # -- the wire ---------------------------------------------------------------

    def _iopub(self) -> dict[str, Any] | None:
        try:
            msg = self.client.get_iopub_msg(timeout=1)
        except queue.Empty:
            return None
        self.messages.append(msg)
        if msg["msg_type"] == "leakhunter_event":
            self.events.append(msg["content"])
        return msg

    def ask(self, command: str, **arguments: Any) -> dict[str, Any]:
        """Ask on the control channel; returns the whole reply."""
        self._seq += 1
        content = {
            "type": "request",
            "seq": self._seq,
            "command": f"leakhunter.{command}",
            "arguments": arguments,
        }
        return self._control(content)

    def _control(self, content: dict[str, Any]) -> dict[str, Any]:
        msg = self.client.session.msg("debug_request", content)
        self.client.control_channel.send(msg)
        end = time.monotonic() + TIMEOUT
        while time.monotonic() < end:
            with contextlib.suppress(queue.Empty):
                reply = self.client.get_control_msg(timeout=1)
                if reply["parent_header"].get("msg_id") == msg["header"]["msg_id"]:
                    return reply["content"]
        message = f"no reply to {content}"
        raise AssertionError(message)

    def debug(self, command: str) -> dict[str, Any]:
        """Ask the debugger itself; returns what does not change from reply to reply."""
        reply = self._control(
            {"type": "request", "seq": 1, "command": command, "arguments": {}}
        )
        return {k: reply.get(k) for k in ("type", "command", "success")}

    def hello(self, *, visible: bool = True, glances: bool = False) -> dict[str, Any]:
        """Present a front end."""
        reply = self.ask(
            "hello", protocol=1, client="test", visible=visible, glances=glances
        )
        assert reply["success"], reply
        return reply["body"]

    def event(self, kind: str, request: str | None = None) -> dict[str, Any]:
        """The next event of a kind that has not been taken yet."""
        end = time.monotonic() + TIMEOUT
        while time.monotonic() < end:
            for i, event in enumerate(self.events):
                if event["kind"] == kind and (
                    request is None or event.get("request") == request
                ):
                    del self.events[i]
                    return event
                if event["kind"] == "refused" and event["request"] == request:
                    raise AssertionError(event["message"])
            self._iopub()
        message = f"no event {kind}; seen {[e['kind'] for e in self.events]}"
        raise AssertionError(message)

    def magic(self, line: str) -> Any:
        """The JSON document of a magic, run silently."""
        return json.loads(self.run(f"%leakcheck {line} --json", silent=True))
