"""A kernel of another language: it repeats what it is told to execute.

It fails when it is told to execute anything of Leak Hunter's.
"""

from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel


class Echo(Kernel):
    """The smallest kernel there is."""

    implementation = "echo"
    implementation_version = "1"
    banner = "R"
    language_info = {"name": "R", "mimetype": "text/x-r", "file_extension": ".r"}
    heard: list[str] = []

    async def do_execute(self, code, silent, *args, **kwargs):  # noqa: ARG002
        self.heard.append(code)
        text = "\n".join(self.heard)
        if not silent:
            self.send_response(
                self.iopub_socket, "stream", {"name": "stdout", "text": text}
            )
        return {
            "status": "ok",
            "execution_count": self.execution_count,
            "payload": [],
            "user_expressions": {},
        }


IPKernelApp.launch_instance(kernel_class=Echo)
