"""What a file shows of when it was changed. Nothing of what it holds is read."""

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from .window import Change

# OSSEC cuts what it says about a file at 912 bytes, digests and all: a longer path may be another file's.
_LONGEST = 600


def look(path: str, folders: Iterable[str]) -> Change | None:
    """None where the path is in none of the folders, or what happened to it can't be told."""
    if len(os.fsencode(path)) > _LONGEST or os.path.normpath(path) != path or "\0" in path:
        return None
    folder = next((folder for folder in folders if path.startswith(f"{folder}/")), None)
    if folder is None:
        return None
    try:
        return _change(Path(path), Path(folder))
    except (OSError, ValueError):
        return None


def _change(path: Path, folder: Path) -> Change | None:
    there, gone = _deepest(path, folder)
    if there is None or not _stays_inside(there, folder) or _may_be_cut(path):
        return None
    found = there.lstat()
    above = max(one.stat().st_ctime for one in [folder, *_between(there, folder)])
    if gone:
        # What went from a folder changed it, and so did whatever went or came after that.
        return Change(found.st_ctime, max(above, found.st_ctime)) if stat.S_ISDIR(found.st_mode) else None
    if stat.S_ISLNK(found.st_mode):
        target = there.stat()
        return Change(max(found.st_ctime, target.st_ctime), above) if _is_plain(target) else None
    return Change(found.st_ctime, above) if _is_plain(found) else None


def _is_plain(found: os.stat_result) -> bool:
    """A file that runs as whoever starts it: no deployment brings others."""
    return stat.S_ISREG(found.st_mode) and not found.st_mode & (stat.S_ISUID | stat.S_ISGID)


def _deepest(path: Path, folder: Path) -> tuple[Path | None, bool]:
    """The path, or what is left of the way to it, and whether it is gone."""
    for one in [path, *path.parents]:
        if os.path.lexists(one):
            return one, one != path
        if one == folder:
            break
    return None, True


def _between(path: Path, folder: Path) -> list[Path]:
    """The folders on the way from a declared folder to what is in it."""
    return [parent for parent in path.parents if parent.is_relative_to(folder) and parent != folder]


def _stays_inside(path: Path, folder: Path) -> bool:
    """A link in a declared folder may lead anywhere."""
    return path.resolve(strict=True).is_relative_to(folder.resolve(strict=True))


def _may_be_cut(path: Path) -> bool:
    """OSSEC ends a path at its first line end: the alert may be about another file, whose name goes on."""
    try:
        return any(name.startswith(f"{path.name}\n") for name in os.listdir(path.parent))
    except FileNotFoundError:
        return False
