"""A change of what runs: files, and maybe the version below them."""

import contextlib
import time

import affected
import conditions
import enabling
import hearing
import leftover
import sources
import units
import versions
from base import HOME, is_stand_in
from transaction import Transaction

# A scan reads every watched file once, and rests between them.
SCAN_SECONDS = 300
# They are off for as short as can be, and the notifier has no part in it.
HEARING = ("analysisd", "logcollector", units.NOTIFIER)


class Change:
    def __init__(self, manifest, mode):
        self.manifest, self.mode = manifest, mode
        self.changed = [file for file in manifest.changed() if mode == "config" or not inside(file["path"])]
        self.surplus = [path for path in manifest.surplus() if mode == "config" or not inside(path)]
        self.wanted = units.wanted()
        self.names, self.reload = self.affected()
        self.probe, self.replay = hearing.Probe(), None
        self.facts = {}

    def affected(self):
        """The daemons that have to know, or do not run; and whether systemd has to read its units again."""
        sources_of = {file["path"]: file["source"] for file in self.changed}
        names, reload = affected.daemons(list(sources_of), self.surplus, sources_of.get, self.wanted)
        every = [*self.wanted, units.NOTIFIER]
        down = units.down(every)
        return [name for name in every if self.mode == "version" or name in names or name in down], reload

    def has_nothing_to_do(self):
        return self.mode == "config" and not (self.changed or self.surplus or self.names)

    def prepare(self):
        """Nothing that runs notices. Raises Refused, or anything else where nothing can come of it."""
        conditions.refuse_missing_packages(self.manifest)
        self.difference, self.carried = {}, None
        if self.mode == "version":
            versions.prepare(self.manifest)
            self.difference, self.carried = versions.difference(HOME, versions.NEW), versions.carried()
            self.changed += versions.files()
        elif not is_stand_in():
            conditions.ask_ossec(self.manifest)

    def carry_out(self):
        """Raises what hinders it, and is undone then."""
        self.began = time.monotonic()
        links = enabling.links(self.changed)
        transaction = Transaction.begin(self.changed, self.surplus, links, names=self.names, wanted=self.wanted,
                                        carried=self.carried)
        self.log, self.alerts = hearing.size(hearing.LOG), hearing.size(hearing.ALERTS)
        units.stop([name for name in self.names if name not in HEARING])
        self.halt()
        units.stop([name for name in ("logcollector", "analysisd") if name in self.names])
        if self.mode == "version":
            versions.swap(self.carried)
        transaction.place(self.changed, self.surplus)
        transaction.tell_baseline(self.difference)
        if self.reload:
            units.reload_units()
        self.go_on(transaction)
        enabling.start(links)
        transaction.close()

    def halt(self):
        """logcollector reads no further, and where it has come to is where we begin."""
        pid = units.main_pid("logcollector") if "logcollector" in self.names and not is_stand_in() else 0
        self.began = time.monotonic()
        if pid:
            sources.freeze(pid)
        self.replay = self.replay_from(pid)

    def replay_from(self, pid):
        return sources.Replay(HOME / "etc/ossec.conf", pid, self.probe.is_own)

    def go_on(self, transaction):
        """Starts what was stopped, and waits until it has proven itself. Raises Broken."""
        names = leftover.concerned(transaction)
        hears = "analysisd" in names and not is_stand_in()
        if hears:
            units.start([name for name in ("execd", "analysisd") if name in names])
            units.until_listening()
            queue = units.connect()
            self.replay.forward(queue)
            queue.close()
        self.facts["lines_seconds"] = self.seconds()
        if units.NOTIFIER in names:
            units.stop([units.NOTIFIER])
        units.start(names)
        if hears:
            hearing.until_heard(self.replay, self.alerts, self.probe)
            self.facts["replayed_lines"] = self.replay.sent
        units.all_up(names)

    def undo(self):
        """Raises what hinders it: leftover.is_left says how far that came."""
        self.replay = self.replay or self.replay_from(0)
        self.replay.restart()
        leftover.put_back(self.go_on)

    def watch(self):
        """
        What it has come to. Files are compared with the baseline that was carried on; until the scan's end nobody has
        looked.
        """
        with contextlib.suppress(Exception):
            versions.tidy()
        if "syscheckd" in self.names and not is_stand_in():
            ended = hearing.until_scanned(self.log, SCAN_SECONDS)
            self.facts["files_seconds"] = None if ended is None else self.seconds()
        changed = [*(file["path"] for file in self.changed), *self.surplus]
        return {"changed": changed, "restarted": self.names, **self.facts}

    def seconds(self):
        return round(time.monotonic() - self.began, 1)


def inside(path):
    return path.startswith(f"{HOME}/")
