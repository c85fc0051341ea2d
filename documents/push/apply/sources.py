"""Where OSSEC reads log lines: which of them it has not read when it is stopped, and what comes afterwards.

OSSEC itself begins at the ends of files, six seconds after its start. These sources begin where it was stopped.
"""

import json
import os
import pathlib
import signal
import subprocess
import time
import xml.etree.ElementTree as tree

from base import HOME, Broken

# Formats that are one line a message.
PLAIN = ("syslog", "apache", "squid", "snort-full", "snort-fast", "iis", "nmapg", "ossecalert")
# select, pselect6, nanosleep, clock_nanosleep, on x86-64 and arm64: it has read all that there was, and waits.
WAITING = {"23", "270", "35", "230", "72", "101", "115"}
LONGEST = 6000
# The journal is looked at every second.
JOURNAL_SECONDS = 2


def configured(configuration):
    """Path or "journald" of each source that can be replayed."""
    found = []
    for element in tree.parse(configuration).getroot().iter("localfile"):
        kind, location = element.findtext("log_format", ""), element.findtext("location", "")
        if kind == "journald":
            found.append("journald")
        elif kind in PLAIN and location.startswith("/") and "*" not in location and "%" not in location:
            found.append(location)
    return list(dict.fromkeys(found))


def freeze(pid):
    """Halts logcollector between two looks at its files, so that it has sent on all that it has read."""
    for _ in range(100):
        try:
            os.kill(pid, signal.SIGSTOP)
            time.sleep(0.01)
            if pathlib.Path(f"/proc/{pid}/syscall").read_text().split()[0] in WAITING:
                return
            os.kill(pid, signal.SIGCONT)
            time.sleep(0.02)
        except OSError:
            return


def positions(pid):
    """Path → inode and offset of every file that a halted process has open."""
    found = {}
    for link in pathlib.Path(f"/proc/{pid}/fd").glob("*"):
        try:
            path = os.readlink(link)
            said = pathlib.Path(f"/proc/{pid}/fdinfo/{link.name}").read_text()
            found[path] = (os.stat(link).st_ino, int(said.split()[1]))
        except OSError:
            continue
    return found


def cursor(seconds_ago=0):
    """Of the journal's last entry before so many seconds; None where there is none."""
    until = [] if seconds_ago == 0 else ["--until", f"{seconds_ago} seconds ago"]
    result = subprocess.run(["journalctl", "--quiet", "--lines=1", "--output=json", *until], capture_output=True,
                            timeout=20, check=False)
    lines = result.stdout.splitlines()
    return json.loads(lines[-1])["__CURSOR"] if lines else None


class File:
    def __init__(self, path, position):
        self.path, self.name = pathlib.Path(path), path
        self.inode, self.offset = position

    def mark(self):
        """How far it is now; the same file grows, another one has taken its place."""
        try:
            status = os.stat(self.path)
        except OSError:
            return None
        return (status.st_ino, status.st_size)

    def lines(self, until):
        """Those that are new, up to a mark."""
        if until is None:
            return []
        inode, size = until
        rest = [] if inode == self.inode else self.rotated()
        if inode != self.inode:
            self.inode, self.offset = inode, 0
        return rest + self.read(self.path, size)

    def rotated(self):
        """The end of the file that was moved away meanwhile."""
        for other in self.path.parent.glob(f"{self.path.name}?*"):
            try:
                if os.stat(other).st_ino == self.inode:
                    return self.read(other, os.stat(other).st_size)
            except OSError:
                continue
        return []

    def read(self, path, size):
        try:
            with open(path, "rb") as file:
                file.seek(self.offset)
                content = file.read(max(0, size - self.offset))
        except OSError:
            return []
        whole = content[: content.rfind(b"\n") + 1]
        self.offset += len(whole)
        return whole.splitlines()


class Journal:
    """Lines as OSSEC's own reader makes them."""

    name = "journald"

    def __init__(self, after):
        self.after = after

    def mark(self):
        return cursor()

    def lines(self, until):
        after = [] if self.after is None else [f"--after-cursor={self.after}"]
        result = subprocess.run(["journalctl", "--quiet", "--output=json", *after], capture_output=True, timeout=60,
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
    said = entry.get("MESSAGE") or ""
    message = said if isinstance(said, str) else bytes(said).decode("utf8", "replace")
    name = entry.get("SYSLOG_IDENTIFIER", "unknown")
    return f"{when[:-2]}:00 {entry.get('_HOSTNAME', 'localhost')} {name}: {message}".encode()


class Replay:
    """All sources from where OSSEC was stopped; none without a process that has read them."""

    def __init__(self, configuration, pid):
        opened = positions(pid) if pid else {}
        self.begun = {name: opened[name] for name in configured(configuration) if name in opened}
        self.hears_journal = bool(pid) and "journald" in configured(configuration)
        self.cursor = cursor(JOURNAL_SECONDS) if self.hears_journal else None
        self.restart()

    def restart(self):
        """From the beginning: whoever was told is gone."""
        self.sources = [File(name, position) for name, position in self.begun.items()]
        if self.hears_journal:
            self.sources.append(Journal(self.cursor))
        self.sent = 0

    def marks(self):
        return {source.name: source.mark() for source in self.sources}

    def forward(self, queue, skip, until=None):
        """Sends what is new to analysisd, up to marks; lines with `skip` in them are not ours to send."""
        until = self.marks() if until is None else until
        for source in self.sources:
            for line in source.lines(until.get(source.name)):
                if skip in line or not line.strip():
                    continue
                try:
                    queue.send(b"1:%s:%s" % (source.name.encode(), line[:LONGEST]))
                except OSError as error:
                    raise Broken(f"analysisd takes no more lines: {error}") from error
                self.sent += 1
