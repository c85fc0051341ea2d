"""What waits for one hook: a folder with a file for each notification, bounded in number and size.

It belongs to two threads: one adds, the other takes and removes.
"""

import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .files import replace_file

MOST = 1000
MOST_BYTES = 5 * 1024 * 1024
_SUFFIX = ".json"


@dataclass(slots=True)
class Item:
    """One notification that waits."""

    name: str
    size: int
    content: bytes | None
    """Where the disk didn't take it."""


class Spool:
    """Where it is full the oldest goes, and is counted."""

    def __init__(self, folder: Path, most: int = MOST, most_bytes: int = MOST_BYTES) -> None:
        """Raises OSError where there can be no such folder."""
        self._folder = folder
        self._most = most
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._items = deque(_read(folder))
        self._bytes = sum(item.size for item in self._items)
        self._next = int(self._items[-1].name.removesuffix(_SUFFIX)) + 1 if self._items else 0
        self._lost = _read_number(folder / "lost")

    def add(self, content: bytes) -> None:
        """On the disk when this returns; in memory where the disk is full. Never raises."""
        with self._lock:
            while self._items and (
                len(self._items) >= self._most or self._bytes + len(content) > self._most_bytes
            ):
                self._lose(self._items[0])
            item = Item(f"{self._next:020d}{_SUFFIX}", len(content), None)
            self._next += 1
            try:
                replace_file(self._folder / item.name, content, 0o600)
            except OSError:
                item.content = content
            self._items.append(item)
            self._bytes += item.size

    def first(self) -> tuple[Item, bytes] | None:
        """The oldest, which stays until `remove`. One that can't be read any more is counted as lost."""
        with self._lock:
            while self._items:
                item = self._items[0]
                try:
                    return item, item.content if item.content is not None else (
                        self._folder / item.name
                    ).read_bytes()
                except OSError:
                    self._lose(item)
            return None

    def remove(self, item: Item) -> None:
        """It was delivered; it may have gone meanwhile."""
        with self._lock:
            if item in self._items:
                self._remove(item)

    def lose(self, item: Item) -> None:
        """It won't ever be delivered."""
        with self._lock:
            if item in self._items:
                self._lose(item)

    def size(self) -> tuple[int, int]:
        """How many wait, and how many bytes."""
        with self._lock:
            return len(self._items), self._bytes

    def lost(self) -> int:
        """How many have gone untold so far."""
        with self._lock:
            return self._lost

    def told(self, lost: int) -> None:
        """Somebody has been told of that many."""
        with self._lock:
            self._lost -= lost
            self._write_lost()

    def _remove(self, item: Item) -> None:
        self._items.remove(item)
        self._bytes -= item.size
        if item.content is None:
            (self._folder / item.name).unlink(missing_ok=True)

    def _lose(self, item: Item) -> None:
        self._remove(item)
        self._lost += 1
        self._write_lost()

    def _write_lost(self) -> None:
        with suppress(OSError):
            replace_file(self._folder / "lost", str(self._lost).encode(), 0o600)


def _read(folder: Path) -> list[Item]:
    found = sorted(path for path in folder.glob(f"*{_SUFFIX}") if path.stem.isdigit())
    return [Item(path.name, path.stat().st_size, None) for path in found]


def _read_number(path: Path) -> int:
    try:
        return int(path.read_bytes())
    except (OSError, ValueError):
        return 0
