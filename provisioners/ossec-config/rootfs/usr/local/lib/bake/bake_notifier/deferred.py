"""Alerts that are judged once more when an upgrade of packages is over: lines of alerts.json, on the disk."""

import os
from pathlib import Path

from .log import describe, warn

MOST = 2000
MOST_BYTES = 4 * 1024 * 1024


class Deferred:
    """What a restart finds, too. Where it is full, or the disk is, nothing more is put off."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lines = _read(file)
        self._size = sum(len(line) + 1 for line in self._lines)

    def add(self, line: bytes) -> bool:
        """On the disk when this returns; False where it was not taken."""
        size = self._size + len(line) + 1
        if len(self._lines) >= MOST or size > MOST_BYTES:
            return False
        try:
            with open(self._file, "ab", opener=_open) as file:
                file.write(line + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            warn(f"{self._file} can't be written: {describe(error)}")
            return False
        self._lines.append(line)
        self._size = size
        return True

    def lines(self) -> list[bytes]:
        """In their order; they stay until `clear`."""
        return [*self._lines]

    def clear(self) -> None:
        """They were judged."""
        self._lines, self._size = [], 0
        self._file.unlink(missing_ok=True)


def _open(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)


def _read(file: Path) -> list[bytes]:
    try:
        return [line for line in file.read_bytes().split(b"\n") if line]
    except OSError:
        return []
