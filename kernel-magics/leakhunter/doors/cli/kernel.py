"""The kernel of one run: started, asked as a front end does, and ended with all it began."""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import signal
import tempfile
import time
from pathlib import Path
from typing import IO, Any

from jupyter_client.manager import AsyncKernelManager

from leakhunter.act.refusal import Refusal
from leakhunter.doors.cli.client import Client

START = 120
"""Seconds for a kernel to answer for the first time; a cold disk is slow."""

ANSWER = 10
"""Seconds for an answer on the control channel, which a cell does not block."""

SPACING = 0.025
"""Seconds from one message to the next: the kernel side answers 50 a second."""

AGAIN = 0.2
"""Seconds until something that was dropped is asked again."""

ACTIVATE = """try:
    __import__('leakhunter').activate()
except Exception:
    pass"""
"""The only code that is run beside the notebook's and ``%leakcheck``: the sidebar's, to the letter."""

STATUS = "getattr(__import__('sys').modules.get('leakhunter'), 'status', lambda: 'missing')()"

HISTORY = "--HistoryManager.hist_file=:memory:"
"""What a run in CI types is no history of the user's."""


class KernelEnded(Exception):  # noqa: N818 - an ending, not an error of ours
    """The kernel is not there any more."""


class Kernel:
    """A kernel of our own.

    Parameters
    ----------
    name
        Its kernelspec.
    cwd
        The folder that it runs in.

    Attributes
    ----------
    manager, client
        Those of jupyter_client.
    """

    def __init__(self, name: str, cwd: Path) -> None:
        self._name = name
        self._cwd = cwd
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed in end()
        self._group: int | None = None
        self._said = 0.0
        self.manager = AsyncKernelManager(kernel_name=name)
        self.manager.client_factory = Client
        self.client: Any = None

    # ------------------------------------------------------------- its life

    async def start(self) -> None:
        """Start it and wait for its first answer.

        Raises
        ------
        Refusal
            One sentence, when it does not start.
        """
        manager = self.manager
        extra = [HISTORY] if manager.ipykernel else []
        try:
            await manager.start_kernel(
                cwd=str(self._cwd),
                extra_arguments=extra,
                stdout=self._errors,
                stderr=self._errors,
            )
            self._group = getattr(manager.provisioner, "pgid", None)
            self.client = manager.client()
            self.client.start_channels()
            await self.client.wait_for_ready(timeout=START)
        except (OSError, RuntimeError) as error:
            msg = f"The kernel '{self._name}' did not start: {self._last_words() or error}."
            raise Refusal(msg) from None

    def _last_words(self) -> str:
        """The last line that the process wrote."""
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").split("\n")
        return next((x.strip().rstrip(".") for x in reversed(lines) if x.strip()), "")

    @property
    def pid(self) -> int | None:
        """Its process, where it is one of this machine."""
        return getattr(self.manager.provisioner, "pid", None)

    @property
    def status(self) -> int | None:
        """How its process ended: its exit status, or a signal as a negative number."""
        process = getattr(self.manager.provisioner, "process", None)
        return process.poll() if process is not None else None

    async def alive(self) -> bool:
        """Is its process there?"""
        return bool(await self.manager.is_alive())

    async def interrupt(self) -> None:
        """Interrupt the cell that runs."""
        await self.manager.interrupt_kernel()

    async def end(self, *, now: bool) -> None:
        """End it and every process that it began; without ``now`` it may say good-bye."""
        if self.client is not None:
            self.client.stop_channels()
        with contextlib.suppress(RuntimeError, OSError, asyncio.CancelledError):
            if self.manager.has_kernel and await self.manager.is_alive():
                await self.manager.shutdown_kernel(now=now)
        # what it began and left running, which no shutdown ends
        if self._group and hasattr(os, "killpg") and self._group != os.getpgrp():
            with contextlib.suppress(OSError):
                os.killpg(self._group, signal.SIGKILL)
        with contextlib.suppress(RuntimeError, OSError):
            await self.manager.cleanup_resources()
        self._errors.close()

    # ------------------------------------------------------------- questions

    async def activate(self) -> str:
        """Switch the kernel side on; ``watching``, ``missing``, or ``failed:`` with a sentence."""
        _, reply = await self._execute(ACTIVATE, {"leakhunter": STATUS})
        told = reply.get("user_expressions", {}).get("leakhunter", {})
        text = told.get("data", {}).get("text/plain") or told.get("evalue") or "missing"
        return str(text).strip("'\"")

    async def ask(self, magic: str, seconds: float) -> str:
        """What a magic prints, run silently.

        Raises
        ------
        KernelEnded
            When the kernel died meanwhile.
        asyncio.TimeoutError
            When there was no answer in so many seconds.
        """
        printed, _ = await asyncio.wait_for(self._execute(magic, {}), seconds)
        return printed

    async def _execute(
        self, code: str, expressions: dict[str, str]
    ) -> tuple[str, dict[str, Any]]:
        """Run code silently; what it printed, and the reply.

        A kernel drops what waits behind a cell that failed, and says so.
        """
        while True:
            printed, reply = await self._execute_once(code, expressions)
            if reply["status"] not in ("abort", "aborted"):
                return printed, reply
            await asyncio.sleep(AGAIN)

    async def _execute_once(
        self, code: str, expressions: dict[str, str]
    ) -> tuple[str, dict[str, Any]]:
        mine = self.client.execute(
            code, silent=True, store_history=False,
            user_expressions=expressions, stop_on_error=False,
        )  # fmt: skip
        printed: list[str] = []
        while True:
            message = await self._next(self.client.iopub_channel, mine)
            kind, content = message["header"]["msg_type"], message["content"]
            if kind == "stream":
                printed.append(content["text"])
            elif kind == "status" and content["execution_state"] == "idle":
                break
        reply = await self._next(self.client.shell_channel, mine)
        return "".join(printed), reply["content"]

    async def _next(self, channel: Any, mine: str) -> dict[str, Any]:
        """The next answer to a message of ours."""
        while True:
            try:
                message: dict[str, Any] = await channel.get_msg(timeout=1)
            except queue.Empty:
                if not await self.alive():
                    raise KernelEnded from None
                continue
            if message["parent_header"].get("msg_id") == mine:
                return message

    async def tell(self, command: str, **arguments: Any) -> dict[str, Any] | None:
        """Send a message of the wire; the body of the answer, ``None`` for a refusal or none in time.

        Raises
        ------
        KernelEnded
            When the kernel died meanwhile.
        """
        await asyncio.sleep(self._said + SPACING - time.monotonic())
        self._said = time.monotonic()
        content = {
            "type": "request",
            "seq": 1,
            "command": f"leakhunter.{command}",
            "arguments": arguments,
        }
        message = self.client.session.msg("debug_request", content)
        self.client.control_channel.send(message)
        waiting = self._next(self.client.control_channel, message["header"]["msg_id"])
        try:
            reply = (await asyncio.wait_for(waiting, ANSWER))["content"]
        except asyncio.TimeoutError:
            return None
        body: dict[str, Any] = reply.get("body") or {}
        return body if reply.get("success") else None
