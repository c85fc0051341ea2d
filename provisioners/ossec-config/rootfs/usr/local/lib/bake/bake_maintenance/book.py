"""The file that the windows are in. It is in memory and gone with the boot; root writes it, anybody may read it."""

import fcntl
import json
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from bake_notifier.files import replace_file

from .clock import Moment
from .window import LONGEST_SECONDS, Kind, Window

FOLDER = Path("/run/bake-maintenance")

_NAME = "windows.json"
_LARGEST = 1024 * 1024
_MOST = 200
# Longer than OSSEC may take to find anything that was changed in a window.
_KEPT_SECONDS = 2 * 86400
_FORMAT = 1


class BookError(Exception):
    """The file is there and can't be relied on; the text says why."""


def read_windows(folder: Path = FOLDER, owner: int = 0) -> list[Window]:
    """In the order in which they began; none where there is no file. Raises BookError."""
    try:
        content = _read(folder / _NAME, owner)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise BookError(f"can't be read: {os.strerror(error.errno or 0)}") from None
    try:
        root = json.loads(content)
        if root["version"] != _FORMAT:
            raise BookError("is of another version")
        return [_window(found) for found in root["windows"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BookError("is not what bake-maintenance writes") from None


def write_windows(windows: Sequence[Window], now: Moment, folder: Path = FOLDER) -> None:
    """Those that are long over are left out. Raises OSError."""
    kept = [
        window
        for window in windows
        if window.begun.boot == now.boot and now.since_boot - window.end_since_boot() < _KEPT_SECONDS
    ]
    content = {"version": _FORMAT, "windows": [asdict(window) for window in kept[-_MOST:]]}
    replace_file(folder / _NAME, json.dumps(content).encode(), 0o644)


@contextmanager
def locked(folder: Path = FOLDER) -> Iterator[None]:
    """One writer at a time. Raises OSError."""
    folder.mkdir(mode=0o755, exist_ok=True)
    # Whatever the caller's umask is: the notifier reads what is in it.
    folder.chmod(0o755)
    with open(folder / "lock", "wb", opener=_open_private) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)


def _open_plain(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def _read(path: Path, owner: int) -> bytes:
    with open(path, "rb", opener=_open_plain) as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_uid != owner or found.st_mode & 0o022:
            raise BookError("is not root's alone")
        if found.st_size > _LARGEST:
            raise BookError("is too large")
        return file.read(_LARGEST)


def _window(found: dict[str, object]) -> Window:
    """Raises KeyError, TypeError or ValueError."""
    begun, ended, seconds = found["begun"], found["ended"], found["seconds"]
    if not isinstance(begun, dict) or not isinstance(seconds, int) or not 0 < seconds <= LONGEST_SECONDS:
        raise ValueError
    moment = Moment(_text(begun["boot"]), float(begun["wall"]), float(begun["since_boot"]))
    return Window(
        id=_text(found["id"]),
        reason=_text(found["reason"]),
        by=_text(found["by"]),
        begun=moment,
        seconds=seconds,
        ended=None if ended is None else float(ended),  # type: ignore[arg-type]
        kind=_kind(found["kind"]),
    )


def _kind(value: object) -> Kind:
    if value == "deployment" or value == "packages":
        return value
    raise ValueError


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
