"""Write ``src/protocol/generated.ts`` from the kernel's ``model.py``, ``prove/model.py``, ``trace/model.py`` and ``messages.py``.

python build_tools/protocol.py            # write
python build_tools/protocol.py --check    # exit 1 when it is out of step
"""

from __future__ import annotations

import argparse
import inspect
import sys
import typing
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "src" / "protocol" / "generated.ts"
sys.path.insert(0, str(ROOT / "kernel-magics"))

from leakhunter import messages, model  # noqa: E402
from leakhunter.prove import model as prove  # noqa: E402
from leakhunter.trace import model as trace  # noqa: E402

WORDS = {**vars(model), **vars(prove), **vars(trace), **vars(messages)}

HEAD = """\
// Generated from kernel-magics/leakhunter/model.py, prove/model.py, trace/model.py and messages.py by build_tools/protocol.py. Do not edit.
"""


def summary(doc: str | None) -> str:
    """First paragraph of a docstring on one line."""
    return " ".join((inspect.cleandoc(doc or "")).split("\n\n")[0].split())


def alias_names() -> dict[object, str]:
    """Literal aliases of the model by their value."""
    return {
        value: name
        for name, value in WORDS.items()
        if typing.get_origin(value) is typing.Literal
    }


def rendered(hint: object, aliases: dict[object, str]) -> str:
    """TypeScript of a Python annotation."""
    plain = {
        int: "number",
        float: "number",
        str: "string",
        bool: "boolean",
        type(None): "null",
    }
    if hint in aliases:
        return aliases[hint]
    if hint in plain:
        return plain[hint]
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        return " | ".join(f"'{a}'" for a in args)
    if origin is list or (origin is tuple and args[1:] == (...,)):
        inner = rendered(args[0], aliases)
        return f"({inner})[]" if " " in inner else f"{inner}[]"
    if args:
        return " | ".join(rendered(a, aliases) for a in args)
    if inspect.isclass(hint) and issubclass(hint, msgspec.Struct):
        return hint.__name__
    message = f"no TypeScript for {hint!r}"
    raise TypeError(message)


def interface(struct: type[msgspec.Struct], aliases: dict[object, str]) -> str:
    """TypeScript interface of one struct."""
    config = struct.__struct_config__
    lines = [
        f"/** {summary(struct.__doc__)} */",
        f"export interface {struct.__name__} {{",
    ]
    if config.tag is not None:
        lines.append(f"  {config.tag_field}: '{config.tag}';")
    hints = typing.get_type_hints(struct)
    lines += [
        f"  {name}: {rendered(hints[name], aliases)};"
        for name in struct.__struct_fields__
    ]
    return "\n".join([*lines, "}"])


def source() -> str:
    """The whole TypeScript file."""
    aliases = alias_names()
    blocks = [HEAD]
    blocks += [
        f"export const {name} = {WORDS[name]};" for name in ("PROTOCOL", "SCHEMA")
    ]
    blocks += [
        f"export type {name} =\n  | "
        + "\n  | ".join(f"'{a}'" for a in typing.get_args(value))
        + ";"
        for value, name in aliases.items()
    ]
    base = {model.Value, messages.Event}
    structs = [
        value
        for value in WORDS.values()
        if inspect.isclass(value)
        and issubclass(value, model.Value)
        and value not in base
    ]
    blocks += [interface(s, aliases) for s in structs]
    blocks += [
        f"export type {name} =\n  | "
        + "\n  | ".join(a.__name__ for a in typing.get_args(WORDS[name]))
        + ";"
        for name in ("AnyEvent", "AnyRequest", "AnyReply")
    ]
    return "\n\n".join(blocks) + "\n"


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    text = source()
    if parser.parse_args().check:
        if not TARGET.exists() or TARGET.read_text() != text:
            print(
                "src/protocol/generated.ts is out of step: python build_tools/protocol.py"
            )
            return 1
        return 0
    TARGET.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
