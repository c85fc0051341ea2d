"""maintenance.json, which bake renders from the fleet file: what a deployment may change."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

FILE = Path("/etc/bake/ossec/maintenance.json")

_PORT = re.compile(r"(tcp|udp)/[1-9][0-9]{0,4}")


class DeclaredError(Exception):
    """maintenance.json is not what bake renders; the text says where."""


@dataclass(frozen=True, slots=True)
class Declared:
    folders: tuple[str, ...] = ()
    """Absolute."""
    ports: frozenset[str] = frozenset()
    """`tcp/8080`"""
    packages: bool = False
    """Packages are upgraded in place."""
    late_seconds: int = 0
    """How long after a window OSSEC may find what was changed inside of it."""


def read_declared(text: str) -> Declared:
    """Raises DeclaredError."""
    try:
        root = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DeclaredError("maintenance.json is not JSON") from error
    if not isinstance(root, dict):
        raise DeclaredError("maintenance.json: an object")
    late = root.get("late_seconds")
    if not isinstance(late, int) or isinstance(late, bool) or late < 0:
        raise DeclaredError("late_seconds: a whole number, 0 or more")
    folders, ports = _texts(root, "folders"), _texts(root, "ports")
    if any(not folder.startswith("/") or folder == "/" for folder in folders):
        raise DeclaredError("folders: absolute paths")
    if any(not _PORT.fullmatch(port) for port in ports):
        raise DeclaredError("ports: such as tcp/8080")
    packages = root.get("packages")
    if not isinstance(packages, bool):
        raise DeclaredError("packages: true or false")
    return Declared(folders, frozenset(ports), packages, late)


def _texts(root: dict[str, object], key: str) -> tuple[str, ...]:
    found = root.get(key)
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        raise DeclaredError(f"{key}: a list of texts")
    return tuple(found)
