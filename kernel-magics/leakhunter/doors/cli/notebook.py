"""A notebook as it is in its file: its code cells, its kernel, what it calls expected."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import nbformat

from leakhunter.act.refusal import Refusal
from leakhunter.detect.expected import MOST, accepted
from leakhunter.model import Expected, Source
from leakhunter.record.run import first_line

SKIP = "skip-execution"
"""The tag of cells that nbclient does not run."""

_PYTHON = frozenset({"python", "ipython"})


class CodeCell(NamedTuple):
    """A cell to be run: its place among all cells, its id, and itself."""

    place: int
    cell_id: str
    node: Any

    @property
    def first_line(self) -> str:
        """What tells it from others, as its record has it."""
        return first_line(self.node.source)


@dataclass(frozen=True)
class Notebook:
    """A notebook that was read.

    Attributes
    ----------
    path
        Its file, as it was typed.
    node
        What nbformat made of it.
    """

    path: Path
    node: Any

    @property
    def kernel(self) -> str | None:
        """The kernelspec that it names."""
        name = self.node.metadata.get("kernelspec", {}).get("name")
        return name if type(name) is str and name else None

    @property
    def language(self) -> str:
        """The language that it says it is in; Python where it says nothing."""
        told = self.node.metadata.get("language_info", {}).get("name")
        return told if type(told) is str else "python"

    def cells(self) -> Iterator[CodeCell]:
        """The cells that will be run.

        Before version 4.5 cells have no ids; their places stand for them, so
        that a finding is the same in the next run.
        """
        for index, cell in enumerate(self.node.cells):
            tags = cell.metadata.get("tags", [])
            if cell.cell_type == "code" and cell.source.strip() and SKIP not in tags:
                yield CodeCell(index, cell.get("id") or f"cell-{index + 1}", cell)

    def sources(self) -> list[Source]:
        """The same as the kernel side is told of them."""
        return [Source(cell_id=c.cell_id, source=c.node.source) for c in self.cells()]

    def expected(self) -> list[Expected]:
        """What the panel remembered here as expected; what is not as ours is left out."""
        own = self.node.metadata.get("leakhunter", {})
        entries = own.get("expected", []) if isinstance(own, dict) else []
        told = entries if isinstance(entries, list) else []
        return [mark for entry in told for mark in _expected(entry)][:MOST]


def _expected(entry: object) -> list[Expected]:
    """One entry; none where it is not as ours."""
    try:
        return list(accepted([msgspec.convert(entry, Expected)]).values())
    except ValueError:
        return []


def is_python(language: str) -> bool:
    """Is a language Python?"""
    return language.lower() in _PYTHON


def read(path: Path) -> Notebook:
    """Read a notebook.

    Raises
    ------
    Refusal
        One sentence, when there is none.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        msg = f"There is no file {path}."
        raise Refusal(msg) from None
    except IsADirectoryError:
        msg = f"{path} is a folder; name the notebooks in it."
        raise Refusal(msg) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        msg = f"{path} cannot be read: {reason}."
        raise Refusal(msg) from None
    return Notebook(path, _node(path, text))


def _node(path: Path, text: str) -> Any:
    no_notebook = f"{path} is not a notebook."
    try:
        document = json.loads(text)
    except ValueError:
        raise Refusal(no_notebook) from None
    if not isinstance(document, dict) or type(document.get("nbformat")) is not int:
        raise Refusal(no_notebook)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about ids that are lacking: we do without
        try:
            node = nbformat.reads(text, as_version=4)
            nbformat.validate(node)
        except Exception as error:  # noqa: BLE001 - of many kinds, and all mean the same
            line = str(error).strip().splitlines()
            msg = f"{path} is not a valid notebook: {line[0] if line else type(error).__name__}"
            raise Refusal(msg) from None
    return node
