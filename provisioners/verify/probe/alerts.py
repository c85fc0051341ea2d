"""OSSEC's alerts since the boot, as it writes them."""

import json
from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path("/var/ossec/logs/alerts")
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Alert:
    rule: int
    level: int
    description: str
    log: str
    """The log line, or what OSSEC says about a file."""
    source: str
    """The log file or command that the line came from."""
    file: str
    """The file that changed; empty for anything else."""
    seconds: float
    """Since 1970, as OSSEC has stamped it."""


def read_alerts() -> list[Alert]:
    """All of them, in order; a day's file and the one of today are the same file under two names."""
    files = {path.stat().st_ino: path for path in _FOLDER.rglob("*.json")}
    found = [alert for path in files.values() for alert in _read(path)]
    return sorted(found, key=lambda alert: alert.seconds)


def _read(path: Path) -> list[Alert]:
    lines = path.read_bytes().split(b"\n")
    # What comes after the last line end is still being written.
    return [alert for line in lines[:-1] if (alert := _parse(line)) is not None]


def _parse(line: bytes) -> Alert | None:
    try:
        found = json.loads(line.decode("utf-8", "replace"), strict=False)
        rule, file = found["rule"], found.get("SyscheckFile")
        return Alert(
            rule=int(rule["sidid"]),
            level=int(rule["level"]),
            description=_text(rule.get("comment")),
            log=_text(found.get("full_log")),
            source=_text(found.get("logfile", found.get("location"))),
            file=_text(file.get("path")) if isinstance(file, dict) else "",
            seconds=float(found["TimeStamp"]) / 1000,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _text(value: object) -> str:
    return value[:_LONGEST] if isinstance(value, str) else ""
