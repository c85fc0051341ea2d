"""`bake-notifier status`: the health file for people."""

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from .health import STALE_SECONDS
from .log import describe
from .text import one_line


def status(path: Path, as_json: bool) -> tuple[str, bool]:
    """What to print, and whether all is well."""
    try:
        content = path.read_text("utf-8")
        found = json.loads(content)
        age = time.time() - datetime.fromisoformat(found["time"]).timestamp()
    except PermissionError:
        return f"{path} is root's: run this as root", False
    except (OSError, ValueError, KeyError, TypeError) as error:
        return f"the notifier does not run, or has just begun ({path}: {describe(error)})", False
    stale = age > STALE_SECONDS
    if as_json:
        return content.rstrip("\n"), found["ok"] and not stale
    lines = (
        [f"the notifier has written nothing for {round(age)} s: it hangs, or does not run"] if stale else []
    )
    return "\n".join([*lines, *_lines(found)]), found["ok"] and not stale


def _lines(found: dict[str, Any]) -> list[str]:
    ossec, alerts = found["ossec"], found["alerts"]
    lines = [
        "all is well" if found["ok"] else "not all is well:",
        *(f"  {one_line(problem, 500)}" for problem in found["problems"]),
        f"{found['fleet']}/{found['image']} · {found['instance'] or 'instance unknown'} · {found['time']}",
        f"OSSEC hears: {ossec['hears']}",
        f"alerts since {alerts['since']}: {alerts['read']} read, {alerts['notified']} notified, "
        f"{alerts['held_back']} held back, {alerts['maintenance']} covered by maintenance, "
        f"{alerts['unreadable']} unreadable",
    ]
    for name, hook in found["hooks"].items():
        lines.append(
            f"{name} ({hook['format']}): {hook['sent']} sent since the start, {hook['waiting']} waiting, "
            f"{hook['lost']} lost; URL {one_line(hook['url'], 300)}"
        )
    return lines
