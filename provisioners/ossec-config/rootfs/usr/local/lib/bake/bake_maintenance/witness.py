"""Tells the notifier when a declared file was changed: folders of applications are often closed to it.

The notifier reads what attackers write and talks to the network; so it may not read every file. This may look at every
file, has no network, and tells nothing but times, of files below the folders that the image declares; and where the image
upgrades its packages in place, whether a file is what its package brought.
"""

import json
import os
import socket
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .declared import FILE, Declared, DeclaredError, read_declared
from .look import look
from .packages import PackageFile, Packages
from .window import Change

SOCKET = Path("/run/bake-witness.sock")

_LARGEST = 8192
_PATIENCE_SECONDS = 1.0
_IDLE_SECONDS = 60.0
# What systemd hands over first (sd_listen_fds).
_HANDED_OVER = 3


class WitnessError(Exception):
    """There was no answer."""


def ask(path: str, address: Path = SOCKET, seconds: float = 3.0) -> Change | None:
    """None where it can't be told. Raises WitnessError where nobody answers in time."""
    found = _exchange({"path": path, "of": "change"}, address, seconds)
    try:
        return None if found is None else Change(float(found["at"]), float(found["above"]))
    except (ValueError, TypeError, KeyError):
        raise WitnessError from None


def ask_package(path: str, address: Path = SOCKET, seconds: float = 3.0) -> PackageFile | None:
    """The same of a file that a package owns."""
    found = _exchange({"path": path, "of": "package"}, address, seconds)
    try:
        return (
            None
            if found is None
            else PackageFile(float(found["at"]), found["fits"] is True, found["plain"] is True)
        )
    except (ValueError, TypeError, KeyError):
        raise WitnessError from None


def _exchange(question: dict[str, str], address: Path, seconds: float) -> Any:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
            connection.settimeout(seconds)
            connection.connect(str(address))
            connection.sendall(json.dumps(question).encode())
            return json.loads(connection.recv(_LARGEST))
    except (OSError, ValueError):
        raise WitnessError from None


def serve(declared: Declared, listener: socket.socket, idle: float = _IDLE_SECONDS) -> None:
    """One question a connection, until nobody has asked for a while: systemd starts it again for the next."""
    packages = Packages()
    listener.settimeout(idle)
    while True:
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            return
        with connection, suppress(OSError):
            connection.settimeout(_PATIENCE_SECONDS)
            connection.sendall(answer(declared, packages, connection.recv(_LARGEST)))


def answer(declared: Declared, packages: Packages, question: bytes) -> bytes:
    """Whatever the question is."""
    try:
        asked = json.loads(question)
        found = _find(declared, packages, asked["path"], asked["of"])
    except (ValueError, KeyError, TypeError, RecursionError):
        found = None
    return json.dumps(None if found is None else asdict(found)).encode()


def _find(declared: Declared, packages: Packages, path: object, of: object) -> Change | PackageFile | None:
    if not isinstance(path, str):
        return None
    if of == "package":
        return packages.look(path) if declared.packages else None
    return look(path, declared.folders)


def main() -> int:
    if os.environ.get("LISTEN_PID") != str(os.getpid()) or os.environ.get("LISTEN_FDS") != "1":
        print("systemd starts this, for bake-witness.socket")
        return 64
    try:
        declared = read_declared(FILE.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, DeclaredError) as error:
        print(f"{FILE}: {error if isinstance(error, DeclaredError) else type(error).__name__}")
        return 78
    serve(declared, socket.socket(fileno=_HANDED_OVER))
    return 0
