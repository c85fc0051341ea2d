"""A machine that is only a folder, with a systemd that only remembers: what a push does there can be ended anywhere."""

import contextlib
import errno
import hashlib
import importlib.util
import io
import json
import os
import pathlib
import shutil
import signal
import stat
import subprocess
import sys
import time
import types

APPLY = pathlib.Path(os.environ["BAKE_APPLY"])
DAEMONS = ("analysisd", "execd", "logcollector", "syscheckd", "monitord")
UNITS = [*(f"ossec@{name}.service" for name in DAEMONS), "bake-notifier.service"]
CONF = "<ossec_config><global>{}</global></ossec_config>\n"
OLD, NEW = "0" * 64, "1" * 64
# What changes something, or asks another program.
STEPS = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.symlink", "os.chmod", "os.chown", "os.truncate",
         "subprocess.Popen", "bake.step"}


def is_step(event, arguments):
    return event in STEPS or (event == "open" and isinstance(arguments[2], int) and arguments[2] & 3 != os.O_RDONLY)


class World:
    def __init__(self, root):
        self.root = root
        self.home, self.state, self.etc = root / "var/ossec", root / "state", root / "etc"
        self.init, self.record = self.etc / "ossec-init.conf", root / "lib/ossec.sha256"
        self.ports, self.unit = self.etc / "bake/ports.allow", self.etc / "units/bake-new.socket"
        self.gone = self.etc / "bake/gone.conf"
        self.bundle, self.running = root / "bundle", root / "running"
        # What a unit is asked before it starts: an exception is why it does not.
        self.refuses_to_start = lambda unit: None
        self.modules = self.load()

    def load(self):
        """The program as it is, but for its places and for what belongs to a machine."""
        names = [path.stem for path in APPLY.glob("*.py")]
        others = {name: sys.modules.pop(name) for name in names if name in sys.modules}
        sys.path.insert(0, str(APPLY))
        try:
            base = importlib.import_module("base")
            base.HOME, base.STATE, base.INIT_CONF, base.RECORD = self.home, self.state, self.init, self.record
            run = base.run
            base.run = lambda *argv, **kwargs: (
                self.systemctl(*argv[1:]) if argv[0] == "systemctl" else run(*argv, **kwargs))
            spec = importlib.util.spec_from_file_location("apply_main", APPLY / "__main__.py")
            main = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(main)
            loaded = {name: sys.modules[name] for name in names if name in sys.modules}
        finally:
            sys.path.remove(str(APPLY))
            for name in names:
                sys.modules.pop(name, None)
            sys.modules.update(others)
        self.imitate(types.SimpleNamespace(main=main, **loaded))
        return types.SimpleNamespace(main=main, **loaded)

    def imitate(self, modules):
        def quietly(argv, **_):
            with contextlib.suppress(base.Broken):
                self.systemctl(*argv[1:])

        base = modules.base
        for module in (modules.units, modules.enabling):
            module.subprocess = types.SimpleNamespace(run=quietly)
        no_pause = types.SimpleNamespace(sleep=lambda _: None, monotonic=time.monotonic)
        modules.units.time = no_pause
        modules.main.PATIENCE_SECONDS = 0.1
        modules.enabling.UNITS = pathlib.PurePosixPath(self.etc / "units")
        modules.versions.MOUNTS = self.root / "mountinfo"
        modules.versions.install_beside = self.install_beside
        modules.conditions.ask_ossec = modules.changing.conditions.ask_ossec = lambda _: sys.audit("bake.step")
        queue = types.SimpleNamespace(send=lambda _: None, close=lambda: None)
        modules.units.until_listening = lambda: sys.audit("bake.step")
        modules.units.connect = lambda: queue
        modules.hearing.until_heard = lambda *_: sys.audit("bake.step")
        modules.hearing.until_scanned = lambda *_: 1.0

    def systemctl(self, verb, *arguments):
        sys.audit("bake.step")
        names = [name for name in arguments if not name.startswith("--")]
        if verb == "show":
            return self.shown(arguments[0], names[-1])
        for name in names if verb in ("start", "stop") else []:
            if verb == "start":
                self.refuses_to_start(name)
                (self.running / name).touch()
            else:
                (self.running / name).unlink(missing_ok=True)
        return ""

    def shown(self, what, unit):
        if "Wants" in what:
            return " ".join(UNITS[:-1])
        if "LoadState" in what:
            return "loaded"
        state = "active" if (self.running / unit).exists() else "inactive"
        return "0" if "MainPID" in what else f"ActiveState={state}\nNRestarts=0"

    # What there is

    def build(self):
        """An instance as it was baked, and a bundle of a configuration."""
        shutil.rmtree(self.root, ignore_errors=True)
        for folder in (self.running, self.state, self.bundle / "apply", self.etc / "units"):
            folder.mkdir(parents=True)
        for name in ("apply/__main__.py", "steps/lib.sh"):
            write(self.bundle / name, "")
        write(self.root / "mountinfo", "1 2 0:1 / / rw - ext4 x rw\n")
        write(self.init, f'DIRECTORY="{self.home}"\nVERSION="old"\nTYPE="local"\n')
        write(self.record, f"{OLD}\n")
        self.tree(self.home, "old")
        write(self.home / "etc/ossec.conf", CONF.format("old"), 0o640)
        write(self.home / "logs/ossec.log", "gathered")
        write(self.home / "etc/shared/ar.conf", "written at a start", 0o440)
        write(self.ports, "tcp/80\n", 0o644)
        write(self.gone, "gone", 0o604)
        for name in UNITS:
            (self.running / name).touch()
        self.take_baseline()
        self.bring(OLD)

    def tree(self, top, version):
        for name in ("bin/ossec-analysisd", "etc/shared/rootkit_files.txt", f"bin/only-{version}", "queue/fts/x"):
            write(top / name, version, 0o550)
        if version == "new":
            # What the other one has not, and what it goes on with.
            write(top / "queue/diff/x", version)
            write(top / "logs/ossec.log", version)

    def install_beside(self, _):
        sys.audit("bake.step")
        top = self.home.with_name("ossec.bake-new")
        self.tree(top, "new")
        write(self.state / "ossec-init.conf", f'DIRECTORY="{self.home}"\nVERSION="new"\nTYPE="local"\n')

    def bring(self, tarball):
        """The bundle: a configuration, ports, a unit that is new, and a file that goes; with `NEW` another version."""
        unit = "[Socket]\n[Install]\nWantedBy=sockets.target\n"
        wanted = [(self.home / "etc/ossec.conf", CONF.format("new"), "0640"), (self.ports, "tcp/81\n", "0644"),
                  (self.unit, unit, "0644")]
        files = []
        for index, (path, content, mode) in enumerate(wanted):
            write(self.bundle / f"files/{index}", content)
            files.append({"path": str(path), "from": f"files/{index}", "mode": mode, "owner": "root", "group": "root",
                          "sha256": hashlib.sha256(content.encode()).hexdigest()})
        write(self.bundle / "manifest.json", json.dumps({
            "kind": "config" if tarball == OLD else "version", "platform": "", "needs": [], "hooks": [],
            "ossec": {"tarball": tarball}, "files": files, "absent": [str(self.gone)]}))

    def watched(self):
        for top in (self.etc, self.record.parent, self.home):
            for folder, _, names in os.walk(top):
                for name in names:
                    path = pathlib.Path(folder) / name
                    if not str(path).startswith((f"{self.home}/logs", f"{self.home}/queue")):
                        yield path

    def take_baseline(self):
        facts = {str(path): self.modules.baseline.facts(path) for path in self.watched()}
        write(self.home / "queue/syscheck/syscheck", "".join(
            f"+++{':'.join(one[name] for name in self.modules.baseline.FIELDS)} !1 {path}\n"
            for path, one in sorted(facts.items())), 0o660)

    def database(self):
        return sorted((self.home / "queue/syscheck/syscheck").read_text().splitlines())

    def rings(self):
        """What OSSEC would see: as if the baseline were taken now."""
        said = self.database()
        self.take_baseline()
        return sorted({*said} ^ {*self.database()})

    def look(self):
        """All that a push may change, and what runs."""
        found = {}
        for top in (self.etc, self.record.parent, self.home):
            for folder, _, names in os.walk(top):
                for path in (pathlib.Path(folder) / name for name in names):
                    mode = stat.S_IMODE(path.lstat().st_mode)
                    found[str(path.relative_to(self.root))] = (
                        os.readlink(path) if path.is_symlink() else path.read_text(), mode)
        found["var/ossec/queue/syscheck/syscheck"] = self.database()
        return {**found, "running": sorted(os.listdir(self.running))}

    # What is done there

    def run(self, *argv, **ending):
        """The program with these arguments; what it said, and whether it came to the step where it was to end."""
        return self.do(lambda: self.modules.main.main(*argv), **ending)

    def do(self, work, at=0, how="kill", exit_code="killed", exit_status="KILL"):
        """
        In a process of its own, which is ended at a step, or in which that step fails, or every one from it on. Returns
        what it said (None: nothing, since it was killed), and whether it came to that step.
        """
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            with contextlib.suppress(BaseException):
                os.environ.update(EXIT_CODE=exit_code, EXIT_STATUS=exit_status)
                # No power is lost here.
                os.sync, os.fsync = lambda: None, lambda _: None
                ending = Ending(at, how)
                sys.addaudithook(ending)
                said = io.StringIO()
                with contextlib.redirect_stdout(said):
                    work()
                ending.at = 0
                os.write(writing, json.dumps([said.getvalue(), ending.count >= at > 0]).encode())
            os._exit(0)
        os.close(writing)
        with open(reading, "rb") as pipe:
            answer = pipe.read()
        os.waitpid(pid, 0)
        if not answer:
            return None, True
        said, came = json.loads(answer)
        return (json.loads(said.splitlines()[-1]) if said else None), came


class NobodyThoughtOfThis(Exception):
    pass


class Ending:
    def __init__(self, at, how):
        self.at, self.how, self.count = at, how, 0

    def __call__(self, event, arguments):
        if not self.at or not is_step(event, arguments):
            return
        self.count += 1
        if self.count == self.at and self.how == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.how == "fail" and self.count == self.at:
            raise NobodyThoughtOfThis
        if self.how == "full" and self.count >= self.at:
            raise OSError(errno.ENOSPC, "No space left on device")


def write(path, text, mode=0o644):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)


def copying(versions):
    """Folders can't be renamed, as in the lower layer of an overlay."""
    def rename(source, target):
        if os.path.isdir(source) and not str(source).endswith(".part"):
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        os.rename(source, target)

    names = {name: getattr(os, name) for name in dir(os)}
    versions.os = types.SimpleNamespace(**{**names, "rename": rename})
