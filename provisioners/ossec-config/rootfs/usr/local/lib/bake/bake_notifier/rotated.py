"""OSSEC's alerts of earlier days: where they are, compressed or not."""

import re
from pathlib import Path

from .lines import UNREADABLE, Lines, open_compressed, open_plain

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NAME = re.compile(rf"(\d{{4}})/({'|'.join(_MONTHS)})/ossec-alerts-(\d\d)\.json")


def dated_name(folder: Path, inode: int) -> str:
    """A file's dated name below the folder, `2026/Nov/ossec-alerts-24.json`; empty where it has none."""
    for name in reversed(_names(folder)):
        try:
            if (folder / name).stat().st_ino == inode:
                return name
        except OSError:
            continue
    return ""


def reopen(folder: Path, name: str, offset: int, head: str) -> Lines | None:
    """The same file under its dated name, at `offset`; None where it is gone, or another one."""
    if not _NAME.fullmatch(name):
        return None
    lines = _open(folder, name)
    if lines is None:
        return None
    lines.offset = offset
    try:
        if lines.head() == head:
            return lines
    except UNREADABLE:
        pass
    lines.close()
    return None


def later_days(folder: Path, name: str, live: int) -> list[tuple[str, Lines]]:
    """Every later day's file, with its name, but the current one, whose inode is `live`; in their order."""
    if not _NAME.fullmatch(name):
        return []
    after = _day(name)
    opened = [(other, _open(folder, other)) for other in _names(folder) if _day(other) > after]
    return [(other, lines) for other, lines in opened if lines is not None and not _closes(lines, live)]


def _closes(lines: Lines, live: int) -> bool:
    if lines.inode() != live:
        return False
    lines.close()
    return True


def _open(folder: Path, name: str) -> Lines | None:
    """While monitord compresses it both are there, and only the plain one is whole."""
    for opening, path in ((open_plain, folder / name), (open_compressed, folder / f"{name}.gz")):
        try:
            return opening(path)
        except OSError:
            continue
    return None


def _names(folder: Path) -> list[str]:
    """Without `.gz`, each once, the oldest first."""
    found = {str(path.relative_to(folder)).removesuffix(".gz") for path in folder.glob("[0-9]*/*/*.json*")}
    return sorted((name for name in found if _NAME.fullmatch(name)), key=_day)


def _day(name: str) -> tuple[int, int, int]:
    match = _NAME.fullmatch(name)
    if match is None:
        return (0, 0, 0)
    year, month, day = match.groups()
    return (int(year), _MONTHS.index(month), int(day))
