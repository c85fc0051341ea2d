"""One line of alerts.json. Pure.

OSSEC's own writer (src/analysisd/format/to_json.c) makes the JSON; bytes of a log line that are not UTF-8
pass through it as they are.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from .text import clean, one_line

LONGEST_LOG = 6000
LONGEST_PATH = 1000
LONGEST_DESCRIPTION = 300
_LARGEST_RULE = 999_999
_HIGHEST_LEVEL = 16


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert as people need it. Every text is clean; empty where OSSEC didn't say."""

    rule: int
    level: int
    description: str
    """UTC, `2026-11-24T07:31:02Z`."""
    time: str
    """The log line, or what OSSEC says about a file."""
    log: str
    """The log file or the command that the line came from."""
    source: str
    """The file whose content or attributes changed."""
    file: str
    """The time again, since 1970; 0 where OSSEC didn't say."""
    seconds: int = 0
    """The file again, where its name is to the letter what OSSEC saw: nothing in it had to be made visible."""
    path: str = ""


def read_alert(line: bytes) -> Alert | None:
    """None where the line is not an alert, whatever else it is."""
    try:
        found = json.loads(line.decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError):
        return None
    rule = found.get("rule") if isinstance(found, dict) else None
    if not isinstance(rule, dict):
        return None
    number = _whole(rule.get("sidid"), _LARGEST_RULE)
    if number is None or number == 0:
        return None
    syscheck = found.get("SyscheckFile")
    path = syscheck.get("path") if isinstance(syscheck, dict) else None
    return Alert(
        rule=number,
        level=_whole(rule.get("level"), _HIGHEST_LEVEL) or 0,
        description=one_line(rule.get("comment"), LONGEST_DESCRIPTION),
        time=_time(found.get("TimeStamp")),
        log=clean(found.get("full_log"), LONGEST_LOG).strip(),
        source=one_line(found.get("logfile", found.get("location")), LONGEST_PATH),
        file=one_line(path, LONGEST_PATH),
        seconds=_seconds(found.get("TimeStamp")),
        path=_exact(path),
    )


def is_new(log: str) -> bool:
    """Whether OSSEC says more of a file than that it changed."""
    return not log.startswith("Integrity checksum changed for:")


def concerns_rights(log: str) -> bool:
    """Whether OSSEC says that owner, group or permissions of a file changed."""
    return "ermissions changed from" in log or "wnership was" in log


def _whole(value: object, most: int) -> int | None:
    """A number from 0 on; None for anything else."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most:
        return value
    return None


def _time(milliseconds: object) -> str:
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float):
        return ""
    try:
        return utc(milliseconds / 1000)
    except (ValueError, OverflowError, OSError):
        return ""


def _seconds(milliseconds: object) -> int:
    return 0 if _time(milliseconds) == "" else int(milliseconds / 1000)  # type: ignore[operator]


def _exact(path: object) -> str:
    """Bytes that are no UTF-8 have become U+FFFD, which may stand for any of them."""
    if not isinstance(path, str) or not path.startswith("/") or "\ufffd" in path:
        return ""
    return path if clean(path, LONGEST_PATH) == path and "\n" not in path else ""


def utc(seconds: float) -> str:
    """`2026-11-24T07:31:02Z`"""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
