"""Which kernel a notebook is run with."""

from __future__ import annotations

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

from leakhunter.act.refusal import Refusal
from leakhunter.detect.words import listed
from leakhunter.doors.cli.notebook import Notebook, is_python


def chosen(notebook: Notebook, wanted: str | None) -> str:
    """The name of the kernelspec to use.

    Raises
    ------
    Refusal
        One sentence, when it is not there, or is not for Python.
    """
    name = wanted or notebook.kernel
    if name is None and not is_python(notebook.language):
        msg = f"{notebook.path} is written in {notebook.language}: Leak Hunter watches Python only."
        raise Refusal(msg)
    name = name or "python3"
    specs = KernelSpecManager()
    try:
        spec = specs.get_kernel_spec(name)
    except NoSuchKernel:
        there = sorted(specs.find_kernel_specs())
        ask = "" if wanted else ", which the notebook names"
        have = f"--kernel takes {listed(there)}" if there else "no kernel is installed"
        msg = f"{notebook.path}: there is no kernel '{name}' here{ask}; {have}."
        raise Refusal(msg) from None
    if not is_python(spec.language or "python"):
        msg = f"{notebook.path}: the kernel '{name}' is for {spec.language}; Leak Hunter watches Python only."
        raise Refusal(msg)
    return name
