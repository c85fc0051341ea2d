"""Files that OSSEC watches, to tamper with: they are in the image's own baseline."""

import re
from collections.abc import Iterator
from pathlib import Path

_DATABASE = Path("/var/ossec/queue/syscheck/syscheck")
_ENTRY = re.compile(r"...\S* !\d+ (.+)")
_ELF = b"\x7fELF"
# What this program, the notifier and a login need while they are tampered with.
_NEEDED = re.compile(r"python|bash|/sh$|dash|sshd?$|systemd|systemctl|journalctl|logger|sudo|/ip$|/ss$|env$|pam|login")


def watched_below(folder: str, *, program: bool) -> Iterator[str]:
    """The smallest first; `program`: compiled ones only."""
    found = []
    for line in _DATABASE.read_text("utf-8", "replace").splitlines():
        match = _ENTRY.fullmatch(line)
        if match is None or not match[1].startswith(f"{folder}/") or _NEEDED.search(match[1]):
            continue
        path = Path(match[1])
        if path.is_file() and not path.is_symlink() and (not program or _is_program(path)):
            found.append((path.stat().st_size, str(path)))
    return (path for size, path in sorted(found) if size > 0)


def _is_program(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == _ELF
