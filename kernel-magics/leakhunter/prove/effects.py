"""Which calls change something outside of the session, by their names.  Pure."""

from __future__ import annotations

import ast

from leakhunter.prove.model import Effect

_FUNCTIONS: dict[str, Effect] = {
    "input": "input",
    "os.system": "command", "os.popen": "command", "os.kill": "command",
    "os.remove": "file", "os.unlink": "file", "os.rename": "file", "os.replace": "file",
    "os.mkdir": "file", "os.makedirs": "file", "os.rmdir": "file", "os.truncate": "file",
    "np.save": "file", "np.savez": "file", "np.savetxt": "file", "np.savez_compressed": "file",
    "numpy.save": "file", "numpy.savez": "file", "numpy.savetxt": "file",
    "torch.save": "file", "joblib.dump": "file", "pickle.dump": "file", "json.dump": "file",
    "plt.savefig": "file", "getpass.getpass": "input",
}  # fmt: skip

_PACKAGES: dict[str, Effect] = {
    "requests": "network", "urllib": "network", "urllib3": "network", "httpx": "network",
    "aiohttp": "network", "socket": "network", "smtplib": "network", "ftplib": "network",
    "boto3": "network", "paramiko": "network", "websocket": "network",
    "sqlite3": "database", "psycopg2": "database", "psycopg": "database", "pymongo": "database",
    "redis": "database", "subprocess": "command", "shutil": "file", "tempfile": "file",
}  # fmt: skip
"""Packages all of whose calls reach outside; ``requests.Session()`` alone does not, and asking is cheap."""

_METHODS: dict[str, Effect] = {
    **dict.fromkeys(
        ("to_csv", "to_parquet", "to_pickle", "to_excel", "to_feather", "to_hdf", "to_json",
         "to_stata", "write_csv", "write_parquet", "write_text", "write_bytes", "savefig",
         "unlink", "mkdir", "rmdir", "touch", "rename", "tofile", "write", "writelines",
         "writerow", "writerows", "extractall", "imwrite"), "file"),
    **dict.fromkeys(("to_sql", "execute", "executemany", "executescript", "commit", "insert_one",
                     "insert_many", "bulk_write"), "database"),
    **dict.fromkeys(("urlopen", "send", "sendall", "sendmail", "urlretrieve", "publish"), "network"),
    **dict.fromkeys(("check_call", "check_output", "Popen"), "command"),
}  # fmt: skip

_READS = frozenset(
    {"sqlite3.connect", "tempfile.gettempdir", "shutil.which", "shutil.disk_usage"}
)
_OPENS = frozenset(
    {"open", "io.open", "gzip.open", "bz2.open", "lzma.open", "codecs.open"}
)
_BUFFERS = frozenset({"StringIO", "BytesIO"})
_WRITING = frozenset("wax+")
_MODES = frozenset("rwaxbt+U")


def effect_of(
    call: ast.Call, aliases: dict[str, str], buffers: set[str]
) -> Effect | None:
    """What a call changes outside of the session; ``None`` for all that is not known to.

    Parameters
    ----------
    call
        The call.
    aliases
        Modules by the names that imports gave them.
    buffers
        Names that hold streams in memory: writing to them is no file.
    """
    name = dotted(call.func, aliases)
    package, _, method = name.rpartition(".")
    if name in _OPENS:
        return "file" if _writes(call, 1) else None
    if method == "open":
        # a path opens itself, a library opens a file
        return "file" if _writes(call, 0) or _writes(call, 1) else None
    if name in _READS or name in _FUNCTIONS:
        return _FUNCTIONS.get(name)
    if package and package.partition(".")[0] in _PACKAGES:
        return _PACKAGES[package.partition(".")[0]]
    return _of_method(call.func, buffers)


def _of_method(function: ast.expr, buffers: set[str]) -> Effect | None:
    """What a method is known for, whatever it is called on."""
    if not isinstance(function, ast.Attribute):
        return None
    holder = function.value
    own = isinstance(holder, ast.Name) and holder.id in buffers
    return None if own else _METHODS.get(function.attr)


def dotted(node: ast.expr, aliases: dict[str, str]) -> str:
    """``plt.figure`` of an expression, with the module's own name where an import renamed it."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return f"?.{parts[0]}" if parts else ""
    return ".".join([aliases.get(node.id, node.id), *reversed(parts)])


def makes_buffer(node: ast.expr) -> bool:
    """Does an expression make a stream in memory?"""
    return (
        isinstance(node, ast.Call)
        and dotted(node.func, {}).rpartition(".")[2] in _BUFFERS
    )


def _writes(call: ast.Call, place: int) -> bool:
    """Is a file opened for writing?

    Parameters
    ----------
    call
        What opens it.
    place
        Where the mode is: a mode that is no constant may be any, but the first
        argument is only taken for a mode when it is one.
    """
    given = [k.value for k in call.keywords if k.arg == "mode"]
    for mode in given or call.args[place : place + 1]:
        if not isinstance(mode, ast.Constant):
            return bool(given) or place > 0
        if isinstance(mode.value, str) and not set(mode.value) - _MODES:
            return bool(_WRITING & set(mode.value))
    return False
