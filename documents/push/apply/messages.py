"""Lines of a log file as OSSEC's logcollector makes messages of them: some formats have several lines a message.

A format is a function from lines to messages, and the queue of analysisd that they go to. What it remembers is of one
file. Source: src/logcollector/read_*.c, 4.1.0 and later; what those skip is skipped here.
"""

import re

LOCALFILE, MYSQL, POSTGRESQL = b"1", b"a", b"b"
# OS_MAXSTR less OS_LOG_HEADER, and the end of a C string.
LONGEST = 6144 - 256 - 1

AUDIT = re.compile(rb"type=.*?msg=audit\((.*?)\): ")
# An event has so many lines at most.
AUDIT_LINES = 16
MYSQL_TIME = re.compile(rb"\d{6} \d\d:.{2}:.{2}")
MYSQL_SAME_TIME = b"\t\t      "
POSTGRESQL_BEGIN = re.compile(rb"\[\d.{3}-.{2}-.{2} \d.:.{2}:")


def single():
    """A line is a message."""
    return lambda lines: lines


def audit():
    """Neighbours of the same event are one."""

    def messages(lines):
        found, event = [], None
        for line in lines:
            header = AUDIT.match(line)
            if header is None:
                continue
            if header[1] != event:
                event = header[1]
                found.append([])
            if len(found[-1]) < AUDIT_LINES:
                found[-1].append(line)
        return [b" ".join(parts) for parts in found]

    return messages


def mysql():
    """Events of one second have its time in the first line only."""
    time = None

    def message(line):
        nonlocal time
        if len(line) >= 18 and MYSQL_TIME.match(line):
            time, text = line[:15], line[15:]
        elif len(line) >= 10 and time is not None and line.startswith(MYSQL_SAME_TIME):
            text = line[2:]
        else:
            return []
        return [b"MySQL log: %s %s" % (time, text.lstrip(b" \t"))]

    return lambda lines: [one for line in lines for one in message(line)]


def postgresql():
    """A query goes on in lines that begin with a tab."""

    def messages(lines):
        found = []
        for line in lines:
            if len(line) >= 32 and POSTGRESQL_BEGIN.match(line):
                found.append(line)
            elif len(line) >= 2 and line.startswith(b"\t") and found:
                found[-1] += b" " + line
        return found

    return messages


def snort_full():
    """[**] what, [Classification: …], date and addresses: the date is left out. What is none of these ends an alert."""
    parts = []

    def message(line):
        dated = line[2:3] == b"/" and line[5:6] == b"-" and b" " in line
        if not parts:
            if line.startswith(b"[**] ["):
                parts.append(line)
        elif len(parts) == 1 and line.startswith(b"[Classification:"):
            parts.append(line)
        elif len(parts) == 1 and (line.startswith(b"[Priority: ") or dated):
            parts.append(b"[Classification: Preprocessor] [Priority: 3] ")
        elif not dated:
            parts.clear()
        if len(parts) == 2 and dated:
            whole = b"".join([*parts, line.split(b" ", 1)[1]])
            parts.clear()
            return [whole]
        return []

    return lambda lines: [one for line in lines for one in message(line)]


# Those that a fleet file may name.
FORMATS = {
    "syslog": (LOCALFILE, single),
    "apache": (LOCALFILE, single),
    "squid": (LOCALFILE, single),
    "snort-fast": (LOCALFILE, single),
    "snort-full": (LOCALFILE, snort_full),
    "audit": (LOCALFILE, audit),
    "mysql_log": (MYSQL, mysql),
    "postgresql_log": (POSTGRESQL, postgresql),
}
