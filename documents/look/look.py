"""What `bake` asks of a running instance: read only. Comes with the SSM document that runs it.

look.py state DIGESTS...             what the OSSEC layer of this instance is
look.py alerts SECONDS BUCKET        its alerts of the last SECONDS and of as many before, counted
look.py alert RULE SECONDS           the newest alerts of one rule, whole
look.py details RULE SECONDS         far more of them, for an output that goes to S3
look.py grave LEVEL                  whether there is an alert of that level or above

One line of base64 of gzipped JSON, since SSM cuts an output at 24,000 characters: what has no room is left out, and
counted. In S3 there is room for LARGEST. Python's standard library only, and nothing of what is installed: it may be what is broken.
"""

import base64
import collections
import glob
import grp
import gzip
import hashlib
import json
import os
import pwd
import re
import subprocess
import sys
import time
import zlib

ROOM = 23_000
LARGEST = 8_000_000
MOST_DETAILS = 10_000
ALERTS = "/var/ossec/logs/alerts"
PORT_RULE = 990002
LONGEST_LINE = 1024 * 1024
MOST_SUBJECTS = 256
MOST_RULES = 2000
# The finest that a storm is looked for in; a subject with more of them rings all the time.
BUCKET = 300
MOST_BUCKETS = 48
LAYER = (
    "/var/ossec/etc/ossec.conf",
    "/var/ossec/etc/local_internal_options.conf",
    "/var/ossec/rules/bake_rules.xml",
    "/var/ossec/rules/local_rules.xml",
    "/etc/bake/ossec/notify.json",
    "/etc/bake/ossec/ports.allow",
    "/etc/bake/ossec/maintenance.json",
)
PUSHED = "/var/lib/bake/push"
RECORD = "/var/lib/bake/ossec.sha256"
PROGRAMS = (
    "/usr/local/lib/bake",
    *(
        f"{top}/systemd/system/{name}"
        for top in ("/etc", "/run", "/usr/local/lib", "/usr/lib")
        for name in ("ossec*", "bake-*")
    ),
    "/usr/local/sbin/bake-*",
    "/var/ossec/bin/ossec-control",
)


def packed(value):
    return base64.b64encode(gzip.compress(json.dumps(value, separators=(",", ":")).encode(), 9, mtime=0)).decode()


def fitting(makers, room=ROOM):
    """The first of ever smaller answers that has room."""
    line = ""
    for make in makers:
        line = packed(make())
        if len(line) <= room:
            break
    return line[:room]


# State


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read(LONGEST_LINE)
    except OSError:
        return None


def said(name):
    found = re.search(rb'^%s="(.*)"$' % name.encode(), read("/etc/ossec-init.conf") or b"", re.MULTILINE)
    return found.group(1).decode("utf8", "replace") if found else None


def platform():
    values = dict(line.split("=", 1) for line in (read("/etc/os-release") or b"").decode().splitlines() if "=" in line)
    clean = {key: value.strip('"') for key, value in values.items()}
    machine = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=False)
    return "-".join([clean.get("ID", "unknown"), clean.get("VERSION_ID", "rolling"), machine.stdout.strip()])


def program_files():
    for pattern in PROGRAMS:
        for top in glob.glob(pattern):
            if os.path.isfile(top):
                yield top
            for folder, folders, files in os.walk(top):
                folders[:] = [name for name in folders if name != "__pycache__"]
                yield from (os.path.join(folder, name) for name in files)


def daemons():
    units = ["ossec@%s.service" % name for name in ("analysisd", "execd", "logcollector", "syscheckd", "monitord")]
    units.append("bake-notifier.service")
    result = subprocess.run(["systemctl", "is-active", *units], capture_output=True, text=True, check=False)
    return dict(zip(units, result.stdout.split()))


class Files:
    """What is there, but for what a push that was ended midway has changed: that comes back before anything else."""

    def __init__(self):
        opened = json.loads(read(f"{PUSHED}/open.json") or b"null")
        self.kept = {entry["path"]: entry for entry in (opened or {"entries": []})["entries"]}
        # An OSSEC that was put aside for ours, or nothing.
        self.is_aside = os.path.exists(f"{PUSHED}/kept")
        self.is_left = (opened is not None or self.is_aside) and not is_at_work()

    def read(self, path):
        entry = self.kept.get(path)
        if entry is None:
            return read(path)
        return read(entry["kept"]) if entry["exists"] else None

    def owner(self, path):
        entry = self.kept.get(path)
        if entry is None:
            status = os.stat(path)
            entry = {"mode": status.st_mode & 0o7777, "uid": status.st_uid, "gid": status.st_gid}
        user, group = name_of(pwd.getpwuid, entry["uid"]), name_of(grp.getgrgid, entry["gid"])
        return "%04o %s %s" % (entry["mode"], user, group)

    def tarball(self):
        """None where the OSSEC that is here, or comes back, is none of bake's."""
        return None if self.is_aside else (self.read(RECORD) or b"").decode().strip() or None


def is_at_work():
    """Whether a push is at work, which holds a lock; it is not asked for, since a push that begins would be refused."""
    try:
        inode = str(os.stat(f"{PUSHED}/lock").st_ino)
    except FileNotFoundError:
        return False
    locks = (read("/proc/locks") or b"").decode().splitlines()
    return any(line.split()[5].split(":")[-1] == inode for line in locks if " FLOCK " in line and "->" not in line)


def name_of(look_up, number):
    try:
        return look_up(number)[0]
    except KeyError:
        return str(number)


def state(texts):
    files = Files()
    contents = {path: files.read(path) for path in LAYER}
    contents = {path: content for path, content in contents.items() if content is not None}
    programs = {path: files.read(path) for path in sorted(program_files())}
    programs = {path: content for path, content in programs.items() if content is not None}
    return {
        "version": 1,
        "installed": os.path.exists("/var/ossec/bin/ossec-control") or os.path.exists("/etc/ossec-init.conf"),
        "ossec": said("VERSION"),
        "flavour": said("TYPE"),
        "tarball": files.tarball(),
        "platform": platform(),
        "layer": {path: hashlib.sha256(content).hexdigest() for path, content in contents.items()},
        "programs": {path: hashlib.sha256(content).hexdigest() for path, content in programs.items()},
        "owners": {path: files.owner(path) for path in [*contents, *programs]},
        "left": files.is_left,
        "daemons": daemons(),
        "push": json.loads(read(f"{PUSHED}/last.json") or b"null"),
        "texts": {path: text.decode("utf8", "replace") for path, text in contents.items() if texts},
    }


# Alerts


def alert_files(since):
    """Of the days that are asked for; the current one is there under two names."""
    seen = set()
    days = glob.glob(ALERTS + "/[0-9]*/*/ossec-alerts-*.json") + glob.glob(ALERTS + "/[0-9]*/*/ossec-alerts-*.json.gz")
    for path in [*days, ALERTS + "/alerts.json"]:
        try:
            status = os.stat(path)
        except OSError:
            continue
        if status.st_mtime >= since and status.st_ino not in seen:
            seen.add(status.st_ino)
            yield path


def lines(path, damaged=None):
    """Of a damaged file those before the damage; its path is added to `damaged`."""
    opened = gzip.open if path.endswith(".gz") else open
    try:
        with opened(path, "rb") as file:
            while line := file.readline(LONGEST_LINE):
                yield line
    except (OSError, EOFError, zlib.error):
        if damaged is not None:
            damaged.append(path)


def text(value, longest=300):
    return value[:longest] if isinstance(value, str) else ""


def number(value, most):
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most else None


def read_alert(line):
    try:
        found = json.loads(line.decode("utf8", "replace"), strict=False)
        rule = found["rule"]
        identity = number(rule.get("sidid"), 999_999)
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return None
    when = found.get("TimeStamp")
    if not identity:
        return None
    syscheck = found.get("SyscheckFile")
    return {
        "rule": identity,
        "level": number(rule.get("level"), 16) or 0,
        "description": text(rule.get("comment")),
        "time": int(when // 1000) if isinstance(when, (int, float)) and 1e12 < when < 1e13 else None,
        "log": text(found.get("full_log"), 600),
        "source": text(found.get("logfile", found.get("location"))),
        "file": text(syscheck.get("path")) if isinstance(syscheck, dict) else "",
        "address": text(found.get("srcip")),
    }


def subject(alert):
    if alert["file"]:
        return ("file", alert["file"])
    if alert["rule"] == PORT_RULE:
        ports = {f"{port}/{kind}" for kind, port in re.findall(r"\b(tcp|udp)/\S{1,60}?:(\d{1,5})\(", alert["log"])}
        if ports:
            return ("port", ", ".join(sorted(ports)))
    return ("address", alert["address"]) if alert["address"] else ("source", alert["source"])


class Subject:
    """What a rule's alerts are about. There is no storm of addresses, so their times are nothing to know."""

    def __init__(self, kind, value):
        self.kind, self.value = kind, value
        self.count = 0
        self.buckets = None if kind == "address" else {}
        self.example = None

    def add(self, alert, when):
        self.count += 1
        self.example = alert
        if when is not None and self.buckets is not None:
            self.buckets[when // BUCKET] = self.buckets.get(when // BUCKET, 0) + 1
            if len(self.buckets) > MOST_BUCKETS:
                self.buckets = None

    def result(self, longest):
        """`longest`: of its example; 0 leaves it out."""
        answer = {"kind": self.kind, "value": self.value, "count": self.count}
        answer["buckets"] = sorted((self.buckets or {}).items())
        if longest:
            when = self.example["time"]
            answer["example"] = {key: text(self.example[key], longest) for key in ("log", "source")}
            answer["example"].update({} if when is None else {"time": when})
        return answer


class Rule:
    def __init__(self, alert):
        self.facts = {key: alert[key] for key in ("rule", "level", "description")}
        self.count = self.before = self.others = 0
        self.first = self.last = None
        self.buckets = {}
        self.subjects = {}

    def add(self, alert, when, bucket):
        """`when`: None where the alert has no time that can be."""
        self.count += 1
        self.facts["level"] = max(self.facts["level"], alert["level"])
        if when is not None:
            self.first = when if self.first is None else min(self.first, when)
            self.last = when if self.last is None else max(self.last, when)
            self.buckets[when // bucket] = self.buckets.get(when // bucket, 0) + 1
        about = self.about(*subject(alert))
        if about:
            about.add(alert, when)
        else:
            self.others += 1

    def about(self, kind, value):
        """Of more files than there is room for, the folder; None where there is none for that, too."""
        known = self.subjects.get((kind, value))
        if known:
            return known
        if len(self.subjects) < MOST_SUBJECTS * (2 if kind == "folder" else 1):
            return self.subjects.setdefault((kind, value), Subject(kind, value))
        return self.about("folder", os.path.dirname(value)) if kind == "file" else None

    def result(self, most_subjects, most_examples, longest):
        ordered = sorted(self.subjects.values(), key=lambda one: -one.count)
        listed = ordered[:most_subjects]
        return {
            **self.facts,
            "count": self.count,
            "before": self.before,
            **({} if self.first is None else {"first": self.first, "last": self.last}),
            "buckets": sorted(self.buckets.items()),
            "subjects": [one.result(longest if at < most_examples else 0) for at, one in enumerate(listed)],
            "others": self.others + sum(one.count for one in ordered[most_subjects:]),
        }


def alerts(seconds, bucket):
    now = int(time.time())
    begin, previous = now - seconds, now - 2 * seconds
    rules, counts, damaged, oldest = {}, collections.Counter(unreadable=0, ahead=0, omitted=0), [], None
    for path in alert_files(previous):
        for line in lines(path, damaged):
            alert = read_alert(line)
            if alert is None:
                counts["unreadable"] += 1
                continue
            # What is dated ahead of now may be any old: it is counted, but at no time.
            is_ahead = alert["time"] is not None and alert["time"] > now
            when = None if is_ahead else alert["time"]
            if when is not None:
                oldest = when if oldest is None else min(oldest, when)
                if when < previous:
                    continue
            if alert["rule"] not in rules and len(rules) >= MOST_RULES:
                counts["omitted"] += 1
                continue
            rule = rules.setdefault(alert["rule"], Rule(alert))
            if when is not None and when < begin:
                rule.before += 1
            else:
                counts["ahead"] += is_ahead
                rule.add(alert, when, bucket)
    return summary(rules, {"bucketSeconds": bucket, "damaged": len(damaged), **counts}, oldest)


def summary(rules, facts, oldest):
    """The gravest and most frequent rules first, for these stay when there is no room."""
    ordered = sorted(rules.values(), key=lambda rule: (-rule.facts["level"], -rule.count))

    def answer(most_rules, *sizes):
        return {
            "version": 1,
            **facts,
            **({} if oldest is None else {"since": oldest}),
            "omitted": facts["omitted"] + sum(rule.count for rule in ordered[most_rules:]),
            "rules": [rule.result(*sizes) for rule in ordered[:most_rules]],
        }

    # Rules, subjects of each, how many of these with their newest log line, and how long a line.
    sizes = [
        (400, 100, 100, 600),
        (400, 100, 20, 300),
        (200, 60, 5, 300),
        (200, 40, 2, 200),
        (100, 15, 1, 200),
        (40, 5, 1, 100),
        (10, 2, 1, 60),
        (0, 0, 0, 0),
    ]
    return fitting([lambda size=size: answer(*size) for size in sizes])


def one_rule(rule, seconds, sizes, room):
    """The newest ones, each line as OSSEC wrote it."""
    begin = time.time() - seconds
    found, count = collections.deque(maxlen=sizes[0]), 0
    for path in sorted(alert_files(begin), key=os.path.getmtime):
        for line in lines(path):
            alert = read_alert(line)
            if alert and alert["rule"] == rule and (alert["time"] is None or alert["time"] >= begin):
                count += 1
                found.append(line.decode("utf8", "replace").strip())
    newest = list(found)
    return fitting(
        [lambda most=most: {"version": 1, "count": count, "lines": newest[-most:] if most else []} for most in sizes],
        room,
    )


def grave(level):
    """Of all that there is: an instance that was just launched has nothing older. Nobody counts what has no file."""
    first, count, files = None, 0, list(alert_files(0))
    if not files:
        why = ": the stand-in for OSSEC hears nothing" if "stand-in" in (said("VERSION") or "") else ""
        sys.exit(f"there is no {ALERTS}/alerts.json{why}")
    for path in files:
        for line in lines(path):
            alert = read_alert(line)
            if alert and alert["level"] >= level:
                first, count = first or alert, count + 1
    known = first and {key: first[key] for key in ("rule", "level", "description")}
    return fitting([lambda: {"version": 1, "count": count, "first": known}])


def main(what, *arguments):
    if what == "state":
        print(fitting([lambda: state(True), lambda: state(False)]))
    elif what == "alerts":
        print(alerts(int(arguments[0]), int(arguments[1])))
    elif what == "grave":
        print(grave(int(arguments[0])))
    elif what == "details":
        sizes = (MOST_DETAILS, 1000, 200, 10, 0)
        print(one_rule(int(arguments[0]), int(arguments[1]), sizes, LARGEST))
    else:
        print(one_rule(int(arguments[0]), int(arguments[1]), (200, 50, 10, 1, 0), ROOM))


main(*sys.argv[1:])
