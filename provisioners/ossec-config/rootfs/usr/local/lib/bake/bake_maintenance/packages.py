"""Whether a file is what its package brought: dpkg keeps the digest of each."""

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DPKG = Path("/var/lib/dpkg")

# Where /usr is merged, packages may still name a file by its old way.
_OLD_WAYS = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_SUM = re.compile(r"([0-9a-f]{32})  (.+)")
_CONFIGURATION = re.compile(r" (/.+) ([0-9a-f]{32})(?: obsolete)?")
_NOT_PLAIN = stat.S_ISUID | stat.S_ISGID | stat.S_IWGRP | stat.S_IWOTH

Sums = dict[str, str]


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A file that a package owns."""

    at: float
    """When it was changed, in seconds since 1970."""
    fits: bool
    """It has the content that its package brought."""
    plain: bool
    """Root's, and runs as nobody else; nobody else may write it."""


class Packages:
    """dpkg's digests, read again where they have changed."""

    def __init__(self, folder: Path = DPKG, root: Path = Path("/")) -> None:
        self._folder = folder
        self._root = root
        self._read: dict[Path, tuple[tuple[int, int], Sums]] = {}

    def look(self, path: str) -> PackageFile | None:
        """None where no package owns the file, it is gone, or is none."""
        if os.path.normpath(path) != path or "\0" in path:
            return None
        try:
            digests = {sums[path] for sums in self._sums() if path in sums}
            return self._file(path, digests) if digests else None
        except (OSError, ValueError):
            return None

    def _file(self, path: str, digests: set[str]) -> PackageFile | None:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(descriptor, "rb") as file:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                return None
            digest = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
        return PackageFile(found.st_ctime, digest in digests, _is_plain(found))

    def _sums(self) -> Iterator[Sums]:
        files = [*(self._folder / "info").glob("*.md5sums"), self._folder / "status"]
        for gone in self._read.keys() - set(files):
            del self._read[gone]
        for file in files:
            found = file.stat()
            version = (found.st_mtime_ns, found.st_size)
            known = self._read.get(file)
            if known is None or known[0] != version:
                known = self._read[file] = (version, self._parse(file))
            yield known[1]

    def _parse(self, file: Path) -> Sums:
        lines = file.read_text("utf-8", "surrogateescape").splitlines()
        if file.name == "status":
            matches = [match for line in lines if (match := _CONFIGURATION.fullmatch(line))]
            return {self._real(match[1]): match[2] for match in matches}
        matches = [match for line in lines if (match := _SUM.fullmatch(line))]
        return {self._real(f"/{match[2]}"): match[1] for match in matches}

    def _real(self, path: str) -> str:
        top = path.split("/")[1]
        return f"/usr{path}" if top in _OLD_WAYS and (self._root / top).is_symlink() else path


def _is_plain(found: os.stat_result) -> bool:
    return found.st_uid == 0 and not found.st_mode & _NOT_PLAIN
