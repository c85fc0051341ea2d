"""The journal of systemd, as OSSEC's own reader makes lines of it."""

import json
import subprocess
import time

from messages import LOCALFILE

# The journal is looked at every second.
JOURNAL_SECONDS = 2


def cursor(seconds_ago=0):
    """Of the journal's last entry before so many seconds; None where there is none."""
    until = [] if seconds_ago == 0 else ["--until", f"{seconds_ago} seconds ago"]
    result = subprocess.run(["journalctl", "--quiet", "--lines=1", "--output=json", *until], capture_output=True,
                            timeout=20, check=False)
    lines = result.stdout.splitlines()
    return json.loads(lines[-1])["__CURSOR"] if lines else None


class Journal:
    """Lines as OSSEC's own reader makes them."""

    name, queue = "journald", LOCALFILE

    def __init__(self, after):
        self.after = after

    def messages_of(self, lines):
        return lines

    def mark(self):
        return cursor()

    def lines(self, until):
        after = [] if self.after is None else [f"--after-cursor={self.after}"]
        result = subprocess.run(["journalctl", "--quiet", "--all", "--output=json", *after], capture_output=True, timeout=60,
                                check=False)
        found = []
        for line in result.stdout.splitlines():
            entry = json.loads(line)
            self.after = entry["__CURSOR"]
            found.append(syslog_line(entry))
            if self.after == until:
                break
        return found


def syslog_line(entry):
    seconds = int(entry["__REALTIME_TIMESTAMP"]) / 1_000_000
    when = time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(seconds))
    host, name = field(entry, "_HOSTNAME") or "localhost", field(entry, "SYSLOG_IDENTIFIER") or "unknown"
    return f"{when[:-2]}:00 {host} {name}: {field(entry, 'MESSAGE')}".encode("utf8", "replace")


def field(entry, name):
    """Anybody writes to the journal what they like: a field may be there twice, and may be no text."""
    value = entry.get(name)
    if isinstance(value, list) and not all(isinstance(one, int) for one in value):
        value = value[0]
    if isinstance(value, list):
        return bytes(value).decode("utf8", "replace")
    return value if isinstance(value, str) else ""
