"""Whether the OSSEC that was just installed notices every change of a file.

A release can lose changes without a word: its database of checksums takes one file's entry for another's, and after
the next start that file counts as new. So the row that shows it is played to the real daemon: files change in turns,
the daemon is stopped and started, and every one of them changes again. Each change must become an alert.

behaviour.py FOLDER runs as root in mount and process namespaces of its own (behaviour.sh makes them), on a copy of the
tree in memory, mounted on FOLDER: the real tree and its database see nothing of it. Exit code 0: every change was
noticed; 1: not, and how, on standard error.
"""

import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import time

HOME = pathlib.Path("/var/ossec")
QUEUE = HOME / "queue/ossec/queue"
ALERTS = HOME / "logs/alerts/alerts.log"
CONFIGURATION = """<ossec_config>
  <global><email_notification>no</email_notification></global>
  <rules><include>rules_config.xml</include><include>ossec_rules.xml</include></rules>
  <syscheck><auto_ignore>no</auto_ignore><alert_new_files>no</alert_new_files></syscheck>
  <alerts><log_alert_level>1</log_alert_level></alerts>
</ossec_config>
"""
FILES = [f"/bake/{name}" for name in ("a", "bb", "c/c", "dd/dd", "e", "ffffff")]
START_SECONDS = 15
ALERT_SECONDS = 5
# One release takes half a minute to end; what it has alerted on is on disk by then.
STOP_SECONDS = 3


class Deaf(Exception):
    """What OSSEC did not notice."""


def private_copy():
    """Puts a copy of the tree in memory over the real one, for this namespace only, with an empty database."""
    work = pathlib.Path(sys.argv[1])
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=0750", "tmpfs", work], check=True)
    subprocess.run(["cp", "--archive", f"{HOME}/.", work], check=True)
    subprocess.run(["mount", "--bind", work, HOME], check=True)
    for folder in ("queue/syscheck", "logs/alerts", "var/run"):
        for entry in (HOME / folder).iterdir():
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    (HOME / "etc/ossec.conf").write_text(CONFIGURATION)


def last_words():
    return "".join((HOME / "logs/ossec.log").read_text(errors="replace").splitlines(True)[-5:])


class Analysis:
    """A running ossec-analysisd."""

    def __enter__(self):
        QUEUE.unlink(missing_ok=True)
        self.process = subprocess.Popen([HOME / "bin/ossec-analysisd", "-f"], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                self.socket.connect(str(QUEUE))
                return self
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise Deaf(f"ossec-analysisd does not start; its log ends:\n{last_words()}") from None
                time.sleep(0.05)

    def report(self, path, state):
        """What ossec-syscheckd says of a file: size, mode, owner, group, md5, sha1, sha256, and its name."""
        sums = f"{state:032x}:{state:040x}:{state:064x}"
        self.socket.send(f"8:syscheck:{1000 + state}:33188:0:0:{sums} {path}".encode())

    def __exit__(self, *_):
        self.socket.close()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def alerts(path):
    try:
        text = ALERTS.read_text(errors="replace")
    except FileNotFoundError:
        return 0
    return text.count(f"Integrity checksum changed for: '{path}'")


def expect(analysis, changes, when):
    """Reports changes, path to state, and waits for an alert on each."""
    before = {path: alerts(path) for path in changes}
    for path, state in changes.items():
        analysis.report(path, state)
    end = time.monotonic() + ALERT_SECONDS
    while missed := [path for path, count in before.items() if alerts(path) == count]:
        if time.monotonic() > end:
            raise Deaf(f"{len(missed)} of {len(changes)} files that changed {when} raised no alert")
        time.sleep(0.01)


def play():
    states = dict.fromkeys(FILES, 0)
    with Analysis() as analysis:
        for path in FILES:
            analysis.report(path, 0)
        # The row that was met in the wild comes first: one file, another, the first again.
        for path in [FILES[0], FILES[1], FILES[0], *random.Random(1).choices(FILES, k=24)]:
            states[path] += 1
            expect(analysis, {path: states[path]}, "while OSSEC was running")
    with Analysis() as analysis:
        changes = {path: state + 1 for path, state in states.items()}
        expect(analysis, changes, "while OSSEC was stopped")


if __name__ == "__main__":
    private_copy()
    try:
        play()
    except Deaf as deaf:
        sys.exit(str(deaf))
