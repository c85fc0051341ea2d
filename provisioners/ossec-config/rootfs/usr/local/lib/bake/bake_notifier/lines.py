"""One file of alerts, read line by line from an offset on, while it is written or after it was compressed."""

import gzip
import hashlib
import os
import zlib
from pathlib import Path
from typing import Protocol

UNREADABLE = (OSError, EOFError, zlib.error)
"""What reading may raise; a broken gzip file is an OSError, too."""

# OSSEC cuts log lines at 64 KiB; JSON may write each byte as six.
LONGEST_LINE = 1024 * 1024
_CHUNK = 256 * 1024
_CHUNKS_AT_ONCE = 16
# How much of a file's beginning tells it from others; its first line holds a time and an alert's id.
_HEAD = 1024


class Readable(Protocol):
    """What both plain and compressed files can do."""

    def seek(self, offset: int, /) -> int: ...
    def read(self, size: int, /) -> bytes: ...
    def close(self) -> None: ...
    def fileno(self) -> int: ...


class Lines:
    """Whole lines only: one that is still written is left for later.

    Of a line that is too long only the beginning is given out, which is no alert: so it is counted with what
    can't be read.
    """

    def __init__(self, file: Readable, offset: int = 0) -> None:
        self._file = file
        self._head = b""
        self._rest = b""
        self._skipping = False
        self.offset = offset
        """Of the first byte that was not given out yet."""
        self.at_end = False
        """Whether the last look found nothing more."""

    def take(self) -> list[bytes]:
        """The next lines, some megabytes of them at most; none where there are none now.

        Raises what UNREADABLE names where the file can't be read.
        """
        lines: list[bytes] = []
        for _ in range(_CHUNKS_AT_ONCE):
            self._file.seek(self.offset + len(self._rest))
            chunk = self._file.read(_CHUNK)
            self.at_end = not chunk
            if self.at_end or lines:
                break
            *complete, self._rest = (self._rest + chunk).split(b"\n")
            lines = self._account(complete)
        return lines

    def take_rest(self) -> list[bytes]:
        """What stands at the end without a line end, for a file that nobody writes any more."""
        rest, self._rest = self._rest, b""
        self.offset += len(rest)
        return [rest] if rest and not self._skipping else []

    def restart(self) -> None:
        """Begins again: somebody emptied the file."""
        self._head = self._rest = b""
        self._skipping = False
        self.offset = 0

    def end(self) -> int:
        """Up to where the file was read; a file that is shorter now is not what it was."""
        return self.offset + len(self._rest)

    def size(self) -> int:
        """Of the file, compressed where it is."""
        return os.fstat(self._file.fileno()).st_size

    def inode(self) -> int:
        return os.fstat(self._file.fileno()).st_ino

    def close(self) -> None:
        self._file.close()

    def head(self) -> str:
        """A digest of the beginning, of what lies before the offset at most."""
        wanted = min(self.offset, _HEAD)
        if len(self._head) < wanted:
            self._file.seek(0)
            self._head = self._file.read(wanted)
        return hashlib.sha256(self._head[:wanted]).hexdigest()

    def _account(self, complete: list[bytes]) -> list[bytes]:
        """Moves the offset past what was read; gives out what is no longer than a line may be."""
        given: list[bytes] = []
        for line in complete:
            self.offset += len(line) + 1
            if self._skipping:
                self._skipping = False
            elif line:
                given.append(_bounded(line))
        if len(self._rest) > LONGEST_LINE:
            if not self._skipping:
                given.append(_bounded(self._rest))
            self._skipping = True
            self.offset += len(self._rest)
            self._rest = b""
        return given


def _bounded(line: bytes) -> bytes:
    return line if len(line) <= LONGEST_LINE else line[:200]


def open_plain(path: Path) -> Lines:
    """Raises OSError. No link is followed, and nothing that isn't a file makes it wait."""
    return Lines(open(path, "rb", buffering=0, opener=_open))


def open_compressed(path: Path) -> Lines:
    """Its offsets count what was compressed. Raises OSError."""
    return Lines(gzip.open(path, "rb"))


def _open(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)
