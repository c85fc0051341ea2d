"""Until OSSEC hears again by itself: lines are brought to it, and one of our own has to ring."""

import json
import secrets
import subprocess
import time

from base import HOME, Broken
from units import connect

ALERTS = HOME / "logs/alerts/alerts.json"
LOG = HOME / "logs/ossec.log"
PROBE_RULE = 990010
SECONDS = 60
PAUSE = 0.4


def size(path):
    return path.stat().st_size if path.exists() else 0


def until_heard(replay, offset):
    """Brings lines until logcollector hears. Returns after how many seconds it did. Raises Broken."""
    token = f"bake-push-{secrets.token_hex(6)}"
    began = time.monotonic()
    marks = []
    queue = connect()
    try:
        while time.monotonic() - began < SECONDS:
            marks.append(replay.marks())
            subprocess.run(["logger", "--tag", "bake-probe", f"{token} {len(marks) - 1}."], timeout=10, check=False)
            time.sleep(PAUSE)
            first = first_heard(token, offset)
            if first is not None:
                # What was written before this line is ours to bring; OSSEC has read the rest.
                replay.forward(queue, token.encode(), marks[first])
                return time.monotonic() - began
            replay.forward(queue, token.encode())
    finally:
        queue.close()
    raise Broken(f"a line in the system log became no alert within {SECONDS} s")


def first_heard(token, offset):
    """The smallest number of our lines that has become an alert."""
    if not ALERTS.exists():
        return None
    with open(ALERTS, "rb") as file:
        file.seek(offset if offset <= size(ALERTS) else 0)
        found = [number(line, token) for line in file if token.encode() in line]
    return min((one for one in found if one is not None), default=None)


def number(line, token):
    try:
        alert = json.loads(line.decode("utf8", "replace"), strict=False)
        if alert["rule"]["sidid"] == PROBE_RULE:
            return int(alert["full_log"].rsplit(token, 1)[1].split(".")[0])
    except (ValueError, KeyError, TypeError, IndexError):
        pass
    return None


def until_scanned(offset, seconds):
    """How long the scan after the start took; None where it has not ended by then."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        with open(LOG, "rb") as file:
            file.seek(offset if offset <= size(LOG) else 0)
            if b"Ending syscheck scan" in file.read():
                return time.monotonic() - began
        time.sleep(0.5)
    return None
