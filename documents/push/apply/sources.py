"""Where OSSEC reads log lines: which of them it has not read when it is stopped, and what comes afterwards.

OSSEC itself begins at the ends of files, six seconds after its start. These sources begin where it was stopped.
"""

import os
import pathlib
import re
import signal
import time
import xml.etree.ElementTree as tree

from base import Broken
from journal import JOURNAL_SECONDS, Journal, cursor
from messages import FORMATS, LONGEST

# select, pselect6, nanosleep, clock_nanosleep, on x86-64 and arm64: it has read all that there was, and waits.
WAITING = {"23", "270", "35", "230", "72", "101", "115"}

COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
LOCALFILES = re.compile(r"<localfile>.*?</localfile>", re.DOTALL)


def configured(configuration):
    """Path or "journald" of each source that is read → its format. Somebody may have made of the file what is no XML."""
    found = {}
    for element in elements(configuration):
        kind, location = element.findtext("log_format", ""), element.findtext("location", "")
        if kind == "journald":
            found[kind] = kind
        elif kind in FORMATS:
            found[location] = kind
    return found


def elements(configuration):
    text = configuration.read_text(errors="replace") if configuration.exists() else ""
    for part in LOCALFILES.findall(COMMENT.sub("", text)):
        try:
            yield tree.fromstring(part)
        except tree.ParseError:
            continue


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


def positions(pid, paths):
    """Path → the file that a halted process has open for it, opened here too, and where it has come to."""
    opened = {}
    for link in pathlib.Path(f"/proc/{pid}/fd").glob("*"):
        try:
            opened[os.readlink(link)] = (link, pathlib.Path(f"/proc/{pid}/fdinfo/{link.name}").read_text().split()[1])
        except OSError:
            continue
    found = {}
    for path in paths:
        link, offset = opened.get(path) or moved(path, opened)
        if link is not None:
            found[path] = (open(link, "rb"), int(offset))
    return found


def moved(path, opened):
    """What was rotated, and is still being read: its name goes on after the old one, and it may be deleted already."""
    return next((opened[name] for name in sorted(opened) if name.startswith((f"{path}.", f"{path}-", f"{path} "))),
                (None, 0))


class File:
    """`opened` is what OSSEC has read, up to `offset`; it stays that when another one takes its place."""

    def __init__(self, path, position, kind="syslog"):
        self.path, self.name = pathlib.Path(path), path
        self.opened, self.offset = position
        self.left = set()
        self.queue, make = FORMATS[kind]
        self.messages_of = make()

    def mark(self):
        """How far it is now; the same file grows, another one has taken its place."""
        try:
            status = os.stat(self.path)
        except OSError:
            return None
        return (status.st_ino, status.st_size)

    def lines(self, until):
        """Those that are new, up to a mark, which may be one that has been passed."""
        inode, size = until if until is not None else (None, 0)
        if inode is None or inode in self.left:
            return []
        if inode == self.now().st_ino:
            return self.read(size)
        rest = self.read(self.now().st_size)
        try:
            following = open(self.path, "rb")
        except OSError:
            return rest
        self.left.add(self.now().st_ino)
        self.opened, self.offset = following, 0
        return rest + self.read(size)

    def now(self):
        return os.fstat(self.opened.fileno())

    def read(self, size):
        # Who rotates by copying cuts the file off.
        if self.now().st_size < self.offset:
            self.offset = 0
        self.opened.seek(self.offset)
        content = self.opened.read(max(0, size - self.offset))
        whole = content[: content.rfind(b"\n") + 1]
        self.offset += len(whole)
        return whole.split(b"\n")[:-1]


class Replay:
    """All sources from where OSSEC was stopped; none without a process that has read them."""

    def __init__(self, configuration, pid, is_own):
        self.is_own = is_own
        formats = configured(configuration)
        opened = positions(pid, formats) if pid else {}
        self.begun = [(name, position, formats[name]) for name, position in opened.items()]
        self.hears_journal = bool(pid) and "journald" in formats
        self.cursor = cursor(JOURNAL_SECONDS) if self.hears_journal else None
        self.restart()

    def restart(self):
        """From the beginning: whoever was told is gone."""
        self.sources = [File(*begun) for begun in self.begun]
        if self.hears_journal:
            self.sources.append(Journal(self.cursor))
        self.sent = 0

    def marks(self):
        return {source.name: source.mark() for source in self.sources}

    def forward(self, queue, until=None):
        """Sends what is new to analysisd, up to marks, but for our own lines."""
        until = self.marks() if until is None else until
        for source in self.sources:
            lines = [line for line in source.lines(until.get(source.name)) if line.strip() and not self.is_own(line)]
            for message in source.messages_of(lines):
                try:
                    queue.send(b"%s:%s:%s" % (source.queue, source.name.encode(), message[:LONGEST]))
                except OSError as error:
                    raise Broken(f"analysisd takes no more lines: {error}") from error
                self.sent += 1
