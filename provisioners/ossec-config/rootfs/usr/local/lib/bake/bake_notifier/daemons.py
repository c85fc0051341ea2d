"""OSSEC's processes and version."""

import re
from pathlib import Path

from .systemd import CREDENTIALS
from .text import one_line

EXPECTED = ("analysisd", "execd", "logcollector", "monitord", "syscheckd")

_VERSION_FILE = CREDENTIALS / "ossec-init.conf"
# What the kernel keeps of a process's name.
_NAME_LENGTH = 15


def running(proc: Path = Path("/proc")) -> list[str]:
    """Those of EXPECTED that run."""
    names = {_name(process) for process in proc.glob("[0-9]*")}
    return [daemon for daemon in EXPECTED if f"ossec-{daemon}"[:_NAME_LENGTH] in names]


def missing(found: list[str]) -> list[str]:
    return [daemon for daemon in EXPECTED if daemon not in found]


def version(path: Path = _VERSION_FILE) -> str:
    """As OSSEC says it: `v4.1.0`; `unknown` where it doesn't."""
    try:
        match = re.search(r'^VERSION="([^"\n]{1,50})"$', path.read_text("utf-8", "replace"), re.MULTILINE)
    except OSError:
        match = None
    return "unknown" if match is None else one_line(match[1], 50)


def _name(process: Path) -> str:
    try:
        return (process / "comm").read_text("utf-8", "replace").rstrip("\n")
    except OSError:
        return ""
