"""jupyter_client's client, with what JupyterLab sends along."""

from __future__ import annotations

from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient


class Client(AsyncKernelClient):
    """A client that says which cell it runs, as JupyterLab does."""

    cell_id: str | None = None

    def execute(  # noqa: PLR0913, PLR0917 - the signature of the base class
        self,
        code: str,
        silent: bool = False,
        store_history: bool = True,
        user_expressions: dict[str, Any] | None = None,
        allow_stdin: bool | None = None,  # noqa: ARG002 - nobody is there to be asked
        stop_on_error: bool = True,
    ) -> str:
        """Send code to run; returns the id of the message."""
        content = {
            "code": code,
            "silent": silent,
            "store_history": store_history,
            "user_expressions": user_expressions or {},
            "allow_stdin": False,
            "stop_on_error": stop_on_error,
        }
        cell = self.cell_id
        metadata = {"cellId": cell} if cell is not None and not silent else {}
        message = self.session.msg("execute_request", content, metadata=metadata)
        self.shell_channel.send(message)
        return str(message["header"]["msg_id"])
