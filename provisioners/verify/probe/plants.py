"""The ways in which the machine is tampered with. Each says what it did: a path or a text that its alert names."""

import os
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from shell import succeeds
from watched import watched_below

_LINE = b"\n# bake verify was here\n"
_LOGINS = 9
_WINDOW = ("/usr/local/sbin/bake-maintenance", "begin", "--for", "2m", "--reason", "bake verify")
_ATTACKER = "203.0.113.7"
# They stay open until the end.
_sockets: list[socket.socket] = []


@dataclass(frozen=True, slots=True)
class Planted:
    did: str
    names: str
    """What its alert contains."""


def append(plant: Mapping, used: set[str]) -> Planted:
    path = choose(plant, used)
    with open(path, "ab") as file:
        file.write(_LINE)
    return Planted(f"appended to {path}", path)


def create(plant: Mapping, _: set[str]) -> Planted:
    path = Path(plant["path"])
    if plant.get("in_window") and not succeeds(*_WINDOW):
        raise OSError("no maintenance window can be begun")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(plant["text"])
    path.chmod(int(plant["mode"], 8))
    return Planted(f"created {path}", str(path))


def delete(plant: Mapping, used: set[str]) -> Planted:
    path = choose(plant, used)
    os.unlink(path)
    return Planted(f"deleted {path}", path)


def listen(_: Mapping, __: set[str]) -> Planted:
    listener = socket.create_server(("0.0.0.0", 0))
    _sockets.append(listener)
    port = listener.getsockname()[1]
    return Planted(f"listens on tcp port {port}", f":{port}")


def log_in(_: Mapping, __: set[str]) -> Planted:
    """Failed logins, as sshd logs them: passwords are off, so that sshd itself has none to refuse."""
    for attempt in range(_LOGINS):
        line = f"Failed password for root from {_ATTACKER} port {40_000 + attempt} ssh2"
        if not succeeds("logger", "--priority", "authpriv.info", "--tag", "sshd", line):
            raise OSError("logger can't write into the system's log")
        time.sleep(0.1)
    return Planted(f"{_LOGINS} failed logins from {_ATTACKER}", _ATTACKER)


KINDS: Mapping[str, Callable[[Mapping, set[str]], Planted]] = {
    "append": append,
    "create": create,
    "delete": delete,
    "listen": listen,
    "log-in": log_in,
}


def choose(plant: Mapping, used: set[str]) -> str:
    """The file that it names, or one that is watched below its folder; none twice."""
    if "path" in plant:
        candidates = iter(sorted(str(path) for path in Path("/").glob(plant["path"].lstrip("/"))))
    else:
        candidates = watched_below(plant["below"], program=plant["program"])
    for path in candidates:
        if path not in used and _is_writable(path):
            used.add(path)
            return path
    raise OSError(f"there is no file {plant.get('path') or 'in the baseline below ' + plant['below']}")


def _is_writable(path: str) -> bool:
    """A program that runs is not."""
    try:
        with open(path, "ab"):
            return True
    except OSError:
        return False

