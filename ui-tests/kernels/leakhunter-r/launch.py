"""A kernel of another language: its output is all that it was ever told to execute."""

from __future__ import annotations

from typing import Any, ClassVar

from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel


class Parrot(Kernel):
    """The smallest kernel there is."""

    implementation = "parrot"
    implementation_version = "1"
    banner = "R"
    language_info: ClassVar[dict[str, str]] = {
        "name": "R",
        "mimetype": "text/x-r",
        "file_extension": ".r",
    }
    heard: ClassVar[list[str]] = []

    async def do_execute(
        self,
        code: str,
        silent: bool,
        *_: object,
        **__: object,
    ) -> dict[str, Any]:
        """Repeat what was heard so far."""
        self.heard.append(code)
        if not silent:
            content = {"name": "stdout", "text": "\n".join(self.heard)}
            self.send_response(self.iopub_socket, "stream", content)
        return {
            "status": "ok",
            "execution_count": self.execution_count,
            "payload": [],
            "user_expressions": {},
        }


IPKernelApp.launch_instance(kernel_class=Parrot)
