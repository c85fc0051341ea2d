"""Follows alerts.json, across restarts of anybody and across midnight.

What OSSEC does (src/analysisd/alerts/getloglocation.c, src/monitord/manage_files.c): the day's alerts are in
`alerts/2026/Nov/ossec-alerts-24.json`, and `alerts.json` is a hard link to it. With the first event of a new
day analysisd closes the file, opens the next, and makes `alerts.json` a link to that; in between there is
none. Some seconds later monitord writes yesterday's file to `….json.gz` and removes it. So whoever holds the
file open reads it to its end, and whoever comes later finds the rest by its dated name.
"""

from dataclasses import dataclass
from pathlib import Path

from .lines import UNREADABLE, Lines, open_plain
from .log import describe, warn
from .rotated import dated_name, later_days, reopen


@dataclass(frozen=True, slots=True)
class Position:
    """How far the alerts were read."""

    inode: int
    offset: int
    head: str
    """Digest of the file's beginning: inode numbers are used again."""
    name: str
    """The dated name below the folder of alerts; empty where none was found."""


class Follower:
    """Gives out every line once: none is lost or doubled but for what a crash takes from the position."""

    def __init__(self, path: Path, position: Position | None) -> None:
        self._path = path
        self._saved = position
        self._backlog: list[tuple[str, Lines]] = []
        self._live: tuple[str, Lines] | None = None
        self.problem = ""
        """Why alerts can't be read; empty where they can, or where OSSEC has written none yet."""

    def take(self) -> list[bytes]:
        """The next lines; none where nothing is new. Never raises because of what is in the files."""
        try:
            lines = self._take()
            self.problem = ""
            return lines
        except FileNotFoundError:
            self.problem = ""
            return []
        except UNREADABLE as error:
            problem = f"{self._path} can't be read: {describe(error)}"
            if problem != self.problem:
                warn(problem)
            self.problem = problem
            self._begin_again()
            return []

    def position(self) -> Position | None:
        """To be kept once the lines that were given out are safe."""
        current = self._backlog[0] if self._backlog else self._live
        if current is None:
            return self._saved
        name, lines = current
        try:
            return Position(lines.inode(), lines.offset, lines.head(), name)
        except UNREADABLE:
            return self._saved

    def behind(self) -> int:
        """How many bytes of the current file wait."""
        return 0 if self._live is None else max(self._live[1].size() - self._live[1].offset, 0)

    def _begin_again(self) -> None:
        """From where it was, with files opened anew: what stood in the way may be gone by then."""
        self._saved = self.position()
        for _, lines in [*self._backlog, *([] if self._live is None else [self._live])]:
            lines.close()
        self._backlog = []
        self._live = None

    def _take(self) -> list[bytes]:
        if self._live is None:
            self._start()
        lines = self._take_backlog()
        if lines or self._live is None:
            return lines
        return self._take_live(self._live[1])

    def _start(self) -> None:
        live = open_plain(self._path)
        saved = self._saved
        if saved is not None and not _resume(live, saved):
            self._backlog = _missed(self._path.parent, saved, live.inode())
        self._live = self._named(live)

    def _named(self, live: Lines) -> tuple[str, Lines]:
        return dated_name(self._path.parent, live.inode()), live

    def _take_backlog(self) -> list[bytes]:
        while self._backlog:
            name, day = self._backlog[0]
            try:
                lines = day.take()
                if lines or not day.at_end:
                    return lines
                lines = day.take_rest()
            except UNREADABLE as error:
                warn(f"{name} can't be read to its end: {describe(error)}")
                lines = []
            if lines:
                return lines
            day.close()
            self._backlog.pop(0)
        return []

    def _take_live(self, live: Lines) -> list[bytes]:
        lines = live.take()
        if lines or not live.at_end:
            return lines
        if self._path.stat().st_ino == live.inode():
            if live.size() < live.end():
                warn(f"{self._path} was emptied: reading it from its beginning")
                live.restart()
            return []
        # What was written between the last look and the new link is still there.
        lines = live.take()
        if lines or not live.at_end:
            return lines
        lines = live.take_rest()
        if lines:
            return lines
        following = open_plain(self._path)
        live.close()
        self._live = self._named(following)
        return following.take()


def _resume(live: Lines, saved: Position) -> bool:
    """Goes on where it was left; False where this is another file."""
    if live.inode() != saved.inode:
        return False
    live.offset = saved.offset
    if live.size() >= saved.offset and live.head() == saved.head:
        return True
    live.restart()
    return False


def _missed(folder: Path, saved: Position, live: int) -> list[tuple[str, Lines]]:
    """What was written before the current file and not read: the rest of that day, and the days between."""
    rest = reopen(folder, saved.name, saved.offset, saved.head)
    if rest is None:
        warn(f"the alerts of {saved.name or 'a day without a file'} that were not read are lost")
    return [*([] if rest is None else [(saved.name, rest)]), *later_days(folder, saved.name, live)]
