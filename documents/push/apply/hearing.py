"""Until OSSEC hears again by itself: lines are brought to it, and one of our own has to ring."""

import contextlib
import json
import re
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


def since(path, offset):
    """From the beginning where it was cut off meanwhile."""
    with open(path, "rb") as file:
        file.seek(offset if offset <= size(path) else 0)
        return file.read()


class Probe:
    """Lines of our own, which have to ring. Nobody knows beforehand what they say, so nobody's line passes for one."""

    def __init__(self):
        self.token = f"bake-push-{secrets.token_hex(16)}"
        self.pattern = re.compile(rb"\bbake-probe(\[\d+\])?: %s \d+\.$" % self.token.encode())
        self.count = 0

    def is_own(self, line):
        return self.pattern.search(line) is not None

    def log(self):
        """Returns its number."""
        number, self.count = self.count, self.count + 1
        subprocess.run(["logger", "--tag", "bake-probe", f"{self.token} {number}."], timeout=10, check=False)
        return number

    def heard(self, offset, first):
        """The first line from a number on that has become an alert."""
        if not ALERTS.exists():
            return None
        lines = since(ALERTS, offset).splitlines()
        found = [self.number(line) for line in lines if self.token.encode() in line]
        return min((one for one in found if one is not None and one >= first), default=None)

    def number(self, line):
        try:
            alert = json.loads(line.decode("utf8", "replace"), strict=False)
            if alert["rule"]["sidid"] == PROBE_RULE:
                return int(alert["full_log"].rsplit(self.token, 1)[1].split(".")[0])
        except (ValueError, KeyError, TypeError, IndexError):
            pass
        return None


def until_heard(replay, offset, probe):
    """Brings lines until logcollector hears. Raises Broken."""
    end = time.monotonic() + SECONDS
    begin, marks = probe.count, {}
    queue = connect()
    try:
        while time.monotonic() < end:
            now = replay.marks()
            marks[probe.log()] = now
            time.sleep(PAUSE)
            first = probe.heard(offset, begin)
            if first is not None:
                # What was written before this line is ours to bring; OSSEC has read the rest.
                replay.forward(queue, marks[first])
                return
            replay.forward(queue)
    finally:
        queue.close()
    raise Broken(f"a line in the system log became no alert within {SECONDS} s")


def until_scanned(offset, seconds):
    """How long the scan after the start took; None where it has not ended by then."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        # It may be just being rotated.
        with contextlib.suppress(OSError):
            if b"Ending syscheck scan" in since(LOG, offset):
                return time.monotonic() - began
        time.sleep(0.5)
    return None
