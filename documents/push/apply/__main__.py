"""Brings an instance's OSSEC to what a bundle says, or leaves it as it was: nothing between the two.

apply recover: before OSSEC starts, at a boot (ossec-daemon); undoes what was left half done.
apply BUNDLE: as root. Prints one line of JSON; exit code 0: updated or skipped, 3: rolled back, 4: refused.
`bake ossec push` sends it; docs/push.md says what it does.
"""

import fcntl
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import affected
import enabling
import hearing
import installing
import sources
import units
import versions
from base import HOME, INIT_CONF, STATE, Broken, Refused, is_stand_in, record, tail, write
from manifest import Manifest
from transaction import Transaction

# A scan reads every watched file once, and rests between them.
SCAN_SECONDS = 300
# They are off for as short as can be, and the notifier has no part in it.
HEARING = ("analysisd", "logcollector", units.NOTIFIER)
CODES = {"updated": 0, "skipped": 0, "rolled-back": 3, "refused": 4}


def mode_of(manifest):
    init = INIT_CONF.read_text(errors="replace") if INIT_CONF.exists() else ""
    is_ours = 'TYPE="local"' in init and f'DIRECTORY="{HOME}"' in init and record() is not None
    mode = ("config" if record() == manifest.ossec["tarball"] else "version") if is_ours else "install"
    if mode != "config" and manifest.facts["kind"] == "config":
        raise Refused("this bundle brings a configuration only, and another OSSEC is here, or none")
    return mode


def refuse_what_is_missing(manifest):
    if manifest.facts["platform"] not in ("", platform()):
        raise Refused(f"this bundle is for {manifest.facts['platform']}, and this is {platform()}")
    for hook in manifest.facts["hooks"]:
        if not pathlib.Path(f"/etc/bake/ossec/hooks/{hook}.url").exists():
            raise Refused(f"the URL of {hook} is baked into images, and is not in this one: bake and roll out")


def refuse_missing_packages(manifest):
    for package in manifest.facts["needs"]:
        said = subprocess.run(["dpkg-query", "--show", "--showformat=${db:Status-Status}", package],
                              capture_output=True, text=True, check=False)
        if said.stdout != "installed":
            raise Refused(f"it needs {package}, which is not installed: bake and roll out an image")


def platform():
    script = '. /etc/os-release && printf %s-%s-%s "$ID" "${VERSION_ID:-rolling}" "$(dpkg --print-architecture)"'
    return subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False).stdout


def check(manifest):
    """OSSEC's own tests of what is brought; nothing was changed yet. Raises Refused."""
    with tempfile.TemporaryDirectory() as folder:
        result = subprocess.run(
            ["unshare", "--mount", "--propagation", "private", "--fork", "--pid", "--kill-child", sys.executable, "-I",
             "-B", str(manifest.bundle / "apply/check.py"), str(manifest.bundle), folder],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=300, check=False)
    if result.returncode != 0:
        raise Refused(f"OSSEC refuses it: {tail((result.stdout + result.stderr).decode('utf8', 'replace'))}")


class Push:
    """A change of what runs: files, and maybe the version below them."""

    def __init__(self, manifest, mode):
        self.manifest, self.mode = manifest, mode
        self.changed = [file for file in manifest.changed() if mode == "config" or not inside(file["path"])]
        self.surplus = [path for path in manifest.surplus() if mode == "config" or not inside(path)]
        self.links = enabling.links(self.changed, manifest.source)
        self.wanted = units.wanted()
        by_path = {file["path"]: manifest.source(file) for file in self.changed}
        names, self.reload = affected.daemons(list(by_path), self.surplus, by_path.get, self.wanted)
        self.names = [*self.wanted, units.NOTIFIER] if mode == "version" else names
        self.facts = {}
        self.probe = hearing.Probe()

    def has_nothing_to_do(self):
        return self.mode == "config" and not self.changed and not self.surplus

    def prepare(self):
        if self.mode == "version":
            versions.prepare(self.manifest)
            self.difference = versions.difference(HOME, versions.NEW)
        elif not is_stand_in():
            check(self.manifest)

    def carry_out(self):
        """Raises Broken, and is undone then."""
        self.transaction = Transaction.begin([*(file["path"] for file in self.changed), *self.surplus], self.links)
        self.log, self.alerts = hearing.size(hearing.LOG), hearing.size(hearing.ALERTS)
        units.stop([name for name in self.names if name not in HEARING])
        pid = units.main_pid("logcollector") if "logcollector" in self.names and not is_stand_in() else 0
        self.began = time.monotonic()
        if pid:
            sources.freeze(pid)
        self.replay = sources.Replay(HOME / "etc/ossec.conf", pid, self.probe.is_own)
        units.stop([name for name in ("logcollector", "analysisd") if name in self.names])
        if self.mode == "version":
            versions.swap(self.manifest.ossec["tarball"], self.difference)
        self.transaction.place(self.changed, self.surplus, self.manifest.source)
        self.transaction.tell_baseline(self.changed, self.manifest.source)
        self.go_on()
        enabling.start(self.links)

    def go_on(self):
        """Starts what was stopped, and waits until it has proven itself. Raises Broken."""
        if self.reload:
            units.reload_units()
        names = [name for name in [*units.wanted(), units.NOTIFIER] if name in self.names or name not in self.wanted]
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

    def watch_scan(self):
        """Files are compared with the baseline that was carried on; until the scan's end nobody has looked."""
        if "syscheckd" in self.names and not is_stand_in():
            ended = hearing.until_scanned(self.log, SCAN_SECONDS)
            self.facts["files_seconds"] = None if ended is None else self.seconds()

    def seconds(self):
        return round(time.monotonic() - self.began, 1)

    def undo(self):
        enabling.stop(self.links)
        units.stop(self.names[::-1])
        self.transaction.undo()
        if versions.is_open():
            versions.undo()
        self.transaction.close()
        self.replay.restart()
        self.go_on()

    def close(self):
        self.transaction.close()
        versions.close()


def inside(path):
    return path.startswith(f"{HOME}/")


def push(manifest):
    mode = mode_of(manifest)
    refuse_what_is_missing(manifest)
    if mode == "install":
        installing.install(manifest)
        return {"result": "updated", "mode": mode}
    refuse_missing_packages(manifest)
    work = Push(manifest, mode)
    if work.has_nothing_to_do():
        return {"result": "skipped", "mode": mode}
    work.prepare()
    try:
        work.carry_out()
    except (Broken, OSError, subprocess.SubprocessError) as error:
        return rolled_back(work, error)
    work.close()
    work.watch_scan()
    changed = [*(file["path"] for file in work.changed), *work.surplus]
    return {"result": "updated", "mode": mode, "changed": changed, "restarted": work.names, **work.facts}


def rolled_back(work, error):
    why = str(error)
    try:
        work.undo()
    except (Broken, OSError, subprocess.SubprocessError) as second:
        why = f"{why}; what was before is back in its place and does not prove itself either: {second}"
    return {"result": "rolled-back", "mode": work.mode, "reason": why, **work.facts}


def put_back():
    """What an earlier run has left half done; the daemons are off. False where it has left nothing."""
    transaction = Transaction.left_open()
    if transaction is None and not versions.is_open():
        return False
    if transaction is not None:
        transaction.undo()
    if versions.is_open():
        versions.undo()
    if transaction is not None:
        transaction.close()
    units.reload_units()
    return True


def recover(manifest):
    """Before anything else is done, on a machine that runs."""
    if installing.KEPT.exists():
        installing.recover(manifest)
        return True
    if Transaction.left_open() is None and not versions.is_open():
        return False
    names = [*units.wanted(), units.NOTIFIER]
    units.stop(names[::-1])
    put_back()
    units.start(names)
    return True


def main(bundle):
    os.umask(0o022)
    if bundle == "recover":
        put_back()
        return 0
    STATE.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(STATE / "lock", "w", encoding="utf8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print(json.dumps({"version": 1, "result": "refused", "reason": "another push is at work here"}))
            return CODES["refused"]
        manifest = Manifest(bundle)
        try:
            recovered = recover(manifest)
            outcome = {**push(manifest), **({"recovered": True} if recovered else {})}
        except Refused as error:
            outcome = {"result": "refused", "reason": str(error)}
        except (Broken, OSError, subprocess.SubprocessError) as error:
            outcome = {"result": "rolled-back", "reason": str(error)}
        answer = {"version": 1, **outcome, "bundle": manifest.facts["name"]}
        if outcome["result"] != "refused":
            write(STATE / "last.json", {**answer, "at": int(time.time())})
    print(json.dumps(answer))
    return CODES[outcome["result"]]


sys.exit(main(sys.argv[1]))
